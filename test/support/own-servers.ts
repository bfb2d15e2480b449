// Servers of a test's own, to be killed and brought back: those that `npm test` provides are everybody's.
import { describe, it } from '@jest/globals';
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { freePort } from '../../sandbox/app.ts';
import { describeLane } from './lanes.ts';

export interface OwnServer {
  url: string;
  /** Ends it at once, as a crash would. */
  crash: () => Promise<void>;
  /** Brings it back where it was, if it is away. */
  start: () => Promise<void>;
  /** Ends it for good. */
  stop: () => Promise<void>;
}

/** A Redis that keeps nothing on disk: whoever kills it loses all of it. */
export async function ownRedis(): Promise<OwnServer> {
  const port = await freePort();
  const args = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--maxmemory-policy', 'noeviction'];
  return serve({
    url: `redis://127.0.0.1:${port}`,
    isReady: () => listens(port),
    crashSignal: 'SIGKILL',
    run: () => spawn('redis-server', args, { stdio: 'ignore', cwd: tmpdir() }),
  });
}

const debianHome = '/usr/lib/postgresql';

/** A suite that starts and ends PostgreSQL itself; left out by name where that runs in a container only. */
export function describeOwnPostgres(title: string, body: (programs: string) => void): void {
  const programs = postgresPrograms();
  if (programs === undefined) {
    describe(title, () => {
      it.skip('left out, the programs of PostgreSQL are not on this machine', () => undefined);
    });
    return;
  }
  describeLane(['redis', 'postgres'], title, () => {
    body(programs);
  });
}

/** The folder of PostgreSQL's programs. */
function postgresPrograms(): string | undefined {
  const homes = existsSync(debianHome) ? readdirSync(debianHome).map((version) => join(debianHome, version, 'bin')) : [];
  const onPath = (process.env['PATH'] ?? '').split(':');
  return [...onPath, ...homes].find((folder) => existsSync(join(folder, 'initdb')) && existsSync(join(folder, 'postgres')));
}

/** A PostgreSQL that keeps what it has committed. */
export async function ownPostgres(programs: string): Promise<OwnServer> {
  const folder = mkdtempSync(join(tmpdir(), 'warroom-own-postgres-'));
  const as = unprivileged(folder);
  const data = join(folder, 'data');
  const made = spawnSync(join(programs, 'initdb'), ['-D', data, '-U', 'postgres', '--auth=trust', '--locale=C', '--no-sync'], as);
  if (made.status !== 0) throw new Error(`initdb failed: ${made.stderr.toString()}`);
  const port = await freePort();
  const args = ['-D', data, '-h', '127.0.0.1', '-p', String(port), '-k', folder];
  const run = (): ChildProcess => spawn(join(programs, 'postgres'), args, { ...as, stdio: 'ignore' });
  const url = `postgres://postgres@127.0.0.1:${port}/postgres`;
  // SIGQUIT is its immediate shutdown: no checkpoint, every connection cut.
  const server = await serve({ url, isReady: () => answers(url), crashSignal: 'SIGQUIT', run });
  const stop = async (): Promise<void> => {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  return { ...server, stop };
}

/** PostgreSQL refuses to run as root. */
function unprivileged(folder: string): { cwd: string; uid?: number; gid?: number } {
  if (process.getuid?.() !== 0) return { cwd: folder };
  const [uid = 65_534, gid = 65_534] = ['-u', '-g'].map((flag) => Number(spawnSync('id', [flag, 'postgres']).stdout.toString()) || 65_534);
  chownSync(folder, uid, gid);
  return { cwd: folder, uid, gid };
}

interface Serving {
  url: string;
  isReady: () => Promise<boolean>;
  crashSignal: NodeJS.Signals;
  run: () => ChildProcess;
}

async function serve({ url, isReady, crashSignal, run }: Serving): Promise<OwnServer> {
  const now: { child?: ChildProcess } = {};
  const isAlive = (): boolean => now.child !== undefined && now.child.exitCode === null && now.child.signalCode === null;
  const start = async (): Promise<void> => {
    if (!isAlive()) now.child = run();
    for (let tries = 0; tries < 800 && !(await isReady()); tries += 1) await sleep(25);
  };
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    const { child } = now;
    if (!child || !isAlive()) return;
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill(signal);
    await gone;
  };
  await start();
  return { url, start, crash: () => end(crashSignal), stop: () => end(crashSignal) };
}

/** It listens before it has recovered: only an answer says that it is back. */
async function answers(url: string): Promise<boolean> {
  const client = new Client({ connectionString: url });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query('select 1');
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => undefined);
  }
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    const done = (yes: boolean): void => {
      socket.destroy();
      resolve(yes);
    };
    socket.once('connect', () => done(true)).once('error', () => done(false));
  });
}

/** While it runs, houses that ask for servers get these instead of those of `npm test`. */
export async function withServers<T>(urls: { redis?: string; postgres?: string }, open: () => Promise<T>): Promise<T> {
  const before = { ...process.env };
  if (urls.redis !== undefined) process.env['TEST_REDIS_URL'] = urls.redis;
  if (urls.postgres !== undefined) process.env['TEST_DATABASE_URL'] = urls.postgres;
  try {
    return await open();
  } finally {
    Object.assign(process.env, before);
  }
}
