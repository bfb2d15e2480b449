import { expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import type { Job } from '../../../src/domain/job.ts';
import type { ClaimedJob, StoredJob } from '../../../src/ports.ts';
import { start } from '../../support/samples.ts';
import { onEachStore, saveRaw, type TestStore } from '../../support/stores.ts';

onEachStore('the outbox', (store) => {
  it('lets jobs of one order run strictly one after another, and those of others beside them', async () => {
    const { outbox } = store();
    const [first, second, other] = await stored(store(), [job('a'), job('a'), job('b')]);
    expect(await outbox().claim(second?.id ?? '', start)).toBeUndefined();
    const taken = await claim(store(), first);
    expect(await outbox().claim(second?.id ?? '', start)).toBeUndefined();
    expect(await outbox().claim(other?.id ?? '', start)).toMatchObject({ attempts: 0, claims: 0 });

    expect(await outbox().finish(taken)).toEqual(second);
    expect(await outbox().claim(second?.id ?? '', start)).toBeDefined();
  });

  it('gives a job to one worker only, however many are woken', async () => {
    const { outbox } = store();
    const [only] = await stored(store(), [job('one')]);
    const claims = await Promise.all(Array.from({ length: 10 }, () => outbox().claim(only?.id ?? '', start)));
    expect(claims.filter((each) => each !== undefined)).toHaveLength(1);
  });

  it('does not give out what is not due yet', async () => {
    const { outbox } = store();
    const [later] = await stored(store(), [{ ...job('later'), dueAt: start + 5000 }]);
    expect(await outbox().claim(later?.id ?? '', start + 4999)).toBeUndefined();
    expect(await outbox().claim(later?.id ?? '', start + 5000)).toBeDefined();
  });

  it('stores a second drawing only when the first is already being drawn', async () => {
    const [order, dedupe] = [randomUUID(), randomUUID()];
    const drawing = { ...job(order), dedupe };
    const [first] = await stored(store(), [drawing]);
    expect((await stored(store(), [drawing])).map(({ id }) => id)).toEqual([first?.id]);
    const taken = await claim(store(), first);
    const [second] = await stored(store(), [drawing]);
    expect(second?.id).not.toBe(first?.id);
    expect(await store().outbox().finish(taken)).toEqual(second);
  });

  it('does the work of the newer drawing that waits when it has to run again, and lets nothing overtake it', async () => {
    const { outbox, db } = store();
    const drawing = { ...job(randomUUID()), dedupe: randomUUID() };
    const [first] = await stored(store(), [drawing]);
    const taken = await claim(store(), first);
    const [second] = await stored(store(), [drawing]);
    const [behind] = await stored(store(), [job(drawing.order)]);
    expect((await outbox().again(taken, start + 1000, { failure: 'no answer' }))?.id).toBe(first?.id);
    const row = await db
      .selectFrom('outbox')
      .select(['done_at', 'failure'])
      .where('id', '=', second?.id ?? '')
      .executeTakeFirstOrThrow();
    expect(row.failure).toBe('replaced by the older one');
    expect(row.done_at).not.toBeNull();
    expect(await outbox().claim(behind?.id ?? '', start)).toBeUndefined();
    expect(await outbox().claim(first?.id ?? '', start + 1000)).toMatchObject({ claims: 1, attempts: 1 });
  });

  it('hands a job over when its lease has ended, and hears no more of the one that lost it', async () => {
    const { outbox } = store();
    const [only] = await stored(store(), [job(randomUUID())]);
    const brief = outbox(1);
    const lost = await brief.claim(only?.id ?? '', start);
    if (!lost) throw new Error('not there');
    await expired();
    const taken = await outbox().claim(only?.id ?? '', start);
    expect(taken).toMatchObject({ token: lost.token + 1, claims: 1 });
    expect(await outbox().renew(lost)).toBe(false);
    expect(await outbox().finish(lost)).toBeUndefined();
    expect(await outbox().again(lost, start)).toBeUndefined();
    expect(await outbox().park(lost, 'no')).toBeUndefined();
    expect(await outbox().renew(taken ?? lost)).toBe(true);
  });

  it('keeps a job as long as its lease is renewed', async () => {
    const { outbox } = store();
    const [only] = await stored(store(), [job(randomUUID())]);
    const held = await outbox(1).claim(only?.id ?? '', start);
    if (!held) throw new Error('not there');
    await outbox(60_000).renew(held);
    await expired();
    expect(await outbox().claim(only?.id ?? '', start)).toBeUndefined();
  });

  it('counts failures and deaths apart, and forgets both when the job itself wants to run again', async () => {
    const { outbox } = store();
    const [only] = await stored(store(), [job(randomUUID())]);
    expect(await outbox().again(await claim(store(), only), start, { failure: 'timed out' })).toEqual(only);
    const second = await claim(store(), only);
    expect(second).toMatchObject({ attempts: 1, claims: 1 });
    await outbox().again(second, start);
    expect(await claim(store(), only)).toMatchObject({ attempts: 0, claims: 0 });
  });

  it('puts a job back at any time, also at one between two milliseconds', async () => {
    const [only] = await stored(store(), [job(randomUUID())]);
    expect(
      await store()
        .outbox()
        .again(await claim(store(), only), start + 10.4, { failure: 'timed out' }),
    ).toEqual({ ...only, dueAt: start + 10 });
  });

  it('brings a job forward that said how soon, when there is news for it, and never before that', async () => {
    const { outbox } = store();
    const watching = job(randomUUID());
    const [only] = await stored(store(), [watching]);
    await outbox().again(await claim(store(), only), start + 30_000, { soonest: start + 1000 });
    expect(await outbox().hurry({ ...watching, kind: 'room.invite' }, start)).toEqual([]);
    expect(await outbox().hurry({ ...watching, order: 'another' }, start)).toEqual([]);
    expect(await outbox().hurry(watching, start + 400)).toEqual([{ ...only, dueAt: start + 1000 }]);
    expect(await outbox().hurry(watching, start + 500)).toEqual([]);
    expect(await outbox().claim(only?.id ?? '', start + 999)).toBeUndefined();
    const second = await outbox().claim(only?.id ?? '', start + 1000);
    if (!second) throw new Error('not there');
    await outbox().again(second, start + 30_000, { soonest: start + 2000 });
    expect(await outbox().hurry(watching, start + 9000)).toEqual([{ ...only, dueAt: start + 9000 }]);
  });

  it('lets a job that runs while news comes run again as soon as it allows, once', async () => {
    const { outbox } = store();
    const watching = job(randomUUID());
    const [only] = await stored(store(), [watching]);
    const first = await claim(store(), only);
    expect(await outbox().hurry(watching, start + 10)).toEqual([]);
    expect(await outbox().again(first, start + 30_000, { soonest: start + 1000 })).toEqual({ ...only, dueAt: start + 1000 });
    const second = await outbox().claim(only?.id ?? '', start + 1000);
    if (!second) throw new Error('not there');
    expect(await outbox().again(second, start + 60_000, { soonest: start + 2000 })).toEqual({ ...only, dueAt: start + 60_000 });
  });

  it('leaves a job alone that waits because something failed or asked it to, whatever news there is', async () => {
    const { outbox } = store();
    const watching = job(randomUUID());
    const [only] = await stored(store(), [watching]);
    await outbox().again(await claim(store(), only), start, { soonest: start });
    await outbox().again(await claim(store(), only), start + 60_000);
    expect(await outbox().hurry(watching, start + 10)).toEqual([]);
    const trying = job(randomUUID());
    const [failed] = await stored(store(), [trying]);
    const held = await claim(store(), failed);
    await outbox().hurry(trying, start);
    await outbox().again(held, start + 60_000, { failure: 'timed out' });
    expect(await outbox().claim(failed?.id ?? '', start + 59_999)).toBeUndefined();
  });

  it('wakes the next of the order when one is done, waits or is given up', async () => {
    const { outbox } = store();
    const order = randomUUID();
    const [first, second, third] = await stored(store(), [job(order), job(order), job(order)]);
    expect(await outbox().again(await claim(store(), first), start + 10)).toEqual({ ...first, dueAt: start + 10 });
    const again = await outbox().claim(first?.id ?? '', start + 10);
    if (!again) throw new Error('not there');
    expect(await outbox().park(again, 'the channel is archived')).toEqual(second);
    expect(await outbox().finish(await claim(store(), second))).toEqual(third);
    expect(await outbox().finish(await claim(store(), third))).toBeUndefined();
  });

  it('lists what is due, nobody holds and whose turn it is', async () => {
    const { outbox, db, ledger, declared } = store();
    const id = await declared();
    await db.deleteFrom('outbox').execute();
    const jobs = [job('x'), job('x'), job('y'), { ...job('z'), dueAt: start + 1 }];
    const [first, , other] = await saveRaw(ledger, id, { jobs });
    expect(await outbox().due(start, 10)).toEqual([first, other]);
    expect(await outbox().due(start, 1)).toEqual([first]);
    await outbox(1).claim(first?.id ?? '', start);
    await outbox().claim(other?.id ?? '', start);
    await expired();
    expect(await outbox().due(start, 10)).toEqual([first]);
    expect(await outbox().counts(start)).toMatchObject({ waiting: 4, due: 3 });
    expect(await outbox().counts(start + 60)).toEqual({ waiting: 4, due: 4, parked: 0, oldestDueMs: 60 });
  });

  it('lets no worker draw the state from before while a newer one is being written', async () => {
    const { outbox, ledger, declared } = store();
    const id = await declared();
    const drawing: Job = { kind: 'room.topic', payload: { incidentId: id }, order: `topic:${id}`, dedupe: `topic:${id}` };
    const [waiting] = await saveRaw(ledger, id, { jobs: [drawing] });
    const order: string[] = [];
    const claiming = { done: Promise.resolve<unknown>(undefined) };
    const before = async (): Promise<void> => {
      claiming.done = outbox()
        .claim(waiting?.id ?? '', start)
        .then((taken) => order.push(taken ? 'taken' : 'not there'));
      await expired();
      order.push('stored');
    };
    await saveRaw(ledger, id, { jobs: [drawing], before });
    await claiming.done;
    expect(order).toEqual(['stored', 'taken']);
  });
});

const job = (order: string): Job => ({ kind: 'room.topic', payload: { incidentId: 'none' }, order });

async function stored({ ledger, declared }: TestStore, jobs: readonly Job[]): Promise<StoredJob[]> {
  return saveRaw(ledger, await declared(), { jobs });
}

async function claim({ outbox }: TestStore, wanted: StoredJob | undefined): Promise<ClaimedJob> {
  const taken = await outbox().claim(wanted?.id ?? '', start);
  if (!taken) throw new Error('it was not there to be taken');
  return taken;
}

/** Longer than the shortest lease. */
const expired = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 20));
