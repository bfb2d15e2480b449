import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

/** The embedded database has no lock of its own: two processes on one folder silently lose rows. */
export class FolderInUse extends Error {
  override name = 'FolderInUse' as const;
}

/** What this very process holds: its own pid in a file may be that of a former life, for in a container everybody is process 1. */
const held = new Set<string>();

/**
 * Claims a data folder for this process by a file beside it. A file left by a process that no longer lives is taken over.
 * @returns how to give it back
 * @throws FolderInUse naming the process that has it
 */
export function lockFolder(folder: string): () => void {
  const file = resolve(`${folder}.lock`);
  mkdirSync(dirname(file), { recursive: true });
  for (let attempt = 1; attempt <= 3; attempt += 1) {
    if (claim(file)) return () => release(file);
    const found = textOf(file);
    if (found === undefined) continue;
    const holder = holderOf(file, found);
    if (holder !== undefined) {
      throw new FolderInUse(
        `The data folder ${folder} is in use by process ${holder}. Stop that one first, or choose another folder with WARROOM_DATA.`,
      );
    }
    removeStale(file, found);
  }
  throw new FolderInUse(`The data folder ${folder} is just being opened by another process. Try again.`);
}

/** The file appears whole or not at all: one that is read half written would look left over. */
function claim(file: string): boolean {
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, JSON.stringify({ pid: process.pid, boot: bootId() }));
  try {
    linkSync(draft, file);
    held.add(file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return false;
  } finally {
    rmSync(draft, { force: true });
  }
}

function release(file: string): void {
  held.delete(file);
  rmSync(file, { force: true });
}

/** Moved away first: of two that take over at once, one may have the other's fresh file in its hands, and puts it back. */
function removeStale(file: string, found: string): void {
  const aside = `${file}.${process.pid}.stale`;
  try {
    renameSync(file, aside);
    if (textOf(aside) !== found) linkSync(aside, file);
  } catch (error) {
    if (!['ENOENT', 'EEXIST'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  } finally {
    rmSync(aside, { force: true });
  }
}

function textOf(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** The living process that wrote the lock file, if there is one. */
function holderOf(file: string, text: string): number | undefined {
  const { pid, boot } = readHolder(text);
  if (pid === process.pid) return held.has(file) ? pid : undefined;
  if (boot !== bootId() || pid === undefined) return undefined;
  try {
    process.kill(pid, 0);
    return pid;
  } catch (error) {
    // EPERM: it lives, but belongs to somebody else.
    return (error as NodeJS.ErrnoException).code === 'EPERM' ? pid : undefined;
  }
}

/** Anything unreadable was written by nobody who still lives. */
function readHolder(text: string): { pid?: number; boot?: string } {
  try {
    return JSON.parse(text) as { pid: number; boot: string };
  } catch {
    return {};
  }
}

/** Process ids start anew after a reboot, so a pid alone proves nothing. */
function bootId(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    return 'unknown';
  }
}
