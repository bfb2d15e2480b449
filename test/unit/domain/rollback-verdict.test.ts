import { describe, expect, it } from '@jest/globals';
import type { Reading } from '../../../src/domain/plan.ts';
import type { RollbackCommand } from '../../../src/domain/rollback.ts';
import { rollback } from '../../../src/domain/rollback.ts';
import { offersOf } from '../../../src/features/rollback/operations.ts';
import { aGate, aPlan, aRollback, aVoter, minute, noon, running } from '../../support/builders.ts';
import { givenOf } from '../../support/given.ts';

const given = givenOf(rollback);
const at = noon + minute;
const byU2 = { by: 'U2', at };
const byJob = { by: 'warroom', at } as const;

type Of<T extends RollbackCommand['type']> = Extract<RollbackCommand, { type: T }>;

const reading = (verdict: Reading['verdict'], change: Partial<Reading> = {}): Reading => ({ gate: 'errors', at, verdict, ...change });

const record = (...readings: Reading[]): RollbackCommand => ({ type: 'rollback.record-readings', readings, ...byJob });

describe('verifying a rollback', () => {
  const verifying = aRollback({ status: 'verifying', verifyingSince: noon, steps: [{ status: 'succeeded' }] });
  const twoGates = { ...verifying, plan: aPlan({ verify: [aGate(), aGate({ name: 'latency' })] }) };

  it('keeps every reading while a gate is open', () =>
    given(verifying)
      .when(record(reading('pending', { value: 0 })))
      .then({ type: 'rollback.measured', readings: [reading('pending', { value: 0 })], ...byJob }));

  it('writes nothing when nothing was measured', () => given(verifying).when(record()).changesNothing());

  it.each(['recovered', 'not recovered', 'inconclusive'] as const)('ends as %s when its gate says so', (verdict) =>
    given(verifying)
      .when(record(reading(verdict)))
      .becomes({ status: verdict, endedAt: at }),
  );

  it('is inconclusive, never green, when nothing is measured at all', () =>
    given(aRollback({ ...verifying, plan: aPlan({ verify: [] }) }))
      .when(record())
      .then({ type: 'rollback.verified', verdict: 'inconclusive', reason: 'no verification is configured', ...byJob }));

  it('says of the gate that decided why, not what another gate lacked', () =>
    given(twoGates)
      .when(record(reading('not recovered', { value: 9 }), reading('pending', { gate: 'latency', note: 'no data' })))
      .then(
        {
          type: 'rollback.measured',
          readings: [reading('not recovered', { value: 9 }), reading('pending', { gate: 'latency', note: 'no data' })],
          ...byJob,
        },
        { type: 'rollback.verified', verdict: 'not recovered', ...byJob },
      ));

  it('says why even when the gate that decided ended in an earlier look', () =>
    given({ ...twoGates, readings: [reading('inconclusive', { note: 'no data' })] })
      .when(record(reading('recovered', { gate: 'latency', value: 0 })))
      .becomes({ status: 'inconclusive', outcome: 'no data' }));

  it('comes too late for one that ended: a job is not refused', () =>
    given(aRollback({ status: 'recovered' }))
      .when(record(reading('not recovered')))
      .changesNothing());
});

const settle = (change: Partial<Of<'rollback.settle'>> = {}): RollbackCommand => ({
  type: 'rollback.settle',
  choice: 'verify',
  voter: aVoter('U2'),
  reason: 'it ran',
  ...byU2,
  ...change,
});

describe('settling what Warroom cannot know', () => {
  const held = aRollback({ status: 'needs human', outcome: 'the run vanished', steps: [{ status: 'unknown' }] });

  it('measures again from the beginning', () => {
    given({ ...held, status: 'inconclusive', readings: [reading('inconclusive')], endedAt: at })
      .when(settle())
      .becomes({ status: 'verifying', verifyingSince: at, readings: [] });
    expect(rollback.evolve(held, { type: 'rollback.verification-started', ...byU2 })).not.toHaveProperty('outcome');
  });

  it('gives it up, with the reason', () =>
    given(held)
      .when(settle({ choice: 'abandon', reason: 'rolled forward' }))
      .becomes({ status: 'abandoned', outcome: 'rolled forward', endedAt: at }));

  it('is open to the requester', () =>
    given(held)
      .when(settle({ voter: aVoter('U1', { roles: [] }), by: 'U1' }))
      .becomes({ status: 'verifying' }));

  it('is refused to somebody who could not have approved', () =>
    given(held)
      .when(settle({ voter: aVoter('U2', { roles: [] }) }))
      .refuses('not_an_approver'));

  it('is refused to a guest, even to one who asked for the rollback', () =>
    given(held)
      .when(settle({ voter: aVoter('U1', { standing: 'guest' }), by: 'U1' }))
      .refuses('approver_standing'));

  it('is refused when there is nothing to settle', () =>
    given(running()).when(settle()).refuses('rollback_not_now', { command: 'settle' }));

  it('does not call a plan well of which a step has not run, or that is half undone', () => {
    const plan = aPlan({ steps: 2 });
    const half = { ...held, plan, steps: [{ status: 'unknown' } as const, { status: 'pending' } as const] };
    given(half).when(settle()).refuses('rollback_not_now', { command: 'verify' });
    const back = { ...held, undoing: [0], undos: [{ status: 'unknown' } as const] };
    given(back).when(settle()).refuses('rollback_not_now', { command: 'verify' });
    expect(offersOf(half).filter(({ verb }) => verb === 'measure')).toEqual([]);
  });
});

describe('undoing what a rollback did', () => {
  const undo = { type: 'rollback.compensate', voter: aVoter('U2'), ...byU2 } as const;
  const ended = aRollback({ status: 'inconclusive', startedAt: noon, endedAt: at, steps: [{ status: 'succeeded' }] });

  it('is possible while its incident is open', () => given(ended).when(undo).becomes({ status: 'compensating' }));

  it('changes nothing in production any more when its incident is over', () =>
    given(ended)
      .when(undo, { incidentOver: { number: 12, status: 'resolved' } })
      .refuses('incident_over', { number: 12 }));
});
