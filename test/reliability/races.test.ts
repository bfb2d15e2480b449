// People act at the same moment: one result, and never a run without its quorum.
import { expect, it } from '@jest/globals';
import { planHashOf } from '../../src/domain/plan.ts';
import type { RollbackCommand } from '../../src/domain/rollback.ts';
import { rollback } from '../../src/domain/rollback.ts';
import { brokenInvariants } from '../support/invariants.ts';
import { approve, beginStep, plan, policy, reject, voter } from '../support/samples.ts';
import { onEachStore } from '../support/stores.ts';

const rounds = 50;

/** In an order that differs from round to round, and is the same in every run of the test. */
const shuffled = <T>(list: readonly T[], round: number): T[] =>
  list
    .map((item, index) => ({ item, key: ((index + 1) * (round + 7) * 2_654_435_761) % 4_294_967_296 }))
    .toSorted((a, b) => a.key - b.key)
    .map(({ item }) => item);

onEachStore('people who decide at the same moment', (store) => {
  it('F30: get one result, and whatever begins had its quorum, fifty times of fifty', async () => {
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
        beginStep(['UADA', 'UCLEO', 'UDAN'], { planHash }),
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

  it('F31: cannot bring two rollbacks of one service on their way, from whichever incidents', async () => {
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
