// A question that waited for a lock still sees the other tables as they were when it was asked: what a decision must know is asked after.
import { expect, it } from '@jest/globals';
import { sql } from 'kysely';
import { setTimeout as sleep } from 'node:timers/promises';
import { incident } from '../../../src/domain/incident.ts';
import { start } from '../../support/samples.ts';
import { onServerStore, type TestStore } from '../../support/stores.ts';

onServerStore('an incident that is resolved in the same moment', (storeOf) => {
  it('stays open for a rollback that went on while the resolution waited its turn', async () => {
    const { db, declared, requested, execute } = storeOf();
    const id = await declared();
    const rb = await requested(id);
    await db.updateTable('rollback').set({ status: 'inconclusive' }).where('id', '=', rb).execute();
    const resolving = await db.transaction().execute(async (tx) => {
      await tx
        .updateTable('incident')
        .set({ head_seq: sql`head_seq` })
        .where('id', '=', id)
        .execute();
      await tx.updateTable('rollback').set({ status: 'compensating' }).where('id', '=', rb).execute();
      const asked = execute(incident, id, { type: 'incident.resolve', by: 'UADA', at: start }).catch((error: unknown) => error);
      await waiting(storeOf());
      return { asked };
    });
    expect(await resolving.asked).toMatchObject({ code: 'rollback_running', facts: { status: 'compensating' } });
  });
});

async function waiting({ db }: TestStore): Promise<void> {
  for (;;) {
    const { rows } = await sql`select 1 from pg_locks where not granted`.execute(db);
    if (rows.length > 0) return;
    await sleep(10);
  }
}
