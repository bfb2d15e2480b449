import { expect, it } from '@jest/globals';
import { sql } from 'kysely';
import { randomUUID } from 'node:crypto';
import { incident } from '../../../src/domain/incident.ts';
import { planHashOf } from '../../../src/domain/plan.ts';
import { rollback } from '../../../src/domain/rollback.ts';
import { DuplicateInput } from '../../../src/ports.ts';
import { linkHash } from '../../../src/store/ledger.ts';
import { approve, declare, plan, policy, voter, start } from '../../support/samples.ts';
import { onEachStore, saveRaw, type TestStore } from '../../support/stores.ts';

/** A plan whose steps are about other services as well. */
function reaching(service: string, others: readonly string[]) {
  const one = plan(service, others.length + 1);
  return { ...one, steps: one.steps.map((step, index) => ({ ...step, service: others[index - 1] ?? service })) };
}

onEachStore('the ledger', (store) => {
  it('numbers the facts of an incident and its rollbacks without gaps, and chains them', async () => {
    const { execute, queries, declared, requested } = store();
    const id = await declared();
    const rb = await requested(id, { plan: plan('chained'), planHash: planHashOf(plan('chained')), policy: policy(2) });
    await execute(incident, id, { type: 'incident.assign-role', role: 'tl', user: 'UBEN', by: 'UBEN', at: start });
    await execute(rollback, rb, approve('UADA', { planHash: planHashOf(plan('chained')) }));

    const facts = await queries.facts(id);
    expect(facts.map(({ seq, event }) => [seq, event.type])).toEqual([
      [1, 'incident.declared'],
      [2, 'rollback.requested'],
      [3, 'incident.role-assigned'],
      [4, 'rollback.approved'],
    ]);
    expect(facts.map(({ hash }) => hash)).toEqual(chain(facts));
  });

  it('keeps the chain whole when many people act at once', async () => {
    const { execute, queries, declared } = store();
    const id = await declared();
    const people = Array.from({ length: 12 }, (_, index) => `U${index}`);
    await Promise.all(people.map((user) => execute(incident, id, { type: 'incident.assign-role', role: 'cc', user, by: user, at: start })));
    const facts = await queries.facts(id);
    expect(facts.map(({ seq }) => seq)).toEqual(Array.from({ length: 13 }, (_, index) => index + 1));
    expect(facts.map(({ hash }) => hash)).toEqual(chain(facts));
  });

  it('lets nobody change, remove or empty what was recorded', async () => {
    const { db, declared } = store();
    const id = await declared();
    await expect(db.updateTable('fact').set({ hash: 'forged' }).where('incident_id', '=', id).execute()).rejects.toThrow(/facts are final/);
    await expect(db.deleteFrom('fact').where('incident_id', '=', id).execute()).rejects.toThrow(/facts are final/);
    await expect(sql`truncate fact`.execute(db)).rejects.toThrow(/facts are final/);
  });

  it('stores the same input once, and answers the second time what it answered the first', async () => {
    const { execute, queries, db } = store();
    const inboxKey = `slash:${randomUUID()}`;
    const first = await execute(incident, `inc_${randomUUID()}`, declare(), { inboxKey });
    const again = await Promise.all(
      Array.from({ length: 8 }, () => execute(incident, `inc_${randomUUID()}`, declare({ title: 'again' }), { inboxKey })),
    );
    expect(again.map(({ id, repeated, changed }) => ({ id, repeated, changed }))).toEqual(
      Array.from({ length: 8 }, () => ({ id: first.id, repeated: true, changed: false })),
    );
    expect(again[0]?.state.title).toBe('Checkout fails');
    expect(await queries.facts(first.id)).toHaveLength(1);
    expect(await db.selectFrom('inbox').selectAll().where('key', '=', inboxKey).execute()).toHaveLength(1);
  });

  it('gives a refused repetition the answer of the first time', async () => {
    const { execute, declared } = store();
    const id = await declared();
    const inboxKey = `button:${randomUUID()}`;
    const resolve = { type: 'incident.resolve', by: 'UADA', at: start } as const;
    await execute(incident, id, resolve, { inboxKey });
    await expect(execute(incident, id, resolve, { inboxKey })).resolves.toMatchObject({ id, repeated: true });
    await expect(execute(incident, id, resolve, { inboxKey: 'another press' })).rejects.toThrow(/not possible any more/);
  });

  it('says DuplicateInput to whoever does not go through execute', async () => {
    const { ledger, declared, queries } = store();
    const id = await declared();
    const inboxKey = `raw:${randomUUID()}`;
    const save = (): Promise<unknown> => saveRaw(ledger, id, { inboxKey });
    await save();
    await expect(save()).rejects.toThrow(DuplicateInput);
    expect(await queries.facts(id)).toHaveLength(1);
  });

  it('gives out numbers without gaps, also when some of those who ask are refused', async () => {
    const { execute } = store();
    const before = await latestNumber(store());
    const asked = Array.from({ length: 20 }, (_, index) =>
      execute(incident, `inc_${randomUUID()}`, declare({ title: index % 4 === 3 ? ' ' : `fault ${index}` })),
    );
    const settled = await Promise.allSettled(asked);
    const numbers = settled.flatMap((result) => (result.status === 'fulfilled' ? [result.value.state.number] : []));
    expect(numbers.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 15 }, (_, index) => before + index + 1));
  });

  it('lets one rollback of a service run at a time, whoever asks', async () => {
    const { execute, declared, requested } = store();
    const asked = plan('contested');
    const planHash = planHashOf(asked);
    const ids = await Promise.all(
      Array.from({ length: 4 }, async () => requested(await declared(), { plan: asked, planHash, policy: policy(1) })),
    );
    const settled = await Promise.allSettled(ids.map((id) => execute(rollback, id, approve('UADA', { planHash }))));
    expect(settled.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const result of settled.filter((each) => each.status === 'rejected'))
      expect(result.reason).toMatchObject({ code: 'live_conflict' });
    const loser = ids[settled.findIndex(({ status }) => status === 'rejected')] ?? '';
    await expect(execute(rollback, loser, approve('UADA', { planHash }))).rejects.toThrow(/already running/);
  });

  it('lets one rollback run in any place that its steps reach, and frees all of them at its end', async () => {
    const { execute, declared, requested, queries } = store();
    const [wide, shared] = [reaching('wide', ['deep', 'shared']), reaching('narrow', ['shared', 'deep'])];
    const ids = await Promise.all(
      [wide, shared].map(async (asked) => requested(await declared(), { plan: asked, planHash: planHashOf(asked), policy: policy(1) })),
    );
    const [first = '', second = ''] = ids;
    await execute(rollback, first, approve('UADA', { planHash: planHashOf(wide) }));
    expect((await queries.liveRollback('shared', 'production'))?.id).toBe(first);
    await expect(execute(rollback, second, approve('UADA', { planHash: planHashOf(shared) }))).rejects.toMatchObject({
      code: 'live_conflict',
    });

    await execute(rollback, first, { type: 'rollback.cancel', voter: voter('UADA'), reason: 'no', by: 'UADA', at: start });
    expect(await queries.liveRollback('shared', 'production')).toBeUndefined();
    await execute(rollback, second, approve('UADA', { planHash: planHashOf(shared) }));
    expect((await queries.liveRollback('deep', 'production'))?.id).toBe(second);
  });

  it('refuses the writes of a worker whose job somebody else has taken', async () => {
    const { execute, declared, outbox, woken, queries } = store();
    const id = await declared();
    const jobId = woken.at(-1)?.id ?? '';
    const slow = outbox(1);
    const old = await slow.claim(jobId, start);
    if (!old) throw new Error('the job was not there');
    await expired();
    const next = await slow.claim(jobId, start);
    expect(next?.token).toBe(old.token + 1);

    const attach = { type: 'incident.attach-room', room: { id: `C${randomUUID()}`, name: 'inc-1' }, by: 'warroom', at: start } as const;
    await expect(execute(incident, id, attach, { fence: old })).rejects.toMatchObject({ code: 'stale_worker' });
    expect(await queries.facts(id)).toHaveLength(1);
    await expect(execute(incident, id, attach, { fence: next ?? old })).resolves.toMatchObject({ changed: true });
  });

  it('does all of a transaction again when the database asks for it, and gives up in the end', async () => {
    const { ledger, declared } = store();
    const id = await declared();
    for (const code of ['40001', '40P01', '55P03']) {
      let tries = 0;
      const done = await ledger.transact(async (tx) => {
        await tx.load('incident', id, undefined);
        tries += 1;
        if (tries < 3) throw Object.assign(new Error('once more'), { code });
        return 'done';
      });
      expect([done, tries]).toEqual(['done', 3]);
    }
    const never = ledger.transact(() => Promise.reject(Object.assign(new Error('once more'), { code: '40001' })));
    await expect(never).rejects.toThrow('once more');
  });

  it('takes back everything of a transaction that fails', async () => {
    const { execute, ledger, declared, queries, outbox } = store();
    const id = await declared();
    const waiting = (await outbox().counts(start)).waiting;
    await expect(
      saveRaw(ledger, id, {
        events: [{ type: 'incident.status-changed', status: 'identified', before: 'investigating', by: 'UADA', at: start }],
        jobs: [{ kind: 'room.topic', payload: { incidentId: id }, order: `topic:${id}` }],
        before: () => Promise.reject(new Error('the process stumbled')),
      }),
    ).rejects.toThrow('the process stumbled');
    expect(await queries.facts(id)).toHaveLength(1);
    expect((await outbox().counts(start)).waiting).toBe(waiting);
    await expect(
      execute(incident, id, { type: 'incident.set-status', status: 'identified', by: 'UADA', at: start }),
    ).resolves.toMatchObject({
      changed: true,
    });
  });
});

function chain(facts: readonly { incidentId: string; seq: number; event: unknown }[]): string[] {
  let hash = '';
  return facts.map((fact) => (hash = linkHash(hash, fact)));
}

async function latestNumber({ db }: TestStore): Promise<number> {
  const row = await db.selectFrom('counter').select('value').where('entity', '=', 'incident').executeTakeFirstOrThrow();
  return row.value;
}

/** Longer than the shortest lease. */
const expired = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 20));
