// The command line as a person types it: its own process, its own environment.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

export interface Typed {
  code: number | null;
  out: string;
  err: string;
}

/** Runs `warroom <words>` to its end, with nobody at the keyboard. Nothing of the caller's configuration leaks in. */
export function warroom(words: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Typed> {
  const { PATH = '', HOME = '' } = process.env;
  const child = spawn(process.execPath, ['--import', 'tsx', 'src/cli.ts', ...words], {
    cwd: root,
    env: { PATH, HOME, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const typed: Typed = { code: null, out: '', err: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (typed.out += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (typed.err += text));
  return new Promise((resolve, reject) => child.once('error', reject).once('close', (code) => resolve({ ...typed, code })));
}

/** Makes a key for somebody, as an administrator does, and gives it. */
export async function keyFor(user: string, databaseUrl: string): Promise<string> {
  const { code, out, err } = await warroom(['token', 'create', '--user', user, '--label', 'a test'], { DATABASE_URL: databaseUrl });
  if (code !== 0) throw new Error(err);
  return out.trim();
}
