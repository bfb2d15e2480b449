// Our records in GitHub's words: people, the repository, commits.
import type { RestEndpointMethodTypes } from '@octokit/rest';
import { mergeFiles, sha1, type Commit, type Comparison, type FileChange } from './repository.ts';
import type { GithubState } from './state.ts';

type Data<
  Group extends keyof RestEndpointMethodTypes,
  Name extends keyof RestEndpointMethodTypes[Group],
> = RestEndpointMethodTypes[Group][Name] extends { response: { data: infer D } } ? D : never;

export type CommitShape = Data<'repos', 'getCommit'>;
export type CompareShape = Data<'repos', 'compareCommitsWithBasehead'>;
export type UserShape = NonNullable<Data<'repos', 'getDeployment'>['creator']>;
export type MinimalRepository = Data<'actions', 'getWorkflowRun'>['repository'];
export type DeploymentShape = Data<'repos', 'getDeployment'>;
export type DeploymentStatusShape = Data<'repos', 'getDeploymentStatus'>;
export type RunShape = Data<'actions', 'getWorkflowRun'>;
export type JobShape = Data<'actions', 'getJobForWorkflowRun'>;
export type WorkflowShape = Data<'actions', 'getWorkflow'>;
export type ArtifactShape = Data<'actions', 'getArtifact'>;

export const iso = (ms: number): string => new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z');
export const nodeId = (kind: string, id: number | string): string => Buffer.from(`${kind}:${id}`).toString('base64');
const numericId = (text: string): number => parseInt(sha1(text).slice(0, 7), 16);

export const apiRoot = ({ url, repository: { owner, name } }: GithubState): string => `${url}/repos/${owner}/${name}`;
export const htmlRoot = ({ url, repository: { owner, name } }: GithubState): string => `${url}/${owner}/${name}`;

export function user({ url }: GithubState, login: string): UserShape {
  const api = `${url}/users/${login}`;
  return {
    login,
    id: numericId(login),
    node_id: nodeId('User', login),
    avatar_url: `${url}/avatars/${login}`,
    gravatar_id: '',
    url: api,
    html_url: `${url}/${login}`,
    followers_url: `${api}/followers`,
    following_url: `${api}/following{/other_user}`,
    gists_url: `${api}/gists{/gist_id}`,
    starred_url: `${api}/starred{/owner}{/repo}`,
    subscriptions_url: `${api}/subscriptions`,
    organizations_url: `${api}/orgs`,
    repos_url: `${api}/repos`,
    events_url: `${api}/events{/privacy}`,
    received_events_url: `${api}/received_events`,
    type: login.endsWith('-bot') ? 'Bot' : 'User',
    site_admin: false,
  };
}

// Every `<name>_url` of a repository is its address plus a tail.
const urlTails = {
  archive: '{archive_format}{/ref}', assignees: 'assignees{/user}', blobs: 'git/blobs{/sha}', branches: 'branches{/branch}',
  collaborators: 'collaborators{/collaborator}', comments: 'comments{/number}', commits: 'commits{/sha}', compare: 'compare/{base}...{head}',
  contents: 'contents/{+path}', contributors: 'contributors', deployments: 'deployments', downloads: 'downloads', events: 'events',
  forks: 'forks', git_commits: 'git/commits{/sha}', git_refs: 'git/refs{/sha}', git_tags: 'git/tags{/sha}',
  issue_comment: 'issues/comments{/number}', issue_events: 'issues/events{/number}', issues: 'issues{/number}', keys: 'keys{/key_id}',
  labels: 'labels{/name}', languages: 'languages', merges: 'merges', milestones: 'milestones{/number}',
  notifications: 'notifications{?since,all,participating}', pulls: 'pulls{/number}', releases: 'releases{/id}', stargazers: 'stargazers',
  statuses: 'statuses/{sha}', subscribers: 'subscribers', subscription: 'subscription', tags: 'tags', teams: 'teams', trees: 'git/trees{/sha}',
  hooks: 'hooks',
} as const; // prettier-ignore

