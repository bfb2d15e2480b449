// A database and a Redis of one's own on the servers that `npm test` provides.
import { randomBytes } from 'node:crypto';
import { Redis } from 'ioredis';
import { Client } from 'pg';

export interface ClaimedServers {
  databaseUrl: string;
  redisUrl: string;
  /** Forgets everything that was stored. */
  release: () => Promise<void>;
}

/** Claims an empty database and an empty Redis number; call it inside `describeLane(['redis', 'postgres'], …)`. */
export async function claimServers(): Promise<ClaimedServers> {
  const redis = await claimRedis(address('TEST_REDIS_URL'));
  try {
    const database = await createDatabase(address('TEST_DATABASE_URL'));
    const release = async (): Promise<void> => {
      await Promise.all([redis.release(), database.release()]);
    };
    return { databaseUrl: database.url, redisUrl: redis.url, release };
  } catch (error) {
    await redis.release();
    throw error;
  }
}

function address(variable: string): string {
  const given = process.env[variable];
  if (given === undefined) throw new Error(`${variable} is not set: \`npm test\` sets it`);
  return given;
}

interface Claimed {
  url: string;
  release: () => Promise<void>;
}

const at = (server: string, path: string): string => Object.assign(new URL(server), { pathname: `/${path}` }).href;

async function createDatabase(server: string): Promise<Claimed> {
  const name = `house_${randomBytes(6).toString('hex')}`;
  await query(server, `create database ${name}`);
  return { url: at(server, name), release: () => query(server, `drop database if exists ${name} with (force)`) };
}

/** Runs one statement on a connection of its own. */
async function query(server: string, statement: string): Promise<void> {
  const client = new Client({ connectionString: server });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

/** The numbers that a Redis has unless told otherwise; 0 is left to whoever does not ask. */
const numbers = Array.from({ length: 15 }, (_, index) => index + 1);
const claim = 'claimed-by-a-test';
/** A test that was killed gives its number back after this. */
const claimSeconds = 900;

async function claimRedis(server: string): Promise<Claimed> {
  for (const number of numbers) {
    const url = at(server, String(number));
    const client = new Redis(url);
    const isMine = (await client.set(claim, process.pid, 'EX', claimSeconds, 'NX')) === 'OK';
    client.disconnect();
    if (isMine) return { url, release: () => flush(url) };
  }
  throw new Error('all Redis numbers are in use by other tests');
}

async function flush(url: string): Promise<void> {
  const client = new Redis(url);
  await client.flushdb();
  client.disconnect();
}
