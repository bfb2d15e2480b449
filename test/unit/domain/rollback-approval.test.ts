import { describe, it } from '@jest/globals';
import type { RollbackCommand, RollbackStatus } from '../../../src/domain/rollback.ts';
import { rollback } from '../../../src/domain/rollback.ts';
import { aPlan, aPolicy, aRequirement, aRollback, aVote, aVoter, minute, noon, requested, running } from '../../support/builders.ts';
import { givenOf } from '../../support/given.ts';

const given = givenOf(rollback);
const at = noon + minute;
const byU2 = { by: 'U2', at };

type Of<T extends RollbackCommand['type']> = Extract<RollbackCommand, { type: T }>;

const request = (change: Partial<Of<'rollback.request'>> = {}): RollbackCommand => ({
  type: 'rollback.request',
  incidentId: 'inc_1',
  plan: aPlan(),
  planHash: 'hash',
  checks: [],
  policy: aPolicy(),
  reason: 'errors began with v42',
  by: 'U1',
  at: noon,
  ...change,
});

describe('requesting a rollback', () => {
  it('writes down plan, policy and deadline as they are now', () => given([]).when(request(), 7).then(requested()));

  it('waits for approvals, with nothing done yet', () =>
    given([])
      .when(request({ plan: aPlan({ steps: 2 }) }), 7)
      .becomes({ status: 'requested', votes: [], steps: [{ status: 'pending' }, { status: 'pending' }], requestedBy: 'U1' }));

  it('is recorded once', () => given([requested()]).when(request()).changesNothing());

  it('may go on with warnings', () =>
    given([])
      .when(request({ checks: [{ code: 'x', level: 'warn', text: 'Careful.' }] }))
      .becomes({ status: 'requested' }));

  it('is refused while a check blocks it, with every reason', () =>
    given([])
      .when(
        request({
          checks: [
            { code: 'a', level: 'block', text: 'The artifact is gone.' },
            { code: 'b', level: 'pass', text: 'Not locked.' },
            { code: 'c', level: 'block', text: 'A deploy is running.' },
          ],
        }),
      )
      .refuses('checks_block', { reasons: 'The artifact is gone. A deploy is running.' }));

  it('is refused without a reason', () =>
    given([])
      .when(request({ reason: ' ' }))
      .refuses('reason_missing'));
});

const approve = (change: Partial<Of<'rollback.approve'>> = {}): RollbackCommand => ({
  type: 'rollback.approve',
  voter: aVoter('U2'),
  planHash: 'hash',
  ...byU2,
  ...change,
});

const approvedByU2 = { type: 'rollback.approved', vote: aVote('U2', { at }), planHash: 'hash', ...byU2 } as const;

const orderedByU2 = [
  approvedByU2,
  { type: 'rollback.cleared', executeBy: at + 10 * minute, by: 'warroom', at },
  { type: 'rollback.start-ordered', ...byU2 },
] as const;

