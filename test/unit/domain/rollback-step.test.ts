import { describe, expect, it } from '@jest/globals';
import type { RollbackCommand } from '../../../src/domain/rollback.ts';
import { rollback, runnable } from '../../../src/domain/rollback.ts';
import { aPlan, aPolicy, aRequirement, aRollback, aVote, aVoter, minute, noon, running } from '../../support/builders.ts';
import { givenOf } from '../../support/given.ts';

const given = givenOf(rollback);
const at = noon + minute;
const byJob = { by: 'warroom', at } as const;

type Of<T extends RollbackCommand['type']> = Extract<RollbackCommand, { type: T }>;

const begin = (change: Partial<Of<'rollback.begin-step'>> = {}): RollbackCommand => ({
  type: 'rollback.begin-step',
  planHash: 'hash',
  step: 0,
  fingerprint: 'as approved',
  voters: [aVoter('U2')],
  ...byJob,
  ...change,
});

describe('beginning a step', () => {
  const approved = aRollback({ status: 'approved', votes: [aVote('U2')], executeBy: noon + 10 * minute, startOrderedAt: noon });

  it('writes the intent down before anything is called', () => {
    given(approved)
      .when(begin())
      .then({ type: 'rollback.step-intended', step: 0, ...byJob });
    given(approved)
      .when(begin())
      .becomes({ status: 'executing', startedAt: at, steps: [{ status: 'intended', startedAt: at }] });
  });

  it.each(['intended', 'started', 'succeeded'] as const)('happens once: a step that is %s is not begun again', (status) =>
    given(running({ status })).when(begin()).changesNothing(),
  );

  it('stops when production is not what was approved any more', () => {
    given(approved)
      .when(begin({ fingerprint: 'changed' }))
      .then({ type: 'rollback.drifted', step: 0, ...byJob });
    given(approved)
      .when(begin({ fingerprint: 'changed' }))
      .becomes({ status: 'drifted', endedAt: at });
  });

  it('stops when it was approved too long ago', () =>
    given(approved)
      .when(begin({ at: noon + 10 * minute }))
      .then({ type: 'rollback.expired', phase: 'execution', by: 'warroom', at: noon + 10 * minute }));

  it('does not stop half-way for the time it took', () => {
    const half = aRollback({
      ...approved,
      status: 'executing',
      startedAt: noon,
      plan: aPlan({ steps: 2 }),
      steps: [{ status: 'succeeded' }, { status: 'pending' }],
    });
    given(half)
      .when(begin({ step: 1, at: noon + 20 * minute }))
      .then({ type: 'rollback.step-intended', step: 1, by: 'warroom', at: noon + 20 * minute });
  });

  it('does nothing for a plan that was edited since it was looked at', () =>
    given(approved)
      .when(begin({ planHash: 'another' }))
      .changesNothing());

  it.each([
    ['was deactivated', [aVoter('U2', { standing: 'deactivated' })]],
    ['is a guest now', [aVoter('U2', { standing: 'guest' })]],
    ['is not known any more', [aVoter('U2', { standing: 'unknown' })]],
  ] as const)('voids the vote of somebody who %s, and asks again', (_what, voters) => {
    given(approved)
      .when(begin({ voters }))
      .then({ type: 'rollback.votes-voided', users: ['U2'], ...byJob });
    given(approved).when(begin({ voters })).becomes({ status: 'requested', votes: [] });
  });

  it('voids the vote of somebody who left the group it was given for', () =>
    given(
      aRollback({
        ...approved,
        policy: aPolicy({ require: [aRequirement({ roles: [], groups: ['@sre'] })] }),
        votes: [aVote('U2', { roles: [], groups: ['@sre'] })],
      }),
    )
      .when(begin({ voters: [aVoter('U2', { groups: [] })] }))
      .then({ type: 'rollback.votes-voided', users: ['U2'], ...byJob }));

  it('keeps the vote of somebody who gave the role to another person since', () =>
    given(approved)
      .when(begin({ voters: [aVoter('U2', { roles: [] })] }))
      .becomes({ status: 'executing' }));

  it('goes on when one vote more than needed is lost', () =>
    given(aRollback({ ...approved, votes: [aVote('U2'), aVote('U3')] }))
      .when(begin({ voters: [aVoter('U2', { standing: 'deactivated' }), aVoter('U3')] }))
      .becomes({ status: 'executing' }));
});

const defer = (message = 'busy'): RollbackCommand => ({ type: 'rollback.defer-step', step: 0, message, ...byJob });

