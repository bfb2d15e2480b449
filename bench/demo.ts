/** From `npm run demo` to the address to open, on an empty data folder. */
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../sandbox/app.ts';
import { figure, type Figures } from './figure.ts';

const limitSeconds = 12;
const giveUpMs = 40_000;
const endMs = 15_000;

/** The demo empties its own folder, so each start is a first one. Everything it started must be gone afterwards. */
export async function measureDemo(): Promise<Figures> {
  const port = await freePort();
  const { REDIS_URL: _redis, DATABASE_URL: _database, ...env } = process.env;
  const startedMs = performance.now();
  // A process group of its own, as in a terminal: Ctrl-C reaches all of it, and what stays behind can be found.
  const child = spawn('npm', ['run', 'demo', '--', '--port', String(port)], { env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  const group = child.pid ?? 0;
  try {
    const readyMs = await untilOpen(child);
    const value = (readyMs - startedMs) / 1000;
    await interrupt(group);
    return { 'demo.ready_s': figure({ value, limit: limitSeconds, unit: 's', samples: 1 }) };
  } finally {
    signal(group, 'SIGKILL');
  }
}

async function untilOpen(child: ReturnType<typeof spawn>): Promise<number> {
  let said = '';
  return new Promise<number>((resolve, reject) => {
    const fail = (why: string): void => reject(new Error(`the demo ${why}:\n${said.slice(-1000)}`));
    const timer = setTimeout(() => fail(`is not ready after ${giveUpMs / 1000} s`), giveUpMs);
    const read = (chunk: Buffer): void => {
      said += chunk.toString('utf8');
      if (!/Open {2}http/.test(said)) return;
      clearTimeout(timer);
      resolve(performance.now());
    };
    child.stdout?.on('data', read);
    child.stderr?.on('data', read);
    child.once('exit', () => {
      clearTimeout(timer);
      fail('ended before it was ready');
    });
  });
}

async function interrupt(group: number): Promise<void> {
  signal(group, 'SIGINT');
  const deadline = performance.now() + endMs;
  while (membersOf(group).length > 0) {
    if (performance.now() > deadline) throw new Error(`after Ctrl-C these still run: ${membersOf(group).join(', ')}`);
    await sleep(50);
  }
}

function signal(group: number, name: NodeJS.Signals): void {
  try {
    process.kill(-group, name);
  } catch {
    // Nobody is left, which is what was wanted.
  }
}

/** Process ids of the group that have not ended. */
function membersOf(group: number): string[] {
  return readdirSync('/proc').filter((pid) => {
    if (!/^\d+$/.test(pid)) return false;
    try {
      // Behind the name in brackets: state, parent, process group.
      const [state, , ownGroup] = readFileSync(`/proc/${pid}/stat`, 'utf8')
        .replace(/^.*\) /s, '')
        .split(' ');
      return state !== 'Z' && Number(ownGroup) === group;
    } catch {
      return false; // it ended while it was looked at
    }
  });
}
