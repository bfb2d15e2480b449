import { spawn } from 'node:child_process';
import { once } from 'node:events';

type Ran = { readonly code: number | null; readonly stdout: string; readonly stderr: string };

/** Runs a tool to its end. */
export async function run(command: string, args: readonly string[], cwd = process.cwd()): Promise<Ran> {
  // Some tools take FORCE_COLOR=0 for a wish for colours: it has to be absent.
  const { FORCE_COLOR: _, ...inherited } = process.env;
  const env = { ...inherited, NO_COLOR: '1' };
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], env, cwd });
  const written = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      written[name] += text;
    });
  }
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, ...written };
}

/** What a tool wrote is the list of problems when it fails; nothing is wrong when it succeeds. */
export async function problemsOf(command: string, args: readonly string[]): Promise<string[]> {
  const { code, stdout, stderr } = await run(command, args);
  if (code === 0) return [];
  const output = (stdout + stderr).trim();
  return [output === '' ? `${command} ended with ${code ?? 'a signal'} and said nothing` : output];
}