type UrlFields = Record<`${keyof typeof urlTails}_url`, string>;

export function repositoryShape(state: GithubState): MinimalRepository & { default_branch: string; visibility: string } {
  const { owner, name, branch, createdAt, commits } = state.repository;
  const api = apiRoot(state);
  const urls = Object.fromEntries(Object.entries(urlTails).map(([key, tail]) => [`${key}_url`, `${api}/${tail}`])) as UrlFields;
  return {
    id: numericId(`${owner}/${name}`),
    node_id: nodeId('Repository', `${owner}/${name}`),
    name,
    full_name: `${owner}/${name}`,
    owner: user(state, owner),
    private: true,
    html_url: htmlRoot(state),
    description: 'The shop',
    fork: false,
    url: api,
    ...urls,
    default_branch: branch,
    visibility: 'private',
    archived: false,
    disabled: false,
    created_at: iso(createdAt),
    pushed_at: iso(commits.at(-1)?.at ?? createdAt),
    permissions: { admin: false, maintain: false, push: true, triage: true, pull: true },
  };
}

export function commitShape(state: GithubState, commit: Commit, files?: readonly FileChange[]): CommitShape {
  const { sha, tree, parent, author, message, at } = commit;
  const api = apiRoot(state);
  const signature = { name: author, email: `${author}@users.noreply.example`, date: iso(at) };
  const stats = files && totals(files);
  return {
    sha,
    node_id: nodeId('Commit', sha),
    url: `${api}/commits/${sha}`,
    html_url: `${htmlRoot(state)}/commit/${sha}`,
    comments_url: `${api}/commits/${sha}/comments`,
    commit: {
      url: `${api}/git/commits/${sha}`,
      author: signature,
      committer: signature,
      message,
      comment_count: 0,
      tree: { sha: tree, url: `${api}/git/trees/${tree}` },
    },
    author: user(state, author),
    committer: user(state, author),
    parents: parent ? [{ sha: parent, url: `${api}/commits/${parent}`, html_url: `${htmlRoot(state)}/commit/${parent}` }] : [],
    ...(stats && { stats }),
    ...(files && { files: files.map((file) => fileShape(state, sha, file)) }),
  };
}

function totals(files: readonly FileChange[]): { additions: number; deletions: number; total: number } {
  const additions = files.reduce((sum, file) => sum + file.additions, 0);
  const deletions = files.reduce((sum, file) => sum + file.deletions, 0);
  return { additions, deletions, total: additions + deletions };
}

function fileShape(state: GithubState, sha: string, file: FileChange): NonNullable<CommitShape['files']>[number] {
  const { filename, status, additions, deletions, blob } = file;
  return {
    sha: blob,
    filename,
    status,
    additions,
    deletions,
    changes: additions + deletions,
    blob_url: `${htmlRoot(state)}/blob/${sha}/${filename}`,
    raw_url: `${htmlRoot(state)}/raw/${sha}/${filename}`,
    contents_url: `${apiRoot(state)}/contents/${filename}?ref=${sha}`,
  };
}

export function compareShape(state: GithubState, comparison: Comparison, page: readonly Commit[]): CompareShape {
  const { base, head, mergeBase, status, aheadBy, behindBy, commits } = comparison;
  const path = `compare/${base.sha}...${head.sha}`;
  const html = `${htmlRoot(state)}/${path}`;
  return {
    url: `${apiRoot(state)}/${path}`,
    html_url: html,
    permalink_url: html,
    diff_url: `${html}.diff`,
    patch_url: `${html}.patch`,
    base_commit: commitShape(state, base),
    merge_base_commit: commitShape(state, mergeBase),
    status,
    ahead_by: aheadBy,
    behind_by: behindBy,
    total_commits: commits.length,
    commits: page.map((commit) => commitShape(state, commit)),
    files: mergeFiles(commits).map((file) => fileShape(state, head.sha, file)),
  };
}
