// Random commands of random people at random times against the rollback, beside a model that knows only what must never be broken.
import { describe, it } from '@jest/globals';
import * as fc from 'fast-check';
import { planHashOf, type Plan } from '../../../src/domain/plan.ts';
import type { Voter } from '../../../src/domain/policy.ts';
import { Refusal } from '../../../src/domain/refusal.ts';
import type { KnownRollback, Place, Rollback, RollbackCommand, RollbackEvent, StepRun } from '../../../src/domain/rollback.ts';
import { operationId, rollback, runnable, runOf } from '../../../src/domain/rollback.ts';
import { nextUndo } from '../../../src/domain/rollback-flow.ts';
import { fingerprint, plan, policy, request, start } from '../../support/samples.ts';

const people = ['UADA', 'UBEN', 'UCLEO', 'UDAN', 'UFINN'];
const requester = 'UBEN';
const steps = 3;

const anyPerson = fc.constantFrom(...people);
const anyVoter = fc.record({
  user: anyPerson,
  standing: fc.constantFrom('member', 'member', 'member', 'guest', 'deactivated', 'unknown'),
  roles: fc.subarray(['ic', 'tl', 'cc'] as const),
  groups: fc.subarray(['@sre-leads']),
});
const usually = <T>(often: T, seldom: T) =>
  fc.oneof({ weight: 6, arbitrary: fc.constant(often) }, { weight: 1, arbitrary: fc.constant(seldom) });
const anyPlace = fc
  .record({ step: fc.integer({ min: 0, max: steps - 1 }), back: usually(false, true) })
  .map(({ step, back }): Place => (back ? { step, back } : { step }));
const anyGap = fc.constantFrom(0, 1000, 1000, 60_000, 400_000);

/** Three steps, each of which may need any of those before it, in any mood about failures. */
const anyPlan = fc
  .tuple(
    ...Array.from({ length: steps }, (_, index) =>
      fc.record({
        needs: fc.subarray(Array.from({ length: index }, (__, before) => `step-${before + 1}`)),
        onFailure: fc.constantFrom('stop', 'compensate', 'continue'),
        compensation: fc.constantFrom('auto', 'manual', 'none'),
      }),
    ),
  )
  .map((parts): Plan => {
    const one = plan('shop', steps);
    return { ...one, steps: one.steps.map((step, index) => ({ ...step, ...parts[index] })) };
  });

type Timeless<C = RollbackCommand> = C extends RollbackCommand ? Omit<C, 'at'> : never;
const ofPlace = (type: 'rollback.repeat-step' | 'rollback.record-cancel') =>
  anyPlace.map((place): Timeless => ({ type, ...place, by: 'warroom' }));
const ofPerson = (make: (voter: Voter) => Timeless) => anyVoter.map(make);
const weighted = (weight: number, arbitrary: fc.Arbitrary<Timeless>) => ({ weight, arbitrary });

const fromPeople = [
  weighted(
    6,
    fc
      .record({ voter: anyVoter, planHash: usually('asked', 'another') })
      .map(({ voter, planHash }) => ({ type: 'rollback.approve', voter, planHash, by: voter.user })),
  ),
  weighted(
    1,
    ofPerson((voter) => ({ type: 'rollback.reject', voter, reason: 'no', by: voter.user })),
  ),
  weighted(
    1,
    ofPerson((voter) => ({ type: 'rollback.cancel', voter, reason: 'no', by: voter.user })),
  ),
  weighted(
    1,
    ofPerson((voter) => ({ type: 'rollback.compensate', voter, by: voter.user })),
  ),
  weighted(
    3,
    fc
      .record({ voter: anyVoter, place: anyPlace, choice: fc.constantFrom('ran', 'again', 'skip') })
      .map(({ voter, place, choice }) => ({ type: 'rollback.settle-step', ...place, choice, voter, reason: 'looked', by: voter.user })),
  ),
  weighted(
    1,
    fc
      .record({ voter: anyVoter, choice: fc.constantFrom('verify', 'abandon') })
      .map(({ voter, choice }) => ({ type: 'rollback.settle', choice, voter, reason: 'looked', by: voter.user })),
  ),
];

