import { say } from './log.mjs';
import { providePostgres } from './postgres.mjs';
import { runToEnd } from './processes.mjs';
import { provideRedis } from './redis.mjs';

/** Kills and freezes Warroom's processes on a Redis and a PostgreSQL of their own, which stay up: it is Warroom that is tried. */
export async function chaos(args) {
  const [redis, postgres] = [await provideRedis(), await providePostgres()];
  for (const { missing } of [redis, postgres]) if (missing) say(`cannot run: ${missing}`);
  if (redis.missing || postgres.missing) return 1;

  const env = { ...process.env, TEST_REDIS_URL: redis.url, TEST_DATABASE_URL: postgres.url };
  return runToEnd(process.execPath, ['--import', 'tsx', 'bench/chaos/main.ts', ...args], { env });
}
