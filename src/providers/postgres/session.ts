// One connection for one piece of work: calls are rare, and an idle connection with these rights is one too many.
import { Client } from 'pg';
import type { z } from 'zod';
import type { Settings, Target } from './schema.ts';
import { commitTroubleOf, strange, troubleOf } from './trouble.ts';

/** A transaction as the rest of the provider sees it. */
export interface Session {
  /** Rows in the shape we read. @throws ProviderError */
  rows: <Shape extends z.ZodType>(shape: Shape, statement: string, values?: readonly unknown[]) => Promise<z.output<Shape>[]>;
}

export interface Work {
  settings: Settings;
  limits: Pick<Target, 'lockTimeout' | 'statementTimeout'>;
  signal?: AbortSignal;
}

/** Runs the work and takes back whatever it did. @throws ProviderError */
export const inDryRun = <T>(work: Work, body: (session: Session) => Promise<T>): Promise<T> =>
  connected(work, async (client) => {
    const result = await attempt(() => inside(client, work, body));
    await client.query('rollback').catch(() => undefined); // the connection is closed next, which takes it back as well
    return result;
  });

/** Runs the work and commits it. @throws ProviderError, `unknown` when the answer to the commit got lost */
export const inTransaction = <T>(work: Work, body: (session: Session) => Promise<T>): Promise<T> =>
  connected(work, async (client) => {
    // Closing the connection without a commit takes everything back, so a failure in here has changed nothing.
    const result = await attempt(() => inside(client, work, body));
    if (work.signal?.aborted) throw troubleOf(new Error('the call was called off'));
    try {
      await client.query('commit');
    } catch (error) {
      throw commitTroubleOf(error);
    }
    return result;
  });

async function connected<T>({ settings, limits, signal }: Work, body: (client: Client) => Promise<T>): Promise<T> {
  if (signal?.aborted) throw troubleOf(new Error('the call was called off'));
  const client = new Client({
    connectionString: settings.url,
    connectionTimeoutMillis: settings.timeouts?.connectMs ?? 3_000,
    // The server's own limit comes first; this one is for a server that is gone.
    query_timeout: limits.statementTimeout + 5_000,
    application_name: 'warroom',
    keepAlive: true,
  });
  client.on('error', () => undefined); // a connection that breaks would end the process otherwise; the query under way fails as well
  const hangUp = () => void client.end().catch(() => undefined);
  try {
    await attempt(() => client.connect());
    signal?.addEventListener('abort', hangUp, { once: true });
    return await body(client);
  } finally {
    signal?.removeEventListener('abort', hangUp);
    await client.end().catch(() => undefined);
  }
}

async function inside<T>(client: Client, { limits }: Work, body: (session: Session) => Promise<T>): Promise<T> {
  await client.query('begin');
  // Names are looked up nowhere but where we say, whatever the role's defaults are.
  await client.query(
    `select set_config('search_path', 'pg_catalog', true), set_config('lock_timeout', $1, true), set_config('statement_timeout', $2, true)`,
    [String(limits.lockTimeout), String(limits.statementTimeout)],
  );
  return body({
    rows: async (shape, statement, values = []) => {
      const { rows } = await client.query<Record<string, unknown>>(statement, [...values]);
      return rows.map((row) => parsed(shape, row));
    },
  });
}

function parsed<Shape extends z.ZodType>(shape: Shape, row: unknown): z.output<Shape> {
  const { data, error } = shape.safeParse(row);
  if (error) {
    const [issue] = error.issues;
    throw strange(`the database answered in a form we do not know: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`);
  }
  return data;
}

async function attempt<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw troubleOf(error);
  }
}
