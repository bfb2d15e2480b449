// Random commands of random people at random times against the rollback, beside a model that knows only what must never be broken.
import { describe, it } from '@jest/globals';
import * as fc from 'fast-check';
import { planHashOf } from '../../../src/domain/plan.ts';
import { Refusal } from '../../../src/domain/refusal.ts';
import type { KnownRollback, Rollback, RollbackCommand, RollbackEvent } from '../../../src/domain/rollback.ts';
import { liveStatuses, rollback } from '../../../src/domain/rollback.ts';
import { fingerprint, plan, policy, request, start } from '../../support/samples.ts';

const people = ['UADA', 'UBEN', 'UCLEO', 'UDAN', 'UFINN'];
const requester = 'UBEN';
const steps = 2;
const asked = plan('shop', steps);

const anyPerson = fc.constantFrom(...people);
const anyVoter = fc.record({
  user: anyPerson,
  standing: fc.constantFrom('member', 'member', 'member', 'guest', 'deactivated', 'unknown'),
  roles: fc.subarray(['ic', 'tl', 'cc'] as const),
  groups: fc.subarray(['@sre-leads']),
});
const anyStep = fc.integer({ min: 0, max: steps - 1 });
const anyGap = fc.constantFrom(0, 1000, 1000, 60_000, 400_000);
const usually = <T>(often: T, seldom: T) =>
  fc.oneof({ weight: 6, arbitrary: fc.constant(often) }, { weight: 1, arbitrary: fc.constant(seldom) });

const anyCommand = fc.oneof(
  {
    weight: 6,
    arbitrary: fc
      .record({ voter: anyVoter, planHash: usually(planHashOf(asked), 'another') })
      .map(({ voter, planHash }) => ({ type: 'rollback.approve', voter, planHash, by: voter.user }) as const),
  },
  { weight: 1, arbitrary: anyVoter.map((voter) => ({ type: 'rollback.reject', voter, reason: 'no', by: voter.user }) as const) },
  { weight: 1, arbitrary: fc.constant({ type: 'rollback.expire', by: 'warroom' } as const) },
  {
    weight: 6,
    arbitrary: fc
      .record({ step: anyStep, fingerprint: usually(fingerprint, 'drifted'), voters: fc.array(anyVoter, { minLength: 2, maxLength: 6 }) })
      .map((part) => ({ type: 'rollback.begin-step', ...part, by: 'warroom' }) as const),
  },
  { weight: 2, arbitrary: anyStep.map((step) => ({ type: 'rollback.defer-step', step, message: 'later', by: 'warroom' }) as const) },
  { weight: 2, arbitrary: anyStep.map((step) => ({ type: 'rollback.repeat-step', step, by: 'warroom' }) as const) },
  { weight: 4, arbitrary: anyStep.map((step) => ({ type: 'rollback.record-start', step, ref: '7', by: 'warroom' }) as const) },
  {
    weight: 4,
    arbitrary: fc
      .record({ step: anyStep, outcome: fc.constantFrom('succeeded', 'succeeded', 'failed', 'unknown') })
      .map((part) => ({ type: 'rollback.finish-step', ...part, by: 'warroom' }) as const),
  },
  { weight: 2, arbitrary: fc.constant({ type: 'rollback.record-readings', readings: [], by: 'warroom' } as const) },
  {
    weight: 1,
    arbitrary: fc
      .record({ voter: anyVoter, choice: fc.constantFrom('verify', 'abandon') })
      .map(({ voter, choice }) => ({ type: 'rollback.settle', choice, voter, reason: 'looked', by: voter.user }) as const),
  },
);

/** What the model remembers: whose word counts, and how far production was touched. */
interface Model {
  approvers: Set<string>;
  begun: Set<number>;
  over: boolean;
}

const terminal: readonly Rollback['status'][] = ['recovered', 'failed', 'rejected', 'expired', 'drifted', 'abandoned'];

function check(condition: boolean, broken: string, about: unknown): void {
  if (!condition) throw new Error(`${broken}: ${JSON.stringify(about)}`);
}