describe('a step under way', () => {
  const intended = running({ status: 'intended', startedAt: noon });

  it('is started once', () => {
    const start = { type: 'rollback.record-start', step: 0, ref: 'run/1', url: 'https://ci.test/1', ...byJob } as const;
    given(intended)
      .when(start)
      .then({ ...start, type: 'rollback.step-started' });
    given(running()).when(start).changesNothing();
  });

  it('is pending again when the provider certainly did not start it', () => {
    given(intended)
      .when(defer())
      .then({ type: 'rollback.step-deferred', step: 0, message: 'busy', ...byJob });
    given(intended)
      .when(defer())
      .becomes({ steps: [{ status: 'pending', message: 'busy', startedAt: noon }] });
  });

  it('is pending again even when the provider says the same as last time', () =>
    given(running({ status: 'intended', message: 'busy' }))
      .when(defer())
      .becomes({ steps: [{ status: 'pending', message: 'busy' }] }));

  it('does not say the same twice while it waits', () =>
    given(running({ status: 'pending', message: 'busy' }))
      .when(defer())
      .changesNothing());

  it.each(['started', 'succeeded', 'failed', 'unknown'] as const)('that is %s never becomes pending', (status) =>
    given(running({ status })).when(defer()).changesNothing(),
  );

  it('may be started once more when the first try is nowhere to be found', () => {
    const repeat = { type: 'rollback.repeat-step', step: 0, ...byJob } as const;
    given(intended)
      .when(repeat)
      .becomes({ steps: [{ status: 'intended', startedAt: noon, repeatedAt: at }] });
    given(running()).when(repeat).changesNothing();
  });

  it('shows what it says, each thing once', () => {
    const progress = { type: 'rollback.record-progress', step: 0, message: 'job 2 of 3', ...byJob } as const;
    given(running())
      .when(progress)
      .then({ ...progress, type: 'rollback.step-progressed' });
    given(running({ status: 'started', message: 'job 2 of 3' }))
      .when(progress)
      .changesNothing();
  });
});

const finish = (change: Partial<Of<'rollback.finish-step'>> = {}): RollbackCommand => ({
  type: 'rollback.finish-step',
  step: 0,
  outcome: 'succeeded',
  ...byJob,
  ...change,
});

describe('a manual gate', () => {
  const plan = { ...aPlan(), steps: aPlan().steps.map((step) => ({ ...step, gate: { kind: 'manual', text: 'Look.' } as const })) };
  const ready = aRollback({ status: 'approved', plan, votes: [aVote('U2')], startOrderedAt: noon });

  it('keeps its step from beginning, whatever its job thinks', () => given(ready).when(begin()).changesNothing());

  it('lets it begin once somebody has opened it', () =>
    given({ ...ready, steps: [{ status: 'pending', gatePassedAt: noon }] })
      .when(begin())
      .becomes({ status: 'executing' }));
});

describe('the end of a step', () => {
  const twoSteps = { plan: aPlan({ steps: 2 }), steps: [{ status: 'started' as const }, { status: 'pending' as const }] };

  it('lets verification begin after the last one', () =>
    given(running())
      .when(finish())
      .then({ type: 'rollback.step-succeeded', step: 0, ...byJob }, { type: 'rollback.verification-started', ...byJob }));

  it('makes room for the next one', () => {
    given(running(undefined, twoSteps))
      .when(finish())
      .then({ type: 'rollback.step-succeeded', step: 0, ...byJob });
    expect(runnable(running(undefined, { ...twoSteps, steps: [{ status: 'succeeded' }, { status: 'pending' }] }))).toEqual([1]);
  });

  it('as a failure is a fact of its own, followed by the end of the rollback', () =>
    given(running())
      .when(finish({ outcome: 'failed', reason: 'smoke test failed' }))
      .then(
        { type: 'rollback.step-failed', step: 0, reason: 'smoke test failed', ...byJob },
        { type: 'rollback.failed', reason: 'smoke test failed', ...byJob },
      ));

  it('as a failure ends the rollback, with the reason', () =>
    given(running())
      .when(finish({ outcome: 'failed', reason: 'smoke test failed' }))
      .becomes({ status: 'failed', outcome: 'smoke test failed', endedAt: at, steps: [{ status: 'failed', ref: 'run/1', endedAt: at }] }));

  it('as unknown waits for a person', () =>
    given(running())
      .when(finish({ outcome: 'unknown', reason: 'the run vanished' }))
      .becomes({ status: 'needs human', outcome: 'the run vanished', steps: [{ status: 'unknown', ref: 'run/1' }] }));

  it.each(['failed', 'unknown'] as const)('as %s always has words', (outcome) => {
    const [event] = rollback.decide(running(), finish({ outcome }), { number: 0 });
    expect(event).toMatchObject({ reason: expect.stringMatching(/\w/) });
  });

  it('cannot be a success for a step that never began', () =>
    given(running({ status: 'pending' }))
      .when(finish())
      .changesNothing());

  it('can be a failure for one whose provider cannot even be read', () =>
    given(aRollback({ status: 'approved', startOrderedAt: noon }))
      .when(finish({ outcome: 'failed', reason: 'unauthorized' }))
      .becomes({ status: 'failed' }));

  it('cannot be a failure before anybody had it started', () =>
    given(aRollback({ status: 'approved' }))
      .when(finish({ outcome: 'failed', reason: 'unauthorized' }))
      .changesNothing());

  it.each([
    ['one that succeeded before', running({ status: 'succeeded' }), 0],
    ['one that the plan does not have', running(), 9],
  ])('is not written for %s', (_what, state, step) => given(state).when(finish({ step })).changesNothing());
});
