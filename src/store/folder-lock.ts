import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** The embedded database has no lock of its own: two processes on one folder silently lose rows. */
export class FolderInUse extends Error {
  override name = 'FolderInUse' as const;
}

/**
 * Claims a data folder for this process by a file beside it. A file left by a process that no longer lives is taken over.
 * @returns how to give it back
 * @throws FolderInUse naming the process that has it
 */
export function lockFolder(folder: string): () => void {
  const file = `${folder}.lock`;
  mkdirSync(dirname(folder), { recursive: true });
  for (let attempt = 1; attempt <= 2; attempt += 1) {
    try {
      writeFileSync(file, JSON.stringify({ pid: process.pid, boot: bootId() }), { flag: 'wx' });
      return () => rmSync(file, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      const holder = holderOf(file);
      if (holder !== undefined) {
        throw new FolderInUse(
          `The data folder ${folder} is in use by process ${holder}. Stop that one first, or choose another folder with WARROOM_DATA.`,
        );
      }
      rmSync(file, { force: true });
    }
  }
  throw new FolderInUse(`The data folder ${folder} is just being opened by another process. Try again.`);
}

/** The living process that wrote the lock file, if there is one. */
function holderOf(file: string): number | undefined {
  try {
    const { pid, boot } = JSON.parse(readFileSync(file, 'utf8')) as { pid: number; boot: string };
    if (boot !== bootId() || pid === process.pid) return pid === process.pid ? pid : undefined;
    process.kill(pid, 0);
    return pid;
  } catch (error) {
    // EPERM: it lives, but belongs to somebody else. Anything else: gone, or an unreadable file of a process killed while writing.
    return (error as NodeJS.ErrnoException).code === 'EPERM' ? Number.NaN : undefined;
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