const outcome = fc.constantFrom('succeeded', 'succeeded', 'failed', 'unknown');
const fromJobs = [
  weighted(1, fc.constant({ type: 'rollback.expire', by: 'warroom' })),
  weighted(
    8,
    fc
      .record({ place: anyPlace, fingerprint: usually(fingerprint, 'drifted'), voters: fc.array(anyVoter, { minLength: 2, maxLength: 6 }) })
      .map(({ place, ...part }) => ({ type: 'rollback.begin-step', ...place, ...part, by: 'warroom' })),
  ),
  weighted(
    2,
    anyPlace.map((place) => ({ type: 'rollback.defer-step', ...place, message: 'later', by: 'warroom' })),
  ),
  weighted(2, ofPlace('rollback.repeat-step')),
  weighted(2, ofPlace('rollback.record-cancel')),
  weighted(
    5,
    anyPlace.map((place) => ({ type: 'rollback.record-start', ...place, ref: '7', by: 'warroom' })),
  ),
  weighted(
    6,
    fc.record({ place: anyPlace, outcome }).map(({ place, outcome: ends }) => ({
      type: 'rollback.finish-step',
      ...place,
      outcome: ends,
      by: 'warroom',
    })),
  ),
  weighted(2, fc.constant({ type: 'rollback.record-readings', readings: [], by: 'warroom' })),
];

const anyCommand = fc.oneof(...fromPeople, ...fromJobs);

/** What the model remembers: whose word counts, how far production was touched, and what may not begin any more. */
interface Model {
  approvers: Set<string>;
  begun: Set<string>;
  /** Operations that reached a provider, or may have: none of them is intended a second time. */
  operations: Set<string>;
  halted: boolean;
  over: boolean;
}

const keyOf = ({ step, back }: Place): string => `${back ? '-' : ''}${step}`;

/** Nothing happens to these any more; `failed` and `cancelled` may still be undone by a person. */
const terminal: readonly Rollback['status'][] = ['recovered', 'compensated', 'rejected', 'expired', 'drifted', 'abandoned'];

function check(condition: boolean, broken: string, about: unknown): void {
  if (!condition) throw new Error(`${broken}: ${JSON.stringify(about)}`);
}

interface Told {
  command: RollbackCommand;
  needed: number;
  /** As it was before the fact. */
  state: Rollback;
}

/** Follows one fact, and complains when it must not have happened. */
function follow(model: Model, event: RollbackEvent, told: Told): void {
  check(!model.over, 'something happened after the end', event);
  switch (event.type) {
    case 'rollback.approved':
      return counted(model, event, told.command);
    case 'rollback.votes-voided':
      for (const user of event.users) model.approvers.delete(user);
      return;
    case 'rollback.cleared':
      return check(model.approvers.size >= told.needed, 'cleared without a quorum', [...model.approvers]);
    case 'rollback.step-intended':
      return begun(model, event, told);
    case 'rollback.step-started':
    case 'rollback.step-repeated':
    case 'rollback.step-cancelled':
    case 'rollback.step-succeeded':
      return check(model.begun.has(keyOf(event)), 'a step went on that was never begun', event);
    case 'rollback.step-deferred':
      return void forget(model, event, told.state);
    case 'rollback.step-requeued':
      check(event.back === true || !model.halted, 'run again although the plan is halted', event);
      return void model.begun.delete(keyOf(event));
    case 'rollback.step-failed': {
      const stops = told.state.status === 'absent' || told.state.plan.steps[event.step]?.onFailure !== 'continue';
      return void (model.halted ||= stops);
    }
    case 'rollback.cancel-requested':
    case 'rollback.compensation-started':
      return void (model.halted = true);
    case 'rollback.expired':
    case 'rollback.drifted':
    case 'rollback.rejected':
    case 'rollback.abandoned':
    case 'rollback.compensated':
      return void (model.over = true);
    case 'rollback.verified':
      return void (model.over = event.verdict === 'recovered');
    case 'rollback.failed':
    case 'rollback.cancelled':
    case 'rollback.gate-passed':
    case 'rollback.step-skipped':
    case 'rollback.requested':
    case 'rollback.step-progressed':
    case 'rollback.held':
    case 'rollback.verification-started':
    case 'rollback.measured':
      return;
  }
}

function counted(model: Model, event: Extract<RollbackEvent, { type: 'rollback.approved' }>, command: RollbackCommand): void {
  const { voter } = command as Extract<RollbackCommand, { type: 'rollback.approve' }>;
  const counts = voter.standing === 'member' && (voter.groups.length > 0 || voter.roles.some((role) => role !== 'cc'));
  check(event.by !== requester && counts, 'a vote that does not count was counted', command);
  check(event.planHash !== 'another', 'a vote for another plan was counted', command);
  check(!model.approvers.has(event.by), 'somebody voted twice', command);
  model.approvers.add(event.by);
}

