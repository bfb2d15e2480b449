// A Redis for tests and measurements: the one we are given, else a private one.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startContainer } from './docker.mjs';
import { say } from './log.mjs';
import { installDebian } from './packages.mjs';
import { answers, firstRunnable, freePort, onFinish, startServer, waitUntil } from './processes.mjs';

const howToGet = 'install redis-server (Debian: apt-get install redis-server, macOS: brew install redis), run Docker, or set REDIS_URL';
const programs = ['redis-server', 'valkey-server', '/usr/bin/redis-server'];
const ping = { send: 'PING\r\n', expect: /^(\+PONG|-NOAUTH)/ };

/** Gives `{ url }`, or `{ missing }` with the reason and the way to get one. */
export async function provideRedis({ durable = false } = {}) {
  const given = process.env.REDIS_URL;
  if (given) return (await reachable(given)) ? { url: given } : { missing: `REDIS_URL is set, but nothing answers there` };

  const program = firstRunnable(programs) ?? (installDebian(['redis-server']) ? firstRunnable(programs) : undefined);
  if (program) return startPrivate(program, durable);

  const port = startContainer({ image: 'redis:7', port: 6379, command: ['redis-server', ...settings(durable)] });
  if (port && (await waitUntil(() => answers({ port, ...ping })))) return { url: `redis://127.0.0.1:${port}` };
  return { missing: howToGet };
}

async function startPrivate(program, durable) {
  const folder = mkdtempSync(join(tmpdir(), 'warroom-redis-'));
  onFinish(() => rmSync(folder, { recursive: true, force: true }));
  const port = await freePort();
  const server = startServer(program, ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, ...settings(durable)]);
  const up = await waitUntil(() => answers({ port, ...ping }), { ended: server.ended });
  if (!up) return { missing: `${program} did not start: ${server.output().trim()}` };
  say(`Redis on port ${port} (pid ${server.pid})`);
  return { url: `redis://127.0.0.1:${port}` };
}

/** Measurements run with production's durability; tests throw everything away. */
function settings(durable) {
  const keep = durable ? ['--appendonly', 'yes', '--appendfsync', 'everysec'] : ['--appendonly', 'no'];
  return ['--save', '', '--maxmemory-policy', 'noeviction', ...keep];
}

async function reachable(url) {
  const { protocol, hostname: host, port } = new URL(url);
  // Behind TLS a plain PING gets no answer; then the tests themselves will tell.
  return protocol === 'rediss:' || (await answers({ host, port: port || 6379, ...ping }));
}
