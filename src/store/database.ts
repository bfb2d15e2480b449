import type { Kysely, Transaction } from 'kysely';
import { CompiledQuery } from 'kysely';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Database } from './schema.ts';

const tries = 3;
/** Serialization failure, deadlock, lock timeout: the database asks to try again. */
const again = ['40001', '40P01', '55P03'];

/** Runs `work` in a transaction, again when the database asks for it. Inside, use `tx` only: the outer handle would wait for itself on PGlite. */
export async function inTransaction<T>(db: Kysely<Database>, work: (tx: Transaction<Database>) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await db.transaction().execute(work);
    } catch (error) {
      if (attempt === tries || !again.includes(codeOf(error) ?? '')) throw error;
      await sleep(Math.random() * 30 * attempt);
    }
  }
}

/** Asks with ready text, for the few questions that a person in Slack waits for: building a query anew costs as much as its answer. */
export async function ask<Row>(db: Kysely<Database>, text: string, values: readonly unknown[]): Promise<Row[]> {
  const { rows } = await db.executeQuery(CompiledQuery.raw(text, [...values]));
  return rows as Row[];
}

/** Did this error come from that constraint or unique index? */
export const violated = (error: unknown, constraint: string): boolean =>
  codeOf(error) === '23505' && fieldOf(error, 'constraint') === constraint;

const codeOf = (error: unknown): string | undefined => fieldOf(error, 'code');

function fieldOf(error: unknown, field: 'code' | 'constraint'): string | undefined {
  if (typeof error !== 'object' || error === null || !(field in error)) return undefined;
  const value = (error as Record<string, unknown>)[field];
  return typeof value === 'string' ? value : undefined;
}
