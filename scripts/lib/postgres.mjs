// A PostgreSQL for tests and measurements: the one we are given, else a private one.
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startContainer } from './docker.mjs';
import { say } from './log.mjs';
import { installDebian } from './packages.mjs';
import { answers, firstRunnable, freePort, onFinish, runQuietly, startServer, waitUntil } from './processes.mjs';

const howToGet = 'install PostgreSQL (Debian: apt-get install postgresql, macOS: brew install postgresql), run Docker, or set DATABASE_URL';
const debianHome = '/usr/lib/postgresql';
/** The first eight bytes any client may send, asking for TLS; PostgreSQL answers with one letter. */
const hello = { send: Buffer.from([0, 0, 0, 8, 4, 210, 22, 47]), expect: /^[NS]/ };

/** Gives `{ url }` of a superuser, or `{ missing }` with the reason and the way to get one. */
export async function providePostgres({ durable = false } = {}) {
  const given = process.env.DATABASE_URL;
  if (given) return (await reachable(given)) ? { url: given } : { missing: 'DATABASE_URL is set, but nothing answers there' };

  const programs = findPrograms() ?? (installDebian(['postgresql']) ? findPrograms() : undefined);
  if (programs) return startPrivate(programs, durable);

  const port = startContainer({ image: 'postgres:16', port: 5432, env: { POSTGRES_HOST_AUTH_METHOD: 'trust' } });
  // The image starts twice, the first time on a socket file only: an answer on the port is the real one.
  if (port && (await waitUntil(() => answers({ port, ...hello }), { timeoutMs: 60_000 }))) return { url: address(port) };
  return { missing: howToGet };
}

async function startPrivate({ initdb, postgres }, durable) {
  const folder = mkdtempSync(join(tmpdir(), 'warroom-postgres-'));
  onFinish(() => rmSync(folder, { recursive: true, force: true }));
  const identity = unprivileged(folder);
  const data = join(folder, 'data');
  const made = runQuietly(initdb, ['-D', data, '-U', 'postgres', '--auth=trust', '--encoding=UTF8', '--locale=C', '--no-sync'], identity);
  if (!made.ok) return { missing: `initdb failed: ${made.stderr.trim()}` };

  const port = await freePort();
  const args = ['-D', data, '-h', '127.0.0.1', '-p', String(port), '-k', folder, '-c', 'max_connections=200', ...settings(durable)];
  // SIGINT is PostgreSQL's fast shutdown: it ends sessions instead of waiting for them.
  const server = startServer(postgres, args, { ...identity, stopSignal: 'SIGINT' });
  const up = await waitUntil(() => answers({ port, ...hello }), { ended: server.ended });
  if (!up) return { missing: `PostgreSQL did not start: ${server.output().trim()}` };
  say(`PostgreSQL on port ${port} (pid ${server.pid})`);
  return { url: address(port) };
}

function findPrograms() {
  const homes = existsSync(debianHome) ? readdirSync(debianHome).toSorted((a, b) => Number(b) - Number(a)) : [];
  const folders = ['', ...homes.map((version) => join(debianHome, version, 'bin'))];
  for (const folder of folders) {
    const [initdb, postgres] = [join(folder, 'initdb'), join(folder, 'postgres')];
    if (firstRunnable([initdb]) && firstRunnable([postgres])) return { initdb, postgres };
  }
  return undefined;
}

/** PostgreSQL refuses to run as root, so root lends its folder to somebody with fewer rights. */
function unprivileged(folder) {
  const base = { cwd: folder, env: { ...process.env, HOME: folder, LC_ALL: 'C' } };
  if (process.getuid?.() !== 0) return base;
  const user = ['postgres', 'nobody'].find((name) => runQuietly('id', ['-u', name]).ok) ?? 'nobody';
  const [uid, gid] = ['-u', '-g'].map((flag) => Number(runQuietly('id', [flag, user]).stdout));
  chownSync(folder, uid, gid);
  return { ...base, uid, gid };
}

/** Measurements run with production's durability; tests throw everything away. */
function settings(durable) {
  if (durable) return [];
  return ['-c', 'fsync=off', '-c', 'full_page_writes=off', '-c', 'synchronous_commit=off'];
}

function address(port) {
  return `postgres://postgres@127.0.0.1:${port}/postgres`;
}

function reachable(url) {
  const { hostname: host, port } = new URL(url);
  return answers({ host, port: port || 5432, ...hello });
}
