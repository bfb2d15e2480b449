import type { Kysely } from 'kysely';
import type { RememberInput } from '../ports.ts';
import type { Database } from './schema.ts';

/** For inputs that cause no fact: those that do are remembered with it, in one transaction. */
export function createRememberInput(db: Kysely<Database>): RememberInput {
  return async (key, entityId) => {
    const row = { key, entity_id: entityId };
    const inserted = await db
      .insertInto('inbox')
      .values(row)
      .onConflict((conflict) => conflict.column('key').doNothing())
      .returning('key')
      .executeTakeFirst();
    return inserted !== undefined;
  };
}
