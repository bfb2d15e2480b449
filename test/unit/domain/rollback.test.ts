import { describe, expect, it } from '@jest/globals';
import type { Rollback, RollbackCommand } from '../../../src/domain/rollback.ts';
import { can, isUnderWay, liveStatuses, operationId, rollback } from '../../../src/domain/rollback.ts';
import { aPlan, aPolicy, aRollback, aVote, aVoter, minute, noon } from '../../support/builders.ts';
import { isRefused } from '../../support/given.ts';

const at = noon + minute;
const byU2 = { by: 'U2', at };
const byJob = { by: 'warroom', at } as const;

const statuses = [
  'absent',
  'requested',
  'approved',
  'executing',
  'compensating',
  'verifying',
  'needs human',
  'recovered',
  'not recovered',
  'inconclusive',
  'failed',
  'compensated',
  'cancelled',
  'rejected',
  'expired',
  'drifted',
  'abandoned',
] as const satisfies readonly Rollback['status'][];

const ended = ['recovered', 'not recovered', 'inconclusive', 'failed', 'compensated', 'cancelled', 'abandoned'] as const;

/** Written down a second time on purpose: a change of the table has to be meant. */
const possible: Record<RollbackCommand['type'], readonly Rollback['status'][]> = {
  'rollback.request': ['absent'],
  'rollback.approve': ['requested'],
  'rollback.reject': ['requested'],
  'rollback.revoke': ['requested', 'approved'],
  'rollback.edit': ['requested', 'approved'],
  'rollback.start': ['approved'],
  'rollback.break-glass': ['requested'],
  'rollback.escalate': ['requested'],
  'rollback.expire': ['requested', 'approved'],
  // While one run waits for a person, those beside it go on; and what is undone runs like what was done.
  'rollback.begin-step': ['approved', 'executing', 'compensating', 'needs human'],
  'rollback.defer-step': ['approved', 'executing', 'compensating', 'needs human'],
  'rollback.repeat-step': ['executing', 'compensating', 'needs human'],
  'rollback.record-start': ['executing', 'compensating', 'needs human'],
  'rollback.record-progress': ['executing', 'compensating', 'needs human'],
  'rollback.finish-step': ['approved', 'executing', 'compensating', 'needs human'],
  'rollback.pass-gate': ['approved', 'executing', 'needs human'],
  'rollback.cancel': ['approved', 'executing', 'needs human'],
  'rollback.record-cancel': ['executing', 'compensating', 'needs human'],
  'rollback.compensate': ['failed', 'cancelled', 'not recovered', 'inconclusive'],
  'rollback.settle-step': ['needs human'],
  'rollback.record-readings': ['verifying'],
  'rollback.settle': ['needs human', 'inconclusive', 'not recovered'],
  // What Warroom sees to itself may be done before the end.
  'rollback.finish-care': ['executing', 'compensating', 'needs human', 'verifying', ...ended],
  'rollback.take-care': ended,
  'rollback.remind-care': ['executing', 'compensating', 'needs human', 'verifying', ...ended],
  'rollback.call-help': ['needs human', 'not recovered', 'inconclusive', 'failed'],
};
const commands: readonly RollbackCommand[] = [
  {
    type: 'rollback.request',
    incidentId: 'inc_1',
    plan: aPlan(),
    planHash: 'hash',
    checks: [],
    policy: aPolicy(),
    reason: 'x',
    by: 'U1',
    at,
  },
  { type: 'rollback.approve', voter: aVoter('U2'), planHash: 'hash', ...byU2 },
  { type: 'rollback.revoke', by: 'U3', at },
  { type: 'rollback.edit', plan: aPlan(), planHash: 'other', checks: [], policy: aPolicy(), voter: aVoter('U2'), ...byU2 },
  { type: 'rollback.start', planHash: 'hash', voter: aVoter('U2'), ...byU2 },
  { type: 'rollback.break-glass', planHash: 'hash', voter: aVoter('U2'), typed: 'shop', reason: 'customers lose orders', ...byU2 },
  { type: 'rollback.escalate', ...byJob },
  { type: 'rollback.finish-care', item: 'unlock', ...byU2 },
  { type: 'rollback.take-care', ...byU2 },
  { type: 'rollback.remind-care', ...byJob },
  { type: 'rollback.call-help', ...byU2 },
  { type: 'rollback.reject', voter: aVoter('U2'), reason: 'no', ...byU2 },
  { type: 'rollback.expire', by: 'warroom', at: noon + 15 * minute },
  { type: 'rollback.begin-step', step: 0, planHash: 'hash', fingerprint: 'as approved', voters: [aVoter('U3')], ...byJob },
  { type: 'rollback.defer-step', step: 0, message: 'busy', ...byJob },
  { type: 'rollback.repeat-step', step: 0, ...byJob },
  { type: 'rollback.record-start', step: 0, ref: 'run/1', ...byJob },
  { type: 'rollback.record-progress', step: 0, message: 'half', ...byJob },
  { type: 'rollback.finish-step', step: 0, outcome: 'failed', ...byJob },
  { type: 'rollback.record-readings', readings: [{ gate: 'errors', at, verdict: 'recovered' }], ...byJob },
  { type: 'rollback.pass-gate', step: 0, voter: aVoter('U2'), ...byU2 },
  { type: 'rollback.cancel', voter: aVoter('U2'), reason: 'x', ...byU2 },
  { type: 'rollback.record-cancel', step: 0, ...byJob },
  { type: 'rollback.compensate', voter: aVoter('U2'), ...byU2 },
  { type: 'rollback.settle-step', step: 0, choice: 'skip', voter: aVoter('U2'), reason: 'x', ...byU2 },
  { type: 'rollback.settle', choice: 'verify', voter: aVoter('U2'), reason: 'x', ...byU2 },
];

describe.each(statuses)('a rollback that is %s', (status) => {
  const step =
    status === 'executing'
      ? 'intended'
      : (['failed', 'cancelled', 'not recovered', 'inconclusive'] as string[]).includes(status)
        ? 'succeeded'
        : 'pending';
  const state: Rollback = status === 'absent' ? { status } : aRollback({ status, votes: [aVote('U3')], steps: [{ status: step }] });

  it.each(commands)('agrees with its table on $type', (command) => {
    const expected = possible[command.type].includes(status);
    expect(can(command.type, state)).toBe(expected);

    // A second request and a late job are settled already; only people are told no.
    const isPersons = command.by !== 'warroom' && command.type !== 'rollback.request';
    const refused = isRefused(() => rollback.decide(state, command, { number: 7 }));
    expect(refused).toBe(!expected && (isPersons || (status === 'absent' && command.type !== 'rollback.request')));
  });

  it('cannot be moved by what its table forbids', () => {
    const forbidden = commands.filter(({ type }) => !possible[type].includes(status));
    const decided = forbidden.flatMap((command) =>
      isRefused(() => rollback.decide(state, command, { number: 7 })) ? [] : rollback.decide(state, command, { number: 7 }),
    );
    expect(decided).toEqual([]);
  });
});

it('is in the way of another rollback exactly while production may change', () =>
  expect(liveStatuses).toEqual(['approved', 'executing', 'compensating', 'verifying', 'needs human']));

it('keeps its incident open while it is asked for or under way', () => {
  const open = statuses.filter((status) => status !== 'absent' && isUnderWay(aRollback({ status })));
  expect(open).toEqual(['requested', 'approved', 'executing', 'compensating', 'verifying', 'needs human']);
});

it('names a step for the provider in the same way every time', () => expect(operationId('rb_1', { step: 0 })).toBe('rb_1.1'));
