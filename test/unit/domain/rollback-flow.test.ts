// The way through a plan of several steps, told as commands and what they lead to.
import { describe, expect, it } from '@jest/globals';
import type { Step } from '../../../src/domain/plan.ts';
import type { KnownRollback, RollbackCommand, RollbackEvent, StepRun } from '../../../src/domain/rollback.ts';
import { operationId, rollback } from '../../../src/domain/rollback.ts';
import { conclude, isHalted, nextUndo, runnable, undoable, unlockedBy } from '../../../src/domain/rollback-flow.ts';
import { aPlan, aRollback, aVote, aVoter, minute, noon } from '../../support/builders.ts';
import { refusalOf } from '../../support/given.ts';

const at = noon + minute;
const byJob = { by: 'warroom', at } as const;
const byU2 = { voter: aVoter('U2'), by: 'U2', at };

/** Steps a, b, c…: what each needs, and what else is special about it. */
function planned(...steps: (Partial<Step> & { needs: string[] })[]): KnownRollback {
  const [one] = aPlan().steps;
  const all = steps.map((step, index) => ({ ...one!, ...step, id: 'abcdef'[index] ?? '' }));
  const idle = (): StepRun[] => all.map(() => ({ status: 'pending' }));
  const plan = { ...aPlan(), steps: all };
  return aRollback({
    status: 'approved',
    plan,
    votes: [aVote('U2')],
    executeBy: noon + 10 * minute,
    startOrderedAt: noon,
    steps: idle(),
    undos: idle(),
  });
}

/** Two side by side, then one that needs both. */
const fork = (a: Partial<Step> = {}, b: Partial<Step> = {}): KnownRollback =>
  planned({ ...a, needs: [] }, { ...b, needs: [] }, { needs: ['a', 'b'] });

const withRuns = (state: KnownRollback, ...runs: (StepRun['status'] | StepRun)[]): KnownRollback => ({
  ...state,
  status: 'executing',
  startedAt: noon,
  steps: runs.map((run) => (typeof run === 'string' ? { status: run } : run)),
});

const step = (name: string): { step: number; back?: true } =>
  name.startsWith('-') ? { step: 'abcdef'.indexOf(name.slice(1)), back: true } : { step: 'abcdef'.indexOf(name) };

const begin = (name: string): RollbackCommand => ({
  type: 'rollback.begin-step',
  planHash: 'hash',
  ...step(name),
  fingerprint: 'as approved',
  voters: [aVoter('U2')],
  ...byJob,
});
const started = (name: string): RollbackCommand => ({ type: 'rollback.record-start', ...step(name), ref: `run/${name}`, ...byJob });
const ends = (name: string, outcome: 'succeeded' | 'failed' | 'unknown' = 'succeeded'): RollbackCommand => ({
  type: 'rollback.finish-step',
  ...step(name),
  outcome,
  reason: `${name} ${outcome}`,
  ...byJob,
});
const runs = (name: string): RollbackCommand[] => [begin(name), started(name)];
const settles = (name: string, choice: 'ran' | 'again' | 'skip'): RollbackCommand => ({
  type: 'rollback.settle-step',
  ...step(name),
  choice,
  reason: 'looked',
  ...byU2,
});
const cancel: RollbackCommand = { type: 'rollback.cancel', reason: 'wrong service', ...byU2 };
const stopped = (name: string): RollbackCommand => ({ type: 'rollback.record-cancel', ...step(name), ...byJob });

const pass = (name: string): RollbackCommand => ({ type: 'rollback.pass-gate', ...step(name), ...byU2 });
const done = (endedAt: number): StepRun => ({ status: 'succeeded', endedAt });

/** Carries the commands out one after another. */
function after(state: KnownRollback, ...commands: readonly RollbackCommand[]): { state: KnownRollback; events: RollbackEvent[] } {
  const told: RollbackEvent[] = [];
  let now = state;
  for (const command of commands) {
    const events = rollback.decide(now, command, { number: 7 });
    now = events.reduce<ReturnType<typeof rollback.evolve>>(rollback.evolve, now) as KnownRollback;
    told.push(...events);
  }
  return { state: now, events: told };
}

const types = (events: readonly RollbackEvent[]): string[] => events.map(({ type }) => type.replace('rollback.', ''));
const statuses = (list: readonly StepRun[]): string[] => list.map(({ status }) => status);

