// People act at the same moment, production moves in between, and workers come back late: one result, and never a run without its quorum.
import { expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { planHashOf, type Plan } from '../../src/domain/plan.ts';
import type { RollbackCommand } from '../../src/domain/rollback.ts';
import { rollback } from '../../src/domain/rollback.ts';
import { jobs } from '../../src/jobs/index.ts';
import type { Deps, RollbackTarget } from '../../src/ports.ts';
import { runJob } from '../../src/queue/run-job.ts';
import { brokenInvariants } from '../support/invariants.ts';
import { approve, beginStep, plan, policy, reject, start, voter } from '../support/samples.ts';
import { onEachStore, type TestStore } from '../support/stores.ts';

const rounds = 50;

/** In an order that differs from round to round, and is the same in every run of the test. */
const shuffled = <T>(list: readonly T[], round: number): T[] =>
  list
    .map((item, index) => ({ item, key: ((index + 1) * (round + 7) * 2_654_435_761) % 4_294_967_296 }))
    .toSorted((a, b) => a.key - b.key)
    .map(({ item }) => item);

onEachStore('people who decide at the same moment', (store) => {
  it('get one result, and whatever begins had its quorum, fifty times of fifty', async () => {
    const { execute, declared, requested, queries, db } = store();
    const incidentId = await declared();
    const outcomes = new Set<string>();
    for (let round = 0; round < rounds; round += 1) {
      const asked = plan(`raced-${round}`);
      const planHash = planHashOf(asked);
      const id = await requested(incidentId, { plan: asked, planHash, policy: policy(2) });
      const commands: RollbackCommand[] = [
        ...['UADA', 'UADA', 'UCLEO', 'UDAN', 'UBEN'].map((user) => approve(user, { planHash })), // UBEN asked for it
        approve('UFINN', { planHash, voter: voter('UFINN', { standing: 'guest' }) }),
        approve('UEVE', { planHash: 'of another plan' }),
        beginStep(['UADA', 'UCLEO', 'UDAN']),
        ...(round % 3 === 0 ? [] : [reject('UDAN'), reject('UEVE', { voter: voter('UEVE', { groups: [] }) })]),
      ];
      await Promise.allSettled(shuffled(commands, round).map((command) => execute(rollback, id, command)));

      const facts = (await queries.facts(incidentId)).filter(({ entityId }) => entityId === id).map(({ event }) => event);
      const decisions = facts.filter(({ type }) => type === 'rollback.cleared' || type === 'rollback.rejected');
      expect(decisions).toHaveLength(1);
      outcomes.add(decisions[0]?.type ?? '');
      const votes = facts.flatMap((event) => (event.type === 'rollback.approved' ? [event.by] : []));
      expect(new Set(votes).size).toBe(votes.length);
      expect(votes.every((user) => ['UADA', 'UCLEO', 'UDAN'].includes(user))).toBe(true);
    }
    expect([...outcomes].toSorted()).toEqual(['rollback.cleared', 'rollback.rejected']);
    expect(await brokenInvariants({ db, runs: [], workAllowed: true })).toEqual([]);
  }, 60_000);

  it('cannot bring two rollbacks of one service on their way, from whichever incidents', async () => {
    const { execute, declared, requested, queries } = store();
    for (let round = 0; round < 10; round += 1) {
      const asked = plan(`twice-${round}`);
      const part = { plan: asked, planHash: planHashOf(asked), policy: policy(1) };
      const ids = await Promise.all([1, 2, 3].map(async () => requested(await declared(), part)));
      const settled = await Promise.allSettled(ids.map((id) => execute(rollback, id, approve('UADA', { planHash: part.planHash }))));
      expect(settled.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected', 'rejected']);
      const live = await queries.liveRollback(asked.service, 'production');
      expect(live?.id).toBe(ids[settled.findIndex(({ status }) => status === 'fulfilled')]);
    }
  }, 60_000);
});

onEachStore('workers that come back late', (store) => {
  it('run nothing whose time is over, and ask no provider about it', async () => {
    const { execute, declared, requested, queries } = store();
    const asked = plan(`late-${randomUUID()}`);
    const part = { plan: asked, planHash: planHashOf(asked), policy: policy(1) };
    const [unanswered, approved] = [await requested(await declared(), part), await requested(await declared(), part)];
    await execute(rollback, approved, approve('UADA', { planHash: part.planHash }));

    const asks: string[] = [];
    await work(store(), { at: start + 20 * 60_000, target: watched(asked, asks) });
    expect((await queries.rollback(unanswered))?.state).toMatchObject({ status: 'expired' });
    expect((await queries.rollback(approved))?.state).toMatchObject({ status: 'expired', steps: [{ status: 'pending' }] });
    expect(asks).toEqual([]);
    await expect(execute(rollback, unanswered, approve('UADA', { planHash: part.planHash, at: start + 20 * 60_000 }))).rejects.toThrow(
      /expired/,
    );
  });

  it('hand a step to a person when workers died in it again and again, and let the next rollback of the service in', async () => {
    const { execute, declared, requested, queries, outbox } = store();
    const asked = plan(`poison-${randomUUID()}`);
    const part = { plan: asked, planHash: planHashOf(asked), policy: policy(1) };
    const id = await requested(await declared(), part);
    await execute(rollback, id, approve('UADA', { planHash: part.planHash }));
    const job = store().woken.findLast(({ kind }) => kind === 'rollback.run-step');
    for (let death = 0; death < 5; death += 1) {
      await outbox(1).claim(job?.id ?? '', start + 1000);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    const asks: string[] = [];
    await work(store(), { at: start + 2000, target: watched(asked, asks) });
    expect((await queries.rollback(id))?.state).toMatchObject({ status: 'failed', outcome: expect.stringContaining('workers ended') });
    expect(asks).toEqual([]);
    const next = await requested(await declared(), part);
    await expect(execute(rollback, next, approve('UADA', { planHash: part.planHash }))).resolves.toMatchObject({ changed: true });
  });
});

/** Does all that is due at this time, and what comes of it. */
async function work(store: TestStore, { at, target }: { at: number; target: RollbackTarget }): Promise<void> {
  const { execute, queries, outbox } = store;
  const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
  // Of all there is to work with, the engine needs no more than this.
  const deps = { execute, queries, now: () => at, open: () => target, settleMs: 1, log } as Partial<Deps> as Deps;
  const runner = { outbox: outbox(), jobs, deps, now: () => at, leaseMs: 15_000, log, onEnd: () => undefined };
  const engine = (await outbox().due(at, 1000)).filter(({ kind }) => kind.startsWith('rollback.'));
  for (const { id } of engine) await runJob(runner, id);
}

/** A provider that notes down who asks it anything. */
function watched(asked: Plan, asks: string[]): RollbackTarget {
  const refuse = (what: string) => (): Promise<never> => {
    asks.push(`${what} of ${asked.service}`);
    return Promise.reject(new Error(`${what} was asked`));
  };
  return {
    effect: 'observe',
    capabilities: { cancel: 'no', instant: false, reversible: true },
    check: refuse('check'),
    cancel: refuse('cancel'),
    effective: refuse('effective'),
    preview: refuse('preview'),
    fingerprint: refuse('fingerprint'),
    find: refuse('find'),
    start: refuse('start'),
    observe: refuse('observe'),
  };
}
