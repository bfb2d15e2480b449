// A database and a Redis of one's own on the servers that `npm test` provides.
import { randomBytes } from 'node:crypto';
import { Redis } from 'ioredis';
import { Client } from 'pg';
import { serverAddress } from './lanes.ts';

export interface ClaimedServers {
  databaseUrl: string;
  redisUrl: string;
  /** Forgets everything that was stored. */
  release: () => Promise<void>;
}

/** Claims an empty database and an empty Redis number; call it inside `describeLane(['redis', 'postgres'], …)`. */
export async function claimServers(): Promise<ClaimedServers> {
  const redis = await claimRedis(serverAddress('redis'));
  try {
    const database = await createDatabase(serverAddress('postgres'));
    const release = async (): Promise<void> => {
      await Promise.all([redis.release(), database.release()]);
    };
    return { databaseUrl: database.url, redisUrl: redis.url, release };
  } catch (error) {
    await redis.release();
    throw error;
  }
}

interface Claimed {
  url: string;
  release: () => Promise<void>;
}

const at = (address: string, path: string): string => Object.assign(new URL(address), { pathname: `/${path}` }).href;

async function createDatabase(address: string): Promise<Claimed> {
  const name = `house_${randomBytes(6).toString('hex')}`;
  await query(address, `create database ${name}`);
  return { url: at(address, name), release: () => query(address, `drop database if exists ${name} with (force)`) };
}

/** Runs one statement on a connection of its own. */
async function query(address: string, statement: string): Promise<void> {
  const client = new Client({ connectionString: address });
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

async function claimRedis(address: string): Promise<Claimed> {
  for (const number of numbers) {
    const url = at(address, String(number));
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
