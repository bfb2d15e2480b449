// People press at the same millisecond: one order, one result, and whoever came too late is told why.
import { expect, it } from '@jest/globals';
import { planHashOf } from '../../src/domain/plan.ts';
import { Refusal } from '../../src/domain/refusal.ts';
import { rollback, type RollbackCommand, type RollbackEvent } from '../../src/domain/rollback.ts';
import { brokenInvariants } from '../support/invariants.ts';
import { approve, beginStep, plan, policy, reject, start, voter } from '../support/samples.ts';
import { onServerStore, type TestStore } from '../support/stores.ts';

const rounds = 60;

interface Race {
  /** What was recorded after the request. */
  facts: RollbackEvent['type'][];
  status: string;
  /** One for each command: nothing when it was accepted. */
  told: (string | undefined)[];
}

type Moves = (planHash: string) => readonly RollbackCommand[];

interface Course {
  /** Done one after another before the race. */
  before?: Moves;
  racing: Moves;
  approvals?: number;
}

/** One rollback, and everybody at once; who is first differs from round to round. */
async function race(store: TestStore, round: number, { before, racing, approvals = 1 }: Course): Promise<Race> {
  const { execute, declared, requested, queries } = store;
  const asked = plan(`race-${round}-${Math.random().toString(36).slice(2)}`);
  const planHash = planHashOf(asked);
  const incidentId = await declared();
  const id = await requested(incidentId, { plan: asked, planHash, policy: policy(approvals) });
  for (const command of before?.(planHash) ?? []) await execute(rollback, id, command);
  const commands = racing(planHash);
  const order = round % 2 === 0 ? [...commands.keys()] : [...commands.keys()].toReversed();
  const settled = new Map<number, PromiseSettledResult<unknown>>();
  await Promise.all(
    order.map(async (index) => {
      const [result] = await Promise.allSettled([execute(rollback, id, commands[index] as RollbackCommand)]);
      settled.set(index, result);
    }),
  );
  const facts = (await queries.facts(incidentId)).filter(({ entityId }) => entityId === id).map(({ event }) => event);
  const state = (await queries.rollback(id))?.state;
  const told = commands.map((_, index) => wordsOf(settled.get(index)));
  return { facts: facts.slice(1).map(({ type }) => type as RollbackEvent['type']), status: state?.status ?? '', told };
}

/** What the person is told; trouble of ours is no answer, and fails the test. */
function wordsOf(result: PromiseSettledResult<unknown> | undefined): string | undefined {
  if (result?.status === 'fulfilled') return undefined;
  if (result?.reason instanceof Refusal) return result.reason.message;
  throw new Error('somebody got no answer', { cause: result?.reason });
}

async function races(store: TestStore, course: Course): Promise<Race[]> {
  const all: Race[] = [];
  for (let round = 0; round < rounds; round += 1) all.push(await race(store, round, course));
  return all;
}

const count = (facts: readonly string[], wanted: RollbackEvent['type']): number => facts.filter((type) => type === wanted).length;
const statuses = (all: readonly Race[]): string[] => [...new Set(all.map(({ status }) => status))].toSorted();
const cancel = (by: string): RollbackCommand => ({ type: 'rollback.cancel', voter: voter(by), reason: 'not needed', by, at: start + 1000 });
const mayBegin = (planHash: string, ...users: string[]) => beginStep(users, { planHash });
/** The deadline of the samples' policy. */
const approveBy = start + policy().approveWithinMs;

