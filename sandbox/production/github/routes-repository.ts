// Routes about the repository: itself, commits, tags, compare, files.
import type { Answer, Ask, Route } from '../http.ts';
import { found, notFound } from './answers.ts';
import { textAt } from './files.ts';
import { listAnswer, pageOf } from './paging.ts';
import { compare, resolveRef, sha1, type Commit } from './repository.ts';
import { apiRoot, commitShape, compareShape, htmlRoot, nodeId, repositoryShape, user } from './shapes.ts';
import type { GithubState } from './state.ts';

export function repositoryRoutes(state: GithubState): Route[] {
  const repo = '/repos/:owner/:repo';
  return [
    ['GET', '/user', () => ({ status: 200, body: user(state, state.actor) })],
    ['GET', repo, () => ({ status: 200, body: repositoryShape(state) })],
    ['GET', `${repo}/commits`, (ask) => listCommits(state, ask)],
    ['GET', `${repo}/commits/:ref+`, (ask) => getCommit(state, ask)],
    ['GET', `${repo}/compare/:basehead+`, (ask) => getCompare(state, ask)],
    ['GET', `${repo}/tags`, (ask) => listTags(state, ask)],
    ['GET', `${repo}/git/ref/:ref+`, (ask) => getRef(state, ask)],
    ['GET', `${repo}/contents/:path+`, (ask) => getContent(state, ask)],
  ];
}

function listCommits(state: GithubState, ask: Ask): Answer {
  const { repository } = state;
  const head = found(resolveRef(repository, ask.query.get('sha') ?? repository.branch));
  const upTo = repository.commits.slice(0, repository.commits.indexOf(head) + 1).toReversed();
  const since = Date.parse(ask.query.get('since') ?? '') || -Infinity;
  const until = Date.parse(ask.query.get('until') ?? '') || Infinity;
  const author = ask.query.get('author');
  const wanted = upTo.filter((commit) => commit.at >= since && commit.at <= until && (!author || commit.author === author));
  return listAnswer(ask, wanted, (commit) => commitShape(state, commit));
}

function getCommit(state: GithubState, { params }: Ask): Answer {
  const commit = resolveRef(state.repository, params['ref'] ?? '');
  if (commit) return { status: 200, body: commitShape(state, commit, commit.files) };
  return {
    status: 422,
    body: { message: `No commit found for SHA: ${params['ref']}`, documentation_url: 'https://docs.github.com/rest', status: '422' },
  };
}

function getCompare(state: GithubState, ask: Ask): Answer {
  const [base, head, ...more] = (ask.params['basehead'] ?? '').split('...');
  if (!base || !head || more.length > 0) return notFound();
  const comparison = compare(state.repository, found(resolveRef(state.repository, base)), found(resolveRef(state.repository, head)));
  // Without paging, compare answers up to 250 commits; that is more than there are.
  const paged = ask.query.has('page') || ask.query.has('per_page');
  const page = paged ? pageOf(ask, comparison.commits) : { items: comparison.commits, headers: {} };
  return { status: 200, body: compareShape(state, comparison, page.items), headers: page.headers };
}

function listTags(state: GithubState, ask: Ask): Answer {
  const tags = [...state.repository.tags].toReversed();
  return listAnswer(ask, tags, ([name, sha]) => ({
    name,
    commit: { sha, url: `${apiRoot(state)}/commits/${sha}` },
    zipball_url: `${apiRoot(state)}/zipball/refs/tags/${name}`,
    tarball_url: `${apiRoot(state)}/tarball/refs/tags/${name}`,
    node_id: nodeId('Tag', name),
  }));
}

function getRef(state: GithubState, { params }: Ask): Answer {
  const name = params['ref'] ?? '';
  const commit: Commit = found(/^(heads|tags)\//.test(name) ? resolveRef(state.repository, name) : undefined);
  const url = `${apiRoot(state)}/git/refs/${name}`;
  const object = { type: 'commit', sha: commit.sha, url: `${apiRoot(state)}/git/commits/${commit.sha}` };
  return { status: 200, body: { ref: `refs/${name}`, node_id: nodeId('Ref', name), url, object } };
}

async function getContent(state: GithubState, { params, query }: Ask): Promise<Answer> {
  const path = params['path'] ?? '';
  const ref = query.get('ref') ?? state.repository.branch;
  const text = found(await textAt(state, path, ref));
  const url = `${apiRoot(state)}/contents/${path}?ref=${ref}`;
  const content = Buffer.from(text).toString('base64');
  const name = path.split('/').at(-1);
  const place = { name, path, url, html_url: `${htmlRoot(state)}/blob/${ref}/${path}`, git_url: null, download_url: null };
  return { status: 200, body: { type: 'file', encoding: 'base64', size: Buffer.byteLength(text), content, sha: sha1(text), ...place } };
}
