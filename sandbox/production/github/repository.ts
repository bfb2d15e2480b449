// A linear git history: enough for commits, tags and compare, and nothing that a real repository would not have.
import { createHash } from 'node:crypto';
import { history } from './history.ts';

export interface FileChange {
  filename: string;
  status: 'added' | 'modified';
  additions: number;
  deletions: number;
  blob: string;
}

export interface Commit {
  sha: string;
  tree: string;
  parent: string | undefined;
  author: string;
  message: string;
  at: number;
  files: FileChange[];
  /** Of commits made while the sandbox runs. */
  texts?: Readonly<Record<string, string>>;
}

export interface Repository {
  owner: string;
  name: string;
  branch: string;
  /** Oldest first. */
  commits: Commit[];
  /** Tag name to commit sha. */
  tags: Map<string, string>;
  createdAt: number;
}

export const sha1 = (text: string): string => createHash('sha1').update(text).digest('hex');

/** Builds a repository of acme with its history ending shortly before `startedAt`. The shas are the same in every start. */
export function buildRepository(startedAt: number, name = 'shop'): Repository {
  const commits: Commit[] = [];
  const tags = new Map<string, string>();
  const seen = new Set<string>();
  for (const [minutesAgo, author, message, files, tag] of history) {
    const parent = commits.at(-1)?.sha;
    const sha = sha1(`${parent ?? ''}\n${author}\n${message}\n${files.join('\n')}`);
    const changes = files.map((filename) => fileChange(filename, sha, seen));
    commits.push({ sha, tree: sha1(`tree ${sha}`), parent, author, message, at: startedAt - minutesAgo * 60_000, files: changes });
    if (tag) tags.set(tag, sha);
  }
  return { owner: 'acme', name, branch: 'main', commits, tags, createdAt: commits[0]?.at ?? startedAt };
}

/** A change of a file, as large as its name's digest says. */
export function fileChange(filename: string, sha: string, seen: Set<string>): FileChange {
  const blob = sha1(`blob ${sha} ${filename}`);
  const size = 1 + (parseInt(blob.slice(0, 4), 16) % 60);
  const added = !seen.has(filename);
  seen.add(filename);
  return { filename, status: added ? 'added' : 'modified', additions: size, deletions: added ? 0 : size % 17, blob };
}

/** Finds what a ref names: a tag, the branch, HEAD, a full ref or a sha of at least seven digits. */
export function resolveRef(repository: Repository, ref: string): Commit | undefined {
  const name = ref.replace(/^refs\/(heads|tags)\//, '').replace(/^(heads|tags)\//, '');
  if (name === repository.branch || name === 'HEAD') return repository.commits.at(-1);
  const tagged = repository.tags.get(name);
  if (tagged) return repository.commits.find(({ sha }) => sha === tagged);
  return /^[0-9a-f]{7,40}$/.test(name) ? repository.commits.find(({ sha }) => sha.startsWith(name)) : undefined;
}

/** The tag a ref stands for: its own name, or the tag on the commit it names. */
export function tagOf(repository: Repository, ref: string): string | undefined {
  const commit = resolveRef(repository, ref);
  return [...repository.tags].find(([tag, sha]) => tag === ref || sha === commit?.sha)?.[0];
}

export interface Comparison {
  base: Commit;
  head: Commit;
  mergeBase: Commit;
  status: 'ahead' | 'behind' | 'identical';
  aheadBy: number;
  behindBy: number;
  /** What head has and base has not, oldest first. */
  commits: Commit[];
}

/** As `git log base..head` on a history without branches. */
export function compare(repository: Repository, base: Commit, head: Commit): Comparison {
  const from = repository.commits.indexOf(base);
  const to = repository.commits.indexOf(head);
  const distance = to - from;
  return {
    base,
    head,
    mergeBase: distance >= 0 ? base : head,
    status: distance === 0 ? 'identical' : distance > 0 ? 'ahead' : 'behind',
    aheadBy: Math.max(distance, 0),
    behindBy: Math.max(-distance, 0),
    commits: distance > 0 ? repository.commits.slice(from + 1, to + 1) : [],
  };
}

/** The files of several commits as one difference. */
export function mergeFiles(commits: readonly Commit[]): FileChange[] {
  const merged = new Map<string, FileChange>();
  for (const file of commits.flatMap(({ files }) => files)) {
    const before = merged.get(file.filename);
    merged.set(
      file.filename,
      before
        ? { ...file, status: before.status, additions: before.additions + file.additions, deletions: before.deletions + file.deletions }
        : file,
    );
  }
  return [...merged.values()].toSorted((a, b) => (a.filename < b.filename ? -1 : 1));
}
