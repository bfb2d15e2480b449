import { Redis } from 'ioredis';
import { Client } from 'pg';

export interface Servers {
  databaseUrl: string;
  redisUrl: string;
}

let claimed = 0;

/** An empty database and an empty Redis database of their own: two Warrooms on one queue would take each other's jobs. */
export async function claimServers(): Promise<Servers> {
  claimed += 1;
  const [databaseUrl, redisUrl] = [new URL(given('DATABASE_URL')), new URL(given('REDIS_URL'))];
  const name = `bench_${process.pid}_${claimed}`;
  const client = new Client({ connectionString: databaseUrl.href });
  await client.connect();
  await client.query(`create database ${name}`);
  await client.end();
  databaseUrl.pathname = `/${name}`;
  redisUrl.pathname = `/${claimed}`;
  const redis = new Redis(redisUrl.href);
  await redis.flushdb();
  redis.disconnect();
  return { databaseUrl: databaseUrl.href, redisUrl: redisUrl.href };
}

function given(name: 'DATABASE_URL' | 'REDIS_URL'): string {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is not set: run the bench by \`npm run bench\`, which starts the servers`);
  return value;
}
