import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** Runs a tool; what it wrote is the list of problems when it fails, and nothing is wrong when it succeeds. */
export async function problemsOf(command: string, args: readonly string[]): Promise<string[]> {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, NO_COLOR: '1', FORCE_COLOR: '0' } });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  const [code] = (await once(child, 'close')) as [number | null];
  if (code === 0) return [];
  return output.trim() === '' ? [`${command} ended with ${code ?? 'a signal'} and said nothing`] : [output.trim()];
}
