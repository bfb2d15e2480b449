import { createHash } from 'node:crypto';
import type { PostgresPool, PostgresPoolClient, PostgresQueryResult } from 'kysely';
import type { Pool, PoolClient } from 'pg';

/**
 * Kysely's way to `pg` with fewer waits. Every statement with parameters is prepared once per connection, and `begin` travels
 * together with the statement behind it: for each of these round trips somebody in Slack waits.
 */
export function pipelinedPool(pool: Pool): PostgresPool {
  const wrapped = new WeakMap<PoolClient, PostgresPoolClient>();
  // Kysely tells connections apart by their object, so each gets one wrapper for life.
  const connect = async (): Promise<PostgresPoolClient> => {
    const client = await pool.connect();
    const known = wrapped.get(client) ?? pipelinedClient(client);
    wrapped.set(client, known);
    return known;
  };
  return { connect, end: () => pool.end() };
}

function pipelinedClient(client: PoolClient): PostgresPoolClient {
  let begun: Promise<unknown> | undefined;
  const query = async (text: string, values: readonly unknown[] = []): Promise<PostgresQueryResult<unknown>> => {
    if (text === 'begin') {
      begun = client.query(text);
      begun.catch(() => undefined); // told to whoever asks next
      return nothing;
    }
    const before = begun;
    begun = undefined;
    const name = isPreparable(text, values) ? { name: nameOf(text) } : {};
    const asked = client.query({ ...name, text, values: [...values] });
    // Outside its transaction a statement must not count, however unlikely it is that `begin` fails alone.
    const [result] = await Promise.all([asked, before]);
    return result as PostgresQueryResult<unknown>;
  };
  // Kysely's type has a second form of `query`, for cursors, which are not configured.
  return { query: query as PostgresPoolClient['query'], release: () => client.release() };
}

const nothing: PostgresQueryResult<unknown> = { command: 'SELECT', rowCount: 0, rows: [] };

/** A prepared `select *` breaks when a newer Warroom, started beside this one, adds a column. */
const isPreparable = (text: string, values: readonly unknown[]): boolean => values.length > 0 && !text.startsWith('select *');

const names = new Map<string, string>();

/** The same text has the same name, and there are as many texts as the sources write. */
function nameOf(text: string): string {
  const name = names.get(text) ?? createHash('sha1').update(text).digest('hex');
  names.set(text, name);
  return name;
}
