// What the `html_url`s lead to: plain pages for a person who follows a link from a card. They need no token.
import type { Answer, Ask, Route } from '../http.ts';
import { found } from './answers.ts';
import { compare, mergeFiles, resolveRef, type Commit, type FileChange } from './repository.ts';
import type { GithubState, Run, Step } from './state.ts';

export function pageRoutes(state: GithubState): Route[] {
  const { owner, name } = state.repository;
  const root = `/${owner}/${name}`;
  return [
    ['GET', root, () => page({ title: `${owner}/${name}`, body: commitList(state, state.repository.commits.toReversed()) })],
    ['GET', `${root}/actions/runs/:run`, (ask) => runPage(state, ask)],
    ['GET', `${root}/actions/runs/:run/job/:job`, (ask) => runPage(state, ask)],
    ['GET', `${root}/commit/:ref`, (ask) => commitPage(state, ask)],
    ['GET', `${root}/compare/:basehead+`, (ask) => comparePage(state, ask)],
  ];
}

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** Commit messages and inputs are foreign text. */
const escape = (text: string): string => text.replace(/[&<>"']/g, (sign) => entities[sign] ?? sign);

const STYLE =
  'body{font:16px/1.5 system-ui;max-width:56rem;margin:2rem auto;padding:0 1rem}pre{overflow:auto;background:#8882;padding:1rem}';

/** A page; while something is under way it loads itself again. */
function page({ title, body, live = false }: { title: string; body: string; live?: boolean }): Answer {
  const refresh = live ? '<meta http-equiv="refresh" content="1">' : '';
  const head = `<meta charset="utf-8"><meta name="viewport" content="width=device-width">${refresh}<title>${escape(title)}</title>`;
  const html = `<!doctype html><html lang="en">${head}<style>${STYLE}</style><h1>${escape(title)}</h1>${body}</html>`;
  return { status: 200, html, headers: { 'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'" } };
}

function runPage(state: GithubState, { params }: Ask): Answer {
  const run = found(state.runs.find(({ id }) => String(id) === params['run']));
  const { job, workflow, actor, createdAt } = run;
  const facts = `<p>${escape(workflow.name)} #${run.number}, started by ${escape(actor)} on ${new Date(createdAt).toISOString()}: <b>${stateOf(run)}</b></p>`;
  const steps = `<ol>${job.steps.map((step) => `<li>${escape(step.name)}: ${stateOf(step)}</li>`).join('')}</ol>`;
  const log = `<pre>${escape(job.log.join('\n'))}</pre>`;
  return page({ title: run.displayTitle, body: facts + steps + log, live: run.status !== 'completed' });
}

const stateOf = ({ status, conclusion }: Run | Step): string => (conclusion ?? status).replace('_', ' ');

function commitList(state: GithubState, commits: readonly Commit[]): string {
  const root = `/${state.repository.owner}/${state.repository.name}`;
  const line = ({ sha, message, author }: Commit) =>
    `<li><a href="${root}/commit/${sha}">${sha.slice(0, 7)}</a> ${escape(message.split('\n')[0] ?? '')} (${escape(author)})</li>`;
  return `<ul>${commits.map(line).join('')}</ul>`;
}

const fileList = (files: readonly FileChange[]): string =>
  `<ul>${files.map(({ filename, additions, deletions }) => `<li>${escape(filename)} +${additions} -${deletions}</li>`).join('')}</ul>`;

function commitPage(state: GithubState, { params }: Ask): Answer {
  const commit = found(resolveRef(state.repository, params['ref'] ?? ''));
  const { message, author, at, sha, files } = commit;
  const body = `<pre>${escape(message)}</pre><p>${escape(author)}, ${new Date(at).toISOString()}</p>${fileList(files)}`;
  return page({ title: `Commit ${sha.slice(0, 7)}`, body });
}

function comparePage(state: GithubState, { params }: Ask): Answer {
  const [base = '', head = ''] = (params['basehead'] ?? '').split('...');
  const both = compare(state.repository, found(resolveRef(state.repository, base)), found(resolveRef(state.repository, head)));
  const summary = `<p>${escape(head)} is ${both.status}: ${both.aheadBy} ahead, ${both.behindBy} behind.</p>`;
  return page({
    title: `${base} ... ${head}`,
    body: summary + commitList(state, both.commits.toReversed()) + fileList(mergeFiles(both.commits)),
  });
}