describe('approving a rollback', () => {
  it('clears it once the quorum is reached, and it has to begin within its time', () =>
    given([requested()])
      .when(approve())
      .then(...orderedByU2));

  it('is one of two while the policy wants two', () =>
    given([requested({ policy: aPolicy({ require: [aRequirement({ approvals: 2 })] }) })])
      .when(approve())
      .then(approvedByU2));

  it('is the second of two when two different people said so', () =>
    given(aRollback({ policy: aPolicy({ require: [aRequirement({ approvals: 2 })] }), votes: [aVote('U3')] }))
      .when(approve())
      .becomes({ status: 'approved', executeBy: at + 10 * minute }));

  it.each([
    ['before the quorum', aRollback({ policy: aPolicy({ require: [aRequirement({ approvals: 2 })] }), votes: [aVote('U2')] })],
    ['after it', aRollback({ status: 'approved', votes: [aVote('U2')] })],
    ['while it runs', running()],
  ])('counts a double click once: %s', (_when, state) => given(state).when(approve()).changesNothing());

  it('is refused to the requester, who never counts', () =>
    given([requested()])
      .when(approve({ voter: aVoter('U1'), by: 'U1' }))
      .refuses('self_approval', { needs: 'the Incident Commander or the Technical Lead' }));

  it.each([
    ['guest', 'approver_standing'],
    ['external', 'approver_standing'],
    ['bot', 'approver_standing'],
    ['deactivated', 'approver_standing'],
    ['unknown', 'standing_unknown'],
  ] as const)('is refused to somebody who is %s, whatever role they hold', (standing, code) =>
    given([requested()])
      .when(approve({ voter: aVoter('U2', { standing }) }))
      .refuses(code),
  );

  it('is refused to a member who holds none of the roles and is in none of the groups', () =>
    given([requested({ policy: aPolicy({ require: [aRequirement({ groups: ['@sre-leads'] })] }) })])
      .when(approve({ voter: aVoter('U2', { roles: ['cc'] }) }))
      .refuses('not_an_approver', { needs: 'the Incident Commander, the Technical Lead or @sre-leads' }));

  it('is open to a member of a group of the policy', () =>
    given([requested({ policy: aPolicy({ require: [aRequirement({ groups: ['@sre-leads'] })] }) })])
      .when(approve({ voter: aVoter('U2', { roles: [], groups: ['@sre-leads'] }) }))
      .becomes({ status: 'approved' }));

  it('is refused on a card that shows another plan', () =>
    given([requested()])
      .when(approve({ planHash: 'other' }))
      .refuses('plan_changed'));

  it('is possible until the last millisecond', () =>
    given([requested()])
      .when(approve({ at: noon + 15 * minute - 1 }))
      .becomes({ status: 'approved' }));

  it('is refused from the deadline on, and says when that was', () =>
    given([requested()])
      .when(approve({ at: noon + 15 * minute }))
      .refuses('approval_expired', { time: '12:15 UTC' }));

  it('by somebody else is refused when it is running already', () =>
    given(running())
      .when(approve({ voter: aVoter('U3'), by: 'U3' }))
      .refuses('rollback_not_now', { rollback: 'RB-7', status: 'executing', command: 'approve' }));
});

const reject = (change: Partial<Of<'rollback.reject'>> = {}): RollbackCommand => ({
  type: 'rollback.reject',
  voter: aVoter('U2'),
  reason: 'the cause is the database',
  ...byU2,
  ...change,
});

describe('rejecting a rollback', () => {
  it('ends it at one no, with the reason', () => {
    given([requested()])
      .when(reject())
      .then({ type: 'rollback.rejected', reason: 'the cause is the database', ...byU2 });
    given([requested()]).when(reject()).becomes({ status: 'rejected', outcome: 'the cause is the database', endedAt: at });
  });

  it('lets the requester take the own request back', () =>
    given([requested()])
      .when(reject({ voter: aVoter('U1', { roles: [] }), by: 'U1' }))
      .becomes({ status: 'rejected' }));

  it('is refused to somebody who could not have approved', () =>
    given([requested()])
      .when(reject({ voter: aVoter('U2', { roles: [] }) }))
      .refuses('not_an_approver'));

  it('is refused to a guest, even to one who asked for it', () =>
    given([requested()])
      .when(reject({ voter: aVoter('U1', { standing: 'guest' }), by: 'U1' }))
      .refuses('approver_standing'));

  it('comes too late once it runs', () => given(running()).when(reject()).refuses('rollback_not_now', { command: 'reject' }));
});

const expire = (when: number): RollbackCommand => ({ type: 'rollback.expire', by: 'warroom', at: when });

describe('the deadline of a request', () => {
  it('ends it', () =>
    given([requested()])
      .when(expire(noon + 15 * minute))
      .then({ type: 'rollback.expired', phase: 'approval', by: 'warroom', at: noon + 15 * minute }));

  it('does nothing before its time', () =>
    given([requested()])
      .when(expire(noon + 15 * minute - 1))
      .changesNothing());

  it.each<RollbackStatus>(['approved', 'executing', 'rejected', 'recovered'])('does nothing to one that is %s', (status) =>
    given(aRollback({ status }))
      .when(expire(noon + 15 * minute))
      .changesNothing(),
  );
});

describe('asking twice for the same', () => {
  const asked = [{ rollback: 'RB-6', service: 'shop', environment: 'production' }];

  it('is refused, and names the request that waits already', () =>
    given([]).when(request(), { number: 7, asked }).refuses('already_requested', { rollback: 'RB-6', service: 'shop' }));

  it('is something else for another environment', () =>
    given([])
      .when(request({ plan: { ...aPlan(), environment: 'staging' } }), { number: 7, asked })
      .becomes({ status: 'requested', number: 7 }));
});