describe('what may run', () => {
  const state = fork();

  it.each<[string, KnownRollback, number[]]>([
    ['at first what needs nothing', state, [0, 1]],
    ['nothing more while both run', withRuns(state, 'started', 'intended', 'pending'), []],
    ['not what needs one that still runs', withRuns(state, 'succeeded', 'started', 'pending'), []],
    ['what needs steps that are done or left out', withRuns(state, 'succeeded', 'skipped', 'pending'), [2]],
    ['not what needs one of unknown outcome', withRuns(state, 'succeeded', 'unknown', 'pending'), []],
    ['the other lane beside one of unknown outcome', withRuns(state, 'unknown', 'pending', 'pending'), [1]],
    ['nothing after a failure that stops', withRuns(state, 'failed', 'pending', 'pending'), []],
    ['nothing after a failure that is compensated', withRuns(fork({ onFailure: 'compensate' }), 'failed', 'pending', 'pending'), []],
    ['the rest after one that others do without', withRuns(fork({ onFailure: 'continue' }), 'failed', 'succeeded', 'pending'), [2]],
    ['nothing once it is called off', { ...withRuns(state, 'succeeded', 'succeeded', 'pending'), cancelledBy: 'U2' }, []],
    ['nothing while it is undone', { ...withRuns(state, 'succeeded', 'succeeded', 'pending'), undoing: [1, 0] }, []],
  ])('is %s', (_what, now, expected) => expect(runnable(now)).toEqual(expected));

  it('is unlocked by the last of the steps it needs, and by that one alone', () => {
    expect(unlockedBy(withRuns(state, 'succeeded', 'started', 'pending'), 0)).toEqual([]);
    expect(unlockedBy(withRuns(state, 'succeeded', 'succeeded', 'pending'), 1)).toEqual([2]);
    const lanes = planned({ needs: [] }, { needs: [] }, { needs: ['a'] });
    expect(unlockedBy(withRuns(lanes, 'succeeded', 'pending', 'pending'), 0)).toEqual([2]);
  });

  it.each<[string, KnownRollback, boolean]>([
    ['a failure that stops', withRuns(state, 'failed', 'started', 'pending'), true],
    ['a failure that is compensated', withRuns(fork({ onFailure: 'compensate' }), 'failed', 'started', 'pending'), true],
    ['a failure that others do without', withRuns(fork({ onFailure: 'continue' }), 'failed', 'started', 'pending'), false],
    ['a person who calls it off', { ...state, cancelledBy: 'U2' }, true],
    ['an unknown outcome', withRuns(state, 'unknown', 'pending', 'pending'), false],
  ])('and whether the plan is halted by %s', (_what, now, expected) => expect(isHalted(now)).toBe(expected));

  it('is not begun out of turn, whoever asks', () => {
    expect(after(fork(), begin('c')).events).toEqual([]);
    expect(after(fork(), begin('-a')).events).toEqual([]);
  });
});