/** Follows one fact, and complains when it must not have happened. */
function follow(model: Model, event: RollbackEvent, { command, needed }: { command: RollbackCommand; needed: number }): void {
  check(!model.over, 'something happened after the end', event);
  switch (event.type) {
    case 'rollback.approved': {
      const { voter } = command as Extract<RollbackCommand, { type: 'rollback.approve' }>;
      const counts = voter.standing === 'member' && (voter.groups.length > 0 || voter.roles.some((role) => role !== 'cc'));
      check(event.by !== requester && counts, 'a vote that does not count was counted', command);
      check(event.planHash === planHashOf(asked), 'a vote for another plan was counted', command);
      check(!model.approvers.has(event.by), 'somebody voted twice', command);
      model.approvers.add(event.by);
      return;
    }
    case 'rollback.votes-voided':
      for (const user of event.users) model.approvers.delete(user);
      return;
    case 'rollback.cleared':
      return check(model.approvers.size >= needed, 'cleared without a quorum', [...model.approvers]);
    case 'rollback.step-intended': {
      const { voters, fingerprint: seen } = command as Extract<RollbackCommand, { type: 'rollback.begin-step' }>;
      const members = voters.filter(({ standing }) => standing === 'member').map(({ user }) => user);
      const still = [...model.approvers].filter((user) => members.includes(user));
      check(still.length >= needed, 'begun without a quorum of members', { approvers: [...model.approvers], voters });
      check(seen === fingerprint, 'begun although production changed', command);
      model.begun.add(event.step);
      return;
    }
    case 'rollback.step-started':
    case 'rollback.step-repeated':
    case 'rollback.step-succeeded':
      return check(model.begun.has(event.step), 'a step went on that was never begun', event);
    case 'rollback.step-deferred':
      return void model.begun.delete(event.step);
    case 'rollback.expired':
    case 'rollback.drifted':
    case 'rollback.rejected':
    case 'rollback.abandoned':
    case 'rollback.step-failed':
      return void (model.over = true);
    case 'rollback.verified':
      return void (model.over = event.verdict === 'recovered');
    case 'rollback.requested':
    case 'rollback.step-progressed':
    case 'rollback.held':
    case 'rollback.verification-started':
    case 'rollback.measured':
      return;
  }
}

function decided(state: Rollback, command: RollbackCommand): RollbackEvent[] {
  try {
    return rollback.decide(state, command, { number: 1 });
  } catch (error) {
    if (error instanceof Refusal) return [];
    throw error;
  }
}

function compare(state: KnownRollback, model: Model): void {
  const users = state.votes.map(({ user }) => user);
  check(new Set(users).size === users.length, 'somebody has two votes', users);
  check(users.toSorted().join() === [...model.approvers].toSorted().join(), 'other votes than those that were cast', users);
  const touched = state.steps.flatMap((step, index) => (step.status === 'pending' || step.status === 'failed' ? [] : [index]));
  check(
    touched.every((index) => model.begun.has(index)),
    'a step is further than it was begun',
    state.steps,
  );
  check(model.over === terminal.includes(state.status), 'the end is not where it should be', state.status);
  if (state.status === 'executing') check(liveStatuses.includes(state.status), 'executing and not live', state.status);
}

describe('the rollback under random commands', () => {
  it('never begins a step without a quorum of qualified people for this very plan, never counts a vote twice, and stays ended', () => {
    const run = fc.record({ needed: fc.constantFrom(1, 2), commands: fc.array(fc.tuple(anyGap, anyCommand), { maxLength: 50 }) });
    fc.assert(
      fc.property(run, ({ needed, commands }) => {
        let at = start;
        let state = decided(
          { status: 'absent' },
          request('inc', { plan: asked, planHash: planHashOf(asked), policy: policy(needed) }),
        ).reduce(rollback.evolve, rollback.initial);
        const model: Model = { approvers: new Set(), begun: new Set(), over: false };
        for (const [gap, timeless] of commands) {
          at += gap;
          const command = { ...timeless, at } as RollbackCommand;
          for (const event of decided(state, command)) {
            follow(model, event, { command, needed });
            state = rollback.evolve(state, event);
          }
          if (state.status !== 'absent') compare(state, model);
        }
      }),
      { numRuns: 300 },
    );
  });
});