function begun(model: Model, event: Place, { command, needed, state }: Told): void {
  if (state.status === 'absent') throw new Error('begun before it was asked for');
  const { voters, fingerprint: seen } = command as Extract<RollbackCommand, { type: 'rollback.begin-step' }>;
  const operation = operationId('rb', event, runOf(state, event)?.round);
  check(!model.operations.has(operation), 'an operation was intended twice', operation);
  model.operations.add(operation);
  model.begun.add(keyOf(event));
  if (event.back) return check(model.begun.has(keyOf({ step: event.step })), 'undone what was never begun', event);

  check(!model.halted, 'something new began after a halt', event);
  check(seen === fingerprint, 'begun although production changed', command);
  const members = voters.filter(({ standing }) => standing === 'member').map(({ user }) => user);
  const still = [...model.approvers].filter((user) => members.includes(user));
  // Who approved is asked before production is touched, not half-way.
  if (state.startedAt === undefined) check(still.length >= needed, 'begun without a quorum of members', [...still]);
  const undone = (state.plan.steps[event.step]?.needs ?? []).filter((need) => !isDone(state, need));
  check(undone.length === 0, 'begun before the steps it needs were done', { event, undone });
}

function isDone({ plan: { steps: all }, steps: runs }: KnownRollback, name: string): boolean {
  const index = all.findIndex(({ id }) => id === name);
  const status = runs[index]?.status;
  return status === 'succeeded' || status === 'skipped' || (status === 'failed' && all[index]?.onFailure === 'continue');
}

/** What certainly did not start may be intended again under the same name. */
function forget(model: Model, place: Place, state: Rollback): void {
  model.begun.delete(keyOf(place));
  if (state.status !== 'absent') model.operations.delete(operationId('rb', place, runOf(state, place)?.round));
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
  const runs = [
    ...state.steps.map((run, step) => ({ run, place: { step } })),
    ...state.undos.map((run, step) => ({ run, place: { step, back: true as const } })),
  ];
  const touched = runs.filter(({ run }) => ['intended', 'started', 'succeeded', 'cancelled'].includes(run.status));
  check(
    touched.every(({ place }) => model.begun.has(keyOf(place))),
    'a step is further than it was begun',
    touched,
  );
  check(model.over === terminal.includes(state.status), 'the end is not where it should be', state.status);
  statusFits(
    state,
    runs.map(({ run }) => run.status),
  );
}

/** The status is what the runs say, and a rollback under way always has something that moves it on: a job, or a person. */
function statusFits(state: KnownRollback, runs: readonly StepRun['status'][]): void {
  const moving = runs.some((status) => status === 'intended' || status === 'started');
  const unknown = runs.includes('unknown');
  const nextJob = runnable(state).length > 0 || nextUndo(state) !== undefined;
  switch (state.status) {
    case 'executing':
      check(!unknown && state.undoing.length === 0, 'executing beside something unknown or undone', state);
      return check(moving || nextJob, 'executing, and nothing will ever move it on', state);
    case 'compensating':
      check(!unknown && state.undoing.length > 0, 'compensating without anything to undo, or beside something unknown', state);
      return check(moving || nextJob, 'compensating, and nothing will ever move it on', state);
    case 'needs human':
      return check(unknown, 'waits for a person without a question', state);
    case 'failed':
    case 'cancelled':
    case 'compensated':
      return check(!moving && !unknown, 'over while something is still under way', state);
    case 'verifying':
    case 'recovered':
    case 'not recovered':
    case 'inconclusive':
    case 'abandoned':
      return check(!moving, 'measured or given up while something is still under way', state);
    case 'requested':
    case 'approved':
    case 'rejected':
    case 'expired':
    case 'drifted':
      return check(!touchedProduction(runs), 'production was touched before the approval', state);
  }
}

const touchedProduction = (runs: readonly StepRun['status'][]): boolean =>
  runs.some((status) => status !== 'pending' && status !== 'failed' && status !== 'skipped');

describe('the rollback under random commands', () => {
  it('never begins a step without a quorum of qualified people for this very plan, never counts a vote twice, never starts out of turn, after a halt or twice, and always ends or waits for somebody', () => {
    const run = fc.record({
      asked: anyPlan,
      needed: fc.constantFrom(1, 2),
      commands: fc.array(fc.tuple(anyGap, anyCommand), { maxLength: 80, size: 'max' }),
    });
    fc.assert(
      fc.property(run, ({ asked, needed, commands }) => {
        let at = start;
        let state = decided(
          { status: 'absent' },
          request('inc', { plan: asked, planHash: planHashOf(asked), policy: policy(needed) }),
        ).reduce(rollback.evolve, rollback.initial);
        const model: Model = { approvers: new Set(), begun: new Set(), operations: new Set(), halted: false, over: false };
        for (const [gap, timeless] of commands) {
          at += gap;
          const named = timeless.type === 'rollback.approve' && timeless.planHash === 'asked' ? { planHash: planHashOf(asked) } : {};
          const command = { ...timeless, ...named, at } as RollbackCommand;
          for (const event of decided(state, command)) {
            follow(model, event, { command, needed, state });
            state = rollback.evolve(state, event);
          }
          if (state.status !== 'absent') compare(state, model);
        }
      }),
      { numRuns: 300 },
    );
  });
});