describe('a plan of two steps side by side and one after them', () => {
  const both = [...runs('a'), ...runs('b')];

  it('is measured when all are done, whichever ends first', () => {
    const { state, events } = after(fork(), ...both, ends('b'), ends('a'), ...runs('c'), ends('c'));
    expect(state).toMatchObject({
      status: 'verifying',
      steps: [{ status: 'succeeded' }, { status: 'succeeded' }, { status: 'succeeded' }],
    });
    expect(types(events).filter((type) => type === 'verification-started')).toHaveLength(1);
    expect(types(events).at(-1)).toBe('verification-started');
  });

  it.each(['stop', 'compensate', 'continue'] as const)('goes on with what runs when a step with %s fails beside it', (onFailure) => {
    const { state, events } = after(fork({ onFailure }), ...both, ends('a', 'failed'));
    expect(types(events).at(-1)).toBe('step-failed');
    expect(state).toMatchObject({ status: 'executing', steps: [{ status: 'failed' }, { status: 'started' }, { status: 'pending' }] });
  });

  it.each([
    ['stop', 'auto', 'failed', ['step-succeeded', 'failed', 'care-opened']],
    ['compensate', 'auto', 'compensating', ['step-succeeded', 'compensation-started']],
    ['compensate', 'manual', 'failed', ['step-succeeded', 'failed', 'care-opened']],
    ['continue', 'auto', 'executing', ['step-succeeded']],
  ] as const)('decides when the last of them ended: %s, the other undone by %s', (onFailure, compensation, status, told) => {
    const before = after(fork({ onFailure }, { compensation }), ...both, ends('a', 'failed')).state;
    const { state, events } = after(before, ends('b'));
    expect(types(events)).toEqual(told);
    expect(state).toMatchObject({ status });
  });

  it('names the failure that stopped it, whatever was said of another step since', () => {
    const { state } = after(fork(), ...both, ends('a', 'failed'), ends('b', 'unknown'), settles('b', 'ran'));
    expect(state).toMatchObject({ status: 'failed', outcome: 'a failed' });
  });

  it('goes on in one lane while the other waits for a person, who has the last word', () => {
    const waits = after(fork(), ...both, ends('a', 'unknown'));
    expect(waits.state).toMatchObject({ status: 'needs human', outcome: 'a unknown' });
    const goesOn = after(waits.state, ends('b'));
    expect(goesOn.state).toMatchObject({
      status: 'needs human',
      steps: [{ status: 'unknown' }, { status: 'succeeded' }, { status: 'pending' }],
    });
    expect(after(goesOn.state, settles('a', 'ran'), begin('c')).state).toMatchObject({
      status: 'executing',
      steps: [{}, {}, { status: 'intended' }],
    });
  });

  it('is not closed or measured over the head of a step that still runs', () => {
    const waits = after(fork(), ...both, ends('a', 'unknown')).state;
    for (const choice of ['verify', 'abandon'] as const) {
      const settle = (): unknown => after(waits, { type: 'rollback.settle', choice, reason: 'x', ...byU2 });
      expect(refusalOf(settle).code).toBe('still_moving');
    }
  });

  it('is not measured when no step did anything: a recovery would be somebody else’s', () => {
    const alone = planned({ needs: [], onFailure: 'continue' });
    expect(after(alone, ...runs('a'), ends('a', 'failed')).state).toMatchObject({ status: 'failed', outcome: 'a failed' });
    const two = fork({ onFailure: 'continue' }, { onFailure: 'continue' });
    const some = after(two, ...both, ends('a', 'failed'), ends('b', 'failed'), ...runs('c'), ends('c'));
    expect(some.state).toMatchObject({ status: 'verifying' });
  });
});

/** The first of two steps ended in nobody knows what. */
const undecided = (): KnownRollback => after(planned({ needs: [] }, { needs: ['a'] }), ...runs('a'), ends('a', 'unknown')).state;

describe('what a person says of an unknown outcome', () => {
  it.each([
    ['ran', 'succeeded', [1]],
    ['skip', 'skipped', [1]],
    ['again', 'pending', [0]],
  ] as const)('%s makes it %s', (choice, status, next) => {
    const { state } = after(undecided(), settles('a', choice));
    expect(state).toMatchObject({ status: 'executing', steps: [{ status }, { status: 'pending' }] });
    expect(runnable(state)).toEqual(next);
  });

  it('again is another round with a run of its own, and no gate is asked twice', () => {
    const held = undecided();
    const confirmed = { ...held, steps: held.steps.map((run) => ({ ...run, gatePassedAt: noon })) };
    const { state } = after(confirmed, settles('a', 'again'));
    expect(state.steps[0]).toEqual({ status: 'pending', round: 1, gatePassedAt: noon });
    expect(after(state, ...runs('a'), ends('a', 'unknown'), settles('a', 'again')).state.steps[0]).toMatchObject({ round: 2 });
  });

  it('again starts nothing once the plan is halted, and says what is possible instead', () => {
    const halted = after(undecided(), cancel).state;
    expect(refusalOf(() => after(halted, settles('a', 'again'))).code).toBe('no_new_start');
    expect(after(halted, settles('a', 'ran')).state).toMatchObject({ status: 'cancelled', outcome: 'wrong service' });
  });

  it('counts once, and only for what is unknown', () => {
    expect(after(undecided(), settles('b', 'ran')).events).toEqual([]);
    const two = after(fork(), ...runs('a'), ...runs('b'), ends('a', 'unknown'), ends('b', 'unknown'), settles('a', 'ran')).state;
    expect(after(two, settles('a', 'skip')).events).toEqual([]);
  });
});

