import { say } from './log.mjs';
import { providePostgres } from './postgres.mjs';
import { runToEnd } from './processes.mjs';
import { provideRedis } from './redis.mjs';

/** Measures Warroom on Redis and PostgreSQL as durable as in production. */
export async function bench(args) {
  const [redis, postgres] = [await provideRedis({ durable: true }), await providePostgres({ durable: true })];
  for (const { missing } of [redis, postgres]) if (missing) say(`cannot measure: ${missing}`);
  if (redis.missing || postgres.missing) return 1;

  const env = { ...process.env, REDIS_URL: redis.url, DATABASE_URL: postgres.url };
  return runToEnd(process.execPath, ['--import', 'tsx', 'bench/main.ts', ...args], { env });
}
