import type { PGlite } from '@electric-sql/pglite';
import type { PgPool, PgPoolClient, PgQueryResult } from 'bullmq';
import type { PostgresPool } from 'kysely';
import { EventEmitter } from 'node:events';

const begins = /^(begin|start transaction)\b/i;
const ends = /^(commit|end|rollback(?!\s+to\b))\b/i;
const listens = /^listen\s+"?(\w+)"?;?$/i;

/** BullMQ's SQL begins with comments; what a statement does is read behind them. */
const statement = (sql: string): string => sql.replace(/^\s*--.*$/gm, '').trim();

/**
 * One in-process PGlite shared by Kysely and BullMQ's PostgreSQL backend. PGlite has a single session, so between a client's BEGIN
 * and its COMMIT or ROLLBACK every other client waits: the isolation that separate connections give.
 */
export class LiteSession {
  readonly #db: PGlite;
  #owner: object | undefined;
  #waiting: (() => void)[] = [];

  constructor(db: PGlite) {
    this.#db = db;
  }

  /** For `new PostgresDialect({ pool })`; closing it closes the database. */
  kyselyPool(): PostgresPool {
    return { connect: () => Promise.resolve(this.#client()), end: () => this.#db.close() } as unknown as PostgresPool;
  }

  /** For BullMQ's `createPostgresBackend`; closing it leaves the database open. */
  bullPool(): PgPool {
    const self = new EventEmitter();
    return Object.assign(self, {
      options: { keepAlive: true },
      connect: () => Promise.resolve(this.#client()),
      query: <R>(text: string, params?: readonly unknown[]) => this.#run<R>(self, text, params),
      end: () => Promise.resolve(),
    });
  }

  async #run<R>(client: object, text: string, params: readonly unknown[] = []): Promise<PgQueryResult<R>> {
    while (this.#owner !== undefined && this.#owner !== client) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    const head = statement(text);
    if (begins.test(head)) this.#owner = client;
    try {
      return await this.#query<R>(head, { text, params });
    } finally {
      if (ends.test(head)) this.#free(client);
    }
  }

  async #query<R>(head: string, { text, params }: { text: string; params: readonly unknown[] }): Promise<PgQueryResult<R>> {
    // exec() takes several statements in one text (migrations), query() takes parameters.
    const result = params.length === 0 ? (await this.#db.exec(text)).at(-1) : await this.#db.query(text, [...params]);
    const rows = (result?.rows ?? []) as R[];
    // `command` is what Kysely reads to tell how many rows an UPDATE touched.
    const command = head.split(/\s/, 1)[0]?.toUpperCase() ?? '';
    return {
      command: command === 'WITH' ? 'INSERT' : command,
      rows,
      rowCount: (result?.affectedRows ?? 0) || rows.length,
    } as PgQueryResult<R>;
  }

  #free(client: object): void {
    if (this.#owner !== client) return;
    this.#owner = undefined;
    for (const wake of this.#waiting.splice(0)) wake();
  }

  #client(): PgPoolClient {
    const stops: (() => Promise<void>)[] = [];
    const self = new EventEmitter();
    return Object.assign(self, {
      query: async <R>(text: string, params?: readonly unknown[]): Promise<PgQueryResult<R>> => {
        const channel = listens.exec(statement(text))?.[1];
        if (channel === undefined) return this.#run<R>(self, text, params);
        stops.push(await this.#db.listen(channel, (payload) => void self.emit('notification', { channel, payload })));
        return { rows: [] };
      },
      release: () => {
        this.#free(self);
        void Promise.allSettled(stops.splice(0).map((stop) => stop()));
      },
    });
  }
}
