import { expect, it } from '@jest/globals';
import { sql } from 'kysely';
import { randomUUID } from 'node:crypto';
import type { StoredJob } from '../../../src/ports.ts';
import { createPurge } from '../../../src/store/purge.ts';
import { start } from '../../support/samples.ts';
import { onEachStore, saveRaw, type TestStore } from '../../support/stores.ts';

onEachStore('what is kept for a while only', (store) => {
  it('forgets inputs after a week, and not before', async () => {
    const [old, young] = [await heard(store(), 8), await heard(store(), 6)];
    expect(await createPurge(store().db)(1000)).toEqual({ inputs: 1, jobs: 0 });
    expect(await store().ledger.outcome(old)).toBeUndefined();
    expect(await store().ledger.outcome(young)).toBeDefined();
  });

  it('forgets jobs a week after they were done, and not before', async () => {
    const [old, young] = [await done(store(), 8), await done(store(), 6)];
    expect(await createPurge(store().db)(1000)).toEqual({ inputs: 0, jobs: 1 });
    expect(await kept(store(), old)).toBe(false);
    expect(await kept(store(), young)).toBe(true);
  });

  it('never forgets a job that was given up or is still to be done, however old', async () => {
    const { outbox, db } = store();
    const [parked, waiting, held] = [await stored(store()), await stored(store()), await stored(store())];
    await outbox().park(await claimed(store(), parked), 'nobody knows why');
    await claimed(store(), held);
    for (const { id } of [parked, waiting, held]) {
      await sql`update outbox set due_at = 0, parked_at = parked_at - interval '99 days' where id = ${id}`.execute(db);
    }
    await createPurge(db)(1000);
    for (const each of [parked, waiting, held]) expect(await kept(store(), each)).toBe(true);
    expect((await outbox().counts(start)).parked).toBe(1);
  });

  it('removes at most as many at a time as it is told, the oldest first, until nothing is left', async () => {
    const jobs = [await done(store(), 8), await done(store(), 8), await done(store(), 8)];
    const [young, old, older] = [await heard(store(), 9), await heard(store(), 10), await heard(store(), 11)];
    const purge = createPurge(store().db);
    const first = await purge(2);
    expect(first.inputs).toBe(2);
    expect(first.jobs).toBeLessThanOrEqual(2);
    const outcomes = await Promise.all([young, old, older].map((key) => store().ledger.outcome(key)));
    expect(outcomes.map((outcome) => outcome !== undefined)).toEqual([true, false, false]);
    while ((await purge(2)).jobs > 0) continue;
    expect(await Promise.all(jobs.map((each) => kept(store(), each)))).toEqual([false, false, false]);
    expect(await purge(2)).toEqual({ inputs: 0, jobs: 0 });
  });

  it('may be done by several processes at once: each row is removed once, and nobody waits for ever', async () => {
    for (let index = 0; index < 12; index += 1) await heard(store(), 8);
    for (let index = 0; index < 12; index += 1) await done(store(), 8);
    const removed = { inputs: 0, jobs: 0 };
    for (let round = 0; round < 5; round += 1) {
      for (const { inputs, jobs } of await Promise.all([1, 2, 3].map(() => createPurge(store().db)(6)))) {
        removed.inputs += inputs;
        removed.jobs += jobs;
      }
    }
    expect(removed).toEqual({ inputs: 12, jobs: 12 });
  });

  it('leaves the facts alone', async () => {
    const { queries, db } = store();
    const id = await store().declared();
    await sql`update inbox set received_at = now() - interval '99 days'`.execute(db);
    await createPurge(db)(1000);
    expect(await queries.facts(id)).toHaveLength(1);
  });
});

/** An input of so many days ago; its key. */
async function heard({ ledger, declared, db }: TestStore, days: number): Promise<string> {
  const inboxKey = randomUUID();
  await saveRaw(ledger, await declared(), { inboxKey });
  await sql`update inbox set received_at = now() - make_interval(days => ${days}::int) where key = ${inboxKey}`.execute(db);
  return inboxKey;
}

async function stored({ ledger, declared }: TestStore): Promise<StoredJob> {
  const job = { kind: 'room.topic', payload: { incidentId: 'inc_1' }, order: randomUUID() } as const;
  const [only] = await saveRaw(ledger, await declared(), { jobs: [job] });
  if (!only) throw new Error('the job was not stored');
  return only;
}

async function claimed({ outbox }: TestStore, { id }: StoredJob) {
  const taken = await outbox().claim(id, start);
  if (!taken) throw new Error('the job could not be claimed');
  return taken;
}

/** A job that was done so many days ago. */
async function done(store: TestStore, days: number): Promise<StoredJob> {
  const job = await stored(store);
  await store.outbox().finish(await claimed(store, job));
  await sql`update outbox set done_at = now() - make_interval(days => ${days}::int) where id = ${job.id}`.execute(store.db);
  return job;
}

async function kept({ db }: TestStore, { id }: StoredJob): Promise<boolean> {
  return (await db.selectFrom('outbox').select('id').where('id', '=', id).execute()).length === 1;
}