describe('calling it off', () => {
  const auto = { compensation: 'auto' as const };

  it('before the first step changes nothing', () => {
    const { state, events } = after(fork(), cancel, begin('a'));
    expect(types(events)).toEqual(['cancel-requested', 'cancelled']);
    expect(state).toMatchObject({ status: 'cancelled', outcome: 'wrong service', cancelledBy: 'U2' });
  });

  it('while a step runs starts nothing new, and waits until that one has stopped', () => {
    const called = after(fork(), ...runs('a'), cancel, begin('b'));
    expect(types(called.events).slice(-1)).toEqual(['cancel-requested']);
    expect(called.state.status).toBe('executing');
    expect(after(called.state, stopped('a')).state).toMatchObject({
      status: 'cancelled',
      steps: [{ status: 'cancelled' }, { status: 'pending' }, {}],
    });
  });

  it('takes back what was done, where the plan does so by itself', () => {
    const { state, events } = after(fork(auto, auto), ...runs('a'), ...runs('b'), ends('a'), cancel, stopped('b'));
    expect(types(events).at(-1)).toBe('compensation-started');
    expect(state).toMatchObject({ status: 'compensating', undoing: [0] });
    expect(after(state, ...runs('-a'), ends('-a')).state).toMatchObject({ status: 'compensated', outcome: 'wrong service' });
  });

  it('takes a run for done that ended well before the provider stopped it', () => {
    const { state } = after(fork(), ...runs('a'), cancel, ends('a'), stopped('a'));
    expect(state).toMatchObject({ status: 'cancelled', steps: [{ status: 'succeeded' }, {}, {}] });
  });

  it('is not kept open by a step that could not be started yet', () => {
    const put = { type: 'rollback.defer-step', step: 0, message: 'busy', ...byJob } as const;
    const { state } = after(fork(), begin('a'), cancel, put);
    expect(state).toMatchObject({ status: 'cancelled', steps: [{ status: 'pending' }, {}, {}] });
  });

  it('happens once, and is over when the rollback is', () => {
    const called = after(fork(), ...runs('a'), cancel);
    expect(after(called.state, cancel).events).toEqual([]);
    expect(refusalOf(() => after(after(called.state, stopped('a')).state, cancel)).code).toBe('rollback_not_now');
  });

  it('does not call off the way back', () => {
    const back = after(
      planned({ ...auto, needs: [] }, { needs: ['a'], onFailure: 'compensate' }),
      ...runs('a'),
      ends('a'),
      ...runs('b'),
      ends('b', 'failed'),
    );
    expect(refusalOf(() => after(back.state, cancel)).code).toBe('rollback_not_now');
    expect(refusalOf(() => after(back.state, ...runs('-a'), ends('-a', 'failed'), cancel)).code).toBe('rollback_not_now');
  });
});

