// A database of one's own, made by the SQL that ships as the example, with 200 prices and a role that may run procedures.
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer, connect, type AddressInfo, type Socket } from 'node:net';
import { join } from 'node:path';
import { Client } from 'pg';
import type { RollbackTarget } from '../../../src/ports.ts';
import { openTarget } from '../../../src/providers/index.ts';
import { serverAddress } from '../../support/lanes.ts';

const examples = join(import.meta.dirname, '../../../examples/database');
const password = 'canary-secret-password';

export interface OwnDatabase {
  /** Of the role that Warroom logs in as. */
  url: string;
  /** Runs SQL as the database's owner. */
  sql: <Row extends object>(statement: string, values?: unknown[]) => Promise<Row[]>;
  target: (changed?: { url?: string; [field: string]: unknown }) => RollbackTarget;
  /** Sets these prices to a cent, and says that this change did it. */
  badChange: (tag: string, where?: string) => Promise<void>;
  /** What all prices and their history look like. */
  state: () => Promise<{ cents: number; rows: number; versions: number; operations: number }>;
  release: () => Promise<void>;
}

/** Makes the database. Call it inside `describeLane('postgres', …)`. */
export async function claimDatabase(): Promise<OwnDatabase> {
  const server = serverAddress('postgres');
  const name = `prices_${randomBytes(6).toString('hex')}`;
  await once(server, `create database ${name}`);
  const owner = new Client({ connectionString: at(server, { pathname: `/${name}` }) });
  await owner.connect();
  owner.on('error', () => undefined); // the database is dropped under it in the end
  for (const file of ['warroom.sql', 'history-table.sql']) await owner.query(readFileSync(join(examples, file), 'utf8'));
  await owner.query(`alter role warroom_runner password '${password}'`).catch(() => undefined); // two suites at a time may want to
  await owner.query(`insert into shop.price select 'sku-' || lpad(i::text, 3, '0'), 1000 + i from generate_series(1, 200) i`);

  const url = at(server, { pathname: `/${name}`, username: 'warroom_runner', password });
  const sql: OwnDatabase['sql'] = async (statement, values) => (await owner.query(statement, values)).rows as never;
  return {
    url,
    sql,
    target: ({ url: used = url, ...changed } = {}) => openTarget({ postgres: { url: used } }, { ...reversion, ...changed }),
    badChange: async (tag, where = 'true') => {
      await sql(`begin; set local warroom.change_tag = '${tag}'; update shop.price set cents = 1 where ${where}; commit`);
    },
    state: async () => {
      const [state] = await sql<Awaited<ReturnType<OwnDatabase['state']>>>(`select
        (select sum(cents)::int from shop.price) as cents, (select count(*)::int from shop.price) as rows,
        (select count(*)::int from shop.price_history) as versions, (select count(*)::int from warroom.operation) as operations`);
      if (!state) throw new Error('no answer');
      return state;
    },
    release: async () => {
      await owner.end();
      await once(server, `drop database ${name} with (force)`);
    },
  };
}

const reversion = {
  provider: 'postgres',
  procedure: 'revert_prices',
  class: 'logical-reversion',
  parameters: { tag: 'import-42' },
  maxRows: 500,
  lockTimeout: '300ms',
  statementTimeout: '5s',
};

/** The same address with other parts. */
export const at = (address: string, parts: Partial<URL>): string => Object.assign(new URL(address), parts).href;

async function once(address: string, statement: string): Promise<void> {
  const client = new Client({ connectionString: address });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

/** A wire to the database that breaks when a statement with these words passes: before it arrives, or before its answer does. */
export async function breakingWire(url: string, { words, arrives }: { words: string; arrives: boolean }) {
  const { hostname, port } = new URL(url);
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const database = connect(Number(port), hostname);
    for (const socket of [client, database]) sockets.add(socket.on('error', () => undefined));
    let isBroken = false;
    client.on('data', (data) => {
      isBroken ||= data.includes(words);
      if (!isBroken || arrives) database.write(data);
      else client.destroy();
    });
    // The answer came, so the statement is done; nobody hears of it.
    database.on('data', (data) => (isBroken ? client.destroy() : client.write(data)));
    client.on('close', () => database.destroy());
    database.on('close', () => client.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: at(url, { hostname: '127.0.0.1', port: String((server.address() as AddressInfo).port) }),
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}