onServerStore('people who press at the same moment', (store) => {
  it('F30: two approvers: it is cleared once, and the second is told that it is approved already', async () => {
    const all = await races(store(), {
      racing: (planHash) => [approve('UADA', { planHash }), approve('UCLEO', { planHash })],
    });
    for (const { facts, status, told } of all) {
      expect(facts).toEqual(['rollback.approved', 'rollback.cleared', 'rollback.start-ordered']);
      expect(status).toBe('approved');
      expect(told.filter((words) => words !== undefined)).toEqual([
        expect.stringMatching(/^RB-\d+ is approved: approve is not possible now\.$/),
      ]);
    }
    expect(new Set(all.map(({ told }) => told.indexOf(undefined)))).toEqual(new Set([0, 1])); // either may be the first
  }, 60_000);

  it('F30: the two that a quorum of two needs: both count, and it is cleared once', async () => {
    const all = await races(store(), {
      approvals: 2,
      racing: (planHash) => [approve('UADA', { planHash }), approve('UCLEO', { planHash }), approve('UADA', { planHash })],
    });
    for (const { facts, told } of all) {
      expect(facts).toEqual(['rollback.approved', 'rollback.approved', 'rollback.cleared', 'rollback.start-ordered']);
      expect(told).toEqual([undefined, undefined, undefined]);
    }
  }, 60_000);

  it('F30: approve against reject: one of them holds, and the other one is told how it stands', async () => {
    const all = await races(store(), { racing: (planHash) => [approve('UADA', { planHash }), reject('UCLEO')] });
    for (const { facts, status, told } of all) {
      expect(count(facts, 'rollback.cleared') + count(facts, 'rollback.rejected')).toBe(1);
      const isYes = status === 'approved';
      const loser = isYes ? 'is approved: reject is not possible now' : 'is rejected: approve is not possible now';
      expect(told[isYes ? 0 : 1]).toBeUndefined();
      expect(told[isYes ? 1 : 0]).toContain(loser);
    }
    expect(statuses(all)).toEqual(['approved', 'rejected']);
  }, 60_000);

  it('F30: calling off against the start: either nothing begins, or what began is called off; never neither', async () => {
    const all = await races(store(), {
      before: (planHash) => [approve('UADA', { planHash })],
      racing: (planHash) => [mayBegin(planHash, 'UADA'), cancel('UADA')],
    });
    for (const { facts, status, told } of all) {
      expect(told).toEqual([undefined, undefined]); // the job's own command is no person: it is not refused, it does nothing
      expect(count(facts, 'rollback.cancel-requested')).toBe(1);
      const begun = count(facts, 'rollback.step-intended');
      expect(status).toBe(begun === 0 ? 'cancelled' : 'executing');
      // What begins after it was called off would be the fault.
      expect(facts.lastIndexOf('rollback.step-intended')).toBeLessThan(facts.indexOf('rollback.cancel-requested'));
    }
    expect(statuses(all)).toEqual(['cancelled', 'executing']);
  }, 60_000);

  it('F30: approve against calling off: there is nothing to call off before it is approved, and then it is', async () => {
    const all = await races(store(), { racing: (planHash) => [approve('UADA', { planHash }), cancel('UCLEO')] });
    for (const { facts, status, told } of all) {
      expect(count(facts, 'rollback.cleared')).toBe(1);
      expect(told[0]).toBeUndefined();
      expect(told[1] ?? 'done').toMatch(status === 'cancelled' ? /^done$/ : /is requested: cancel is not possible now/);
    }
    expect(statuses(all)).toEqual(['approved', 'cancelled']);
  }, 60_000);

  it('F30: approve at the deadline: a vote of the last millisecond counts or it is expired, and one at the deadline never counts', async () => {
    const expire = { type: 'rollback.expire', by: 'warroom', at: approveBy } as const;
    const inTime = await races(store(), { racing: (planHash) => [approve('UADA', { planHash, at: approveBy - 1 }), expire] });
    for (const { facts, status, told } of inTime) {
      expect(count(facts, 'rollback.cleared') + count(facts, 'rollback.expired')).toBe(1);
      expect(told[0] ?? 'done').toMatch(status === 'approved' ? /^done$/ : /is expired: approve is not possible now/);
    }
    expect(statuses(inTime)).toEqual(['approved', 'expired']);

    const late = await races(store(), { racing: (planHash) => [approve('UADA', { planHash, at: approveBy }), expire] });
    for (const { facts, told } of late) {
      expect(facts).toEqual(['rollback.expired']);
      expect(told[0]).toMatch(/Too late: this request expired at 09:15 UTC|is expired: approve is not possible now/);
    }
  }, 60_000);

  it('F30: after all of that every chain is whole, and whatever is cleared had its quorum', async () => {
    const { db } = store();
    expect(await brokenInvariants({ db, runs: [], workAllowed: true })).toEqual([]);
  }, 60_000);
});