describe('undoing', () => {
  const auto = { compensation: 'auto' as const };
  const chain = planned({ ...auto, needs: [] }, { ...auto, needs: ['a'] }, { needs: ['b'], onFailure: 'compensate' });
  const failed = after(chain, ...runs('a'), ends('a'), ...runs('b'), ends('b'), ...runs('c'), ends('c', 'failed')).state;

  it('goes in the reverse of the order in which things were done, not in that of the plan', () => {
    const lanes = planned({ ...auto, needs: [] }, { ...auto, needs: [] }, { ...auto, needs: [] });
    expect(undoable(withRuns(lanes, done(3), done(1), done(2)), false)).toEqual([0, 2, 1]);
    expect(undoable(withRuns(lanes, done(1), done(1), done(1)), false)).toEqual([2, 1, 0]);
  });

  it('takes only what was done, and by itself only what the plan says so of', () => {
    const mixed = planned(
      { ...auto, needs: [] },
      { compensation: 'manual', needs: [] },
      { compensation: 'none', needs: [] },
      { ...auto, needs: [] },
    );
    const state = withRuns(mixed, 'succeeded', 'succeeded', 'succeeded', 'skipped');
    expect([undoable(state, false), undoable(state, true)]).toEqual([[0], [1, 0]]);
  });

  it('takes one after another, and ends when nothing is left', () => {
    expect(failed).toMatchObject({ status: 'compensating', undoing: [1, 0] });
    expect(nextUndo(failed)).toBe(1);
    expect(after(failed, begin('-a')).events).toEqual([]);
    const half = after(failed, ...runs('-b'), ends('-b'));
    expect(types(half.events)).not.toContain('compensated');
    expect(nextUndo(half.state)).toBe(0);
    const whole = after(half.state, ...runs('-a'), ends('-a'));
    expect(whole.state).toMatchObject({ status: 'compensated', outcome: 'c failed', endedAt: at });
    expect(statuses(whole.state.undos)).toEqual(['succeeded', 'succeeded', 'pending']);
  });

  it('that fails waits for a person, and neither goes on nor is tried in a loop', () => {
    const held = after(failed, ...runs('-b'), ends('-b', 'failed'));
    expect(types(held.events).at(-1)).toBe('held');
    expect(held.state).toMatchObject({ status: 'needs human', outcome: expect.stringContaining('could not be undone') });
    expect(nextUndo(held.state)).toBeUndefined();
    expect(after(held.state, begin('-b'), begin('-a')).events).toEqual([]);
    expect(conclude(held.state, at)).toEqual([]);
  });

  it('that failed goes on as the person says', () => {
    const held = after(failed, ...runs('-b'), ends('-b', 'failed')).state;
    expect(nextUndo(after(held, settles('-b', 'ran')).state)).toBe(0);
    expect(nextUndo(after(held, settles('-b', 'skip')).state)).toBe(0);
    const again = after(held, settles('-b', 'again')).state;
    expect(again).toMatchObject({ status: 'compensating', undos: [{}, { status: 'pending', round: 1 }, {}] });
    expect(nextUndo(again)).toBe(1);
    expect(after(held, settles('-b', 'skip'), ...runs('-a'), ends('-a')).state).toMatchObject({
      status: 'compensated',
      outcome: 'c failed',
    });
  });

  it('that fails after a call-off is no stopped run: nobody claims that it was undone', () => {
    const called = after(planned({ ...auto, needs: [] }, { needs: ['a'] }), ...runs('a'), ends('a'), cancel, ...runs('-a'));
    expect(called.state.status).toBe('compensating');
    expect(after(called.state, stopped('-a')).events).toEqual([]);
    expect(after(called.state, ends('-a', 'failed')).state.status).toBe('needs human');
  });

  it('by hand takes also what the plan leaves to people, once', () => {
    const compensate = { type: 'rollback.compensate', ...byU2 } as const;
    const stop = after(planned({ needs: [] }, { needs: ['a'] }), ...runs('a'), ends('a'), ...runs('b'), ends('b', 'failed')).state;
    expect(stop.status).toBe('failed');
    const { state } = after(stop, compensate);
    expect(state).toMatchObject({ status: 'compensating', undoing: [0] });
    expect(state).not.toHaveProperty('endedAt');
    expect(after(state, ...runs('-a'), ends('-a')).state).toMatchObject({ status: 'compensated', outcome: 'b failed' });
    const none = after(planned({ needs: [] }), ...runs('a'), ends('a', 'failed')).state;
    expect(refusalOf(() => after(none, compensate)).code).toBe('nothing_to_undo');
  });

  it('does not undo a second time what was undone before', () => {
    const undone = {
      ...withRuns(chain, 'succeeded', 'succeeded', 'succeeded'),
      undos: [{ status: 'pending' as const }, { status: 'succeeded' as const }, { status: 'pending' as const }],
    };
    expect(undoable(undone, false)).toEqual([0]);
  });
});

describe('a manual gate', () => {
  const gated = planned(
    { needs: [], gate: { kind: 'manual', text: 'is the queue empty?' } },
    { needs: [], gate: { kind: 'timer', afterMs: minute } },
  );

  it('is opened once, by a person, and what it waited for is forgotten', () => {
    const waits = { ...gated, steps: [{ status: 'pending' as const, message: 'waits' }, { status: 'pending' as const }] };
    const { state, events } = after(waits, pass('a'), pass('a'));
    expect(types(events)).toEqual(['gate-passed']);
    expect(state.steps[0]).toEqual({ status: 'pending', gatePassedAt: at });
  });

  it('is the only kind that a person opens: time and measurements are not argued with', () =>
    expect(after(gated, pass('b')).events).toEqual([]));

  it('is opened by nobody who could not have approved', () => {
    const stranger = { ...pass('a'), voter: aVoter('U9', { roles: [] }), by: 'U9' } as RollbackCommand;
    expect(refusalOf(() => after(gated, stranger)).code).toBe('not_an_approver');
  });
});

it('every run has an operation of its own: each step, each round, each undo', () => {
  const ids = [0, 1].flatMap((index) =>
    [0, 1, 2].flatMap((round) => [operationId('rb_1', { step: index }, round), operationId('rb_1', { step: index, back: true }, round)]),
  );
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids.slice(0, 3)).toEqual(['rb_1.1', 'rb_1.1.undo', 'rb_1.1.r1']);
});
