/** The bench's own programs, each in a process of its own, as what they are compared with is. */
import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export interface Program {
  child: ChildProcess;
  stop: () => Promise<void>;
}

/** Starts a program of this folder; resolves with its first message, which says that it is ready. */
export async function startProgram(file: string, env: Readonly<Record<string, string>>): Promise<Program> {
  const path = fileURLToPath(new URL(file, import.meta.url));
  const child = fork(path, { execArgv: ['--import', 'tsx'], env: { ...process.env, ...env } });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  await new Promise<void>((resolve, reject) => {
    child.once('message', () => resolve());
    child.once('exit', (code) => reject(new Error(`${file} ended with code ${code ?? 'none'}`)));
  });
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM');
    await ended;
  };
  return { child, stop };
}
