// Files of the repository as they were in a commit, and new commits with texts of their own.
import { readFile } from 'node:fs/promises';
import { fileChange, resolveRef, sha1, type Commit } from './repository.ts';
import type { GithubState } from './state.ts';

const REPOSITORY = new URL('../repository/', import.meta.url);

export interface NewCommit {
  message: string;
  /** Texts by path. */
  files: Readonly<Record<string, string>>;
  author?: string;
  tag?: string;
}

/** Commits to the branch. @returns its sha */
export function addCommit(state: GithubState, { message, files, author = state.actor, tag }: NewCommit): string {
  const { commits, tags } = state.repository;
  const parent = commits.at(-1)?.sha;
  const sha = sha1(`${parent ?? ''}\n${author}\n${message}\n${JSON.stringify(files)}`);
  const seen = new Set(commits.flatMap((commit) => commit.files.map(({ filename }) => filename)));
  const changes = Object.keys(files).map((filename) => fileChange(filename, sha, seen));
  commits.push({ sha, tree: sha1(`tree ${sha}`), parent, author, message, at: state.now(), files: changes, texts: files });
  if (tag !== undefined) tags.set(tag, sha);
  return sha;
}

/** The text of a file in the commit that a ref names; undefined when it is not there. */
export async function textAt(state: GithubState, path: string, ref: string): Promise<string | undefined> {
  const { commits } = state.repository;
  const head = resolveRef(state.repository, ref);
  if (!head) return undefined;
  const upTo = commits.slice(0, commits.indexOf(head) + 1);
  const own = upTo.findLast(({ texts }) => texts !== undefined && Object.hasOwn(texts, path))?.texts?.[path];
  if (own !== undefined) return own;
  const [last] = upTo.filter((commit) => touches(commit, path)).slice(-1);
  const isWorkflow = state.workflows.some(({ file }) => path === `.github/workflows/${file}`);
  if (!last && !isWorkflow) return undefined;
  return (await written(path)) ?? `${path} as of ${last?.sha.slice(0, 7) ?? 'now'}\n`;
}

const touches = ({ files }: Commit, path: string): boolean => files.some(({ filename }) => filename === path);

/** Some files are there for people to read; the others exist by name only. */
async function written(path: string): Promise<string | undefined> {
  const place = new URL(path, REPOSITORY);
  if (!place.href.startsWith(REPOSITORY.href)) return undefined;
  try {
    return await readFile(place, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
