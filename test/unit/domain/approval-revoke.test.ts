import { describe, it } from '@jest/globals';
import { rollback, type KnownRollback } from '../../../src/domain/rollback.ts';
import { approve, beginStep, breakGlass, expire, later, revoke, start } from '../../support/approvals.ts';
import { aPolicy, aRequirement, aRollback, aVote, minute, noon, requested, running } from '../../support/builders.ts';
import { givenOf } from '../../support/given.ts';

const given = givenOf(rollback);

const wantsTwo = aPolicy({ require: [aRequirement({ approvals: 2 })] });
const twoVotes = [aVote('U2'), aVote('U3')];
const revoked = { type: 'rollback.revoked', by: 'U2', at: later } as const;
/** Approved and ordered, and no step has begun. */
const ready = aRollback({ status: 'approved', policy: wantsTwo, votes: twoVotes, executeBy: noon + 10 * minute, startOrderedAt: noon });
const opened = (state: KnownRollback): KnownRollback => rollback.evolve(state, revoked) as KnownRollback;

describe('taking an approval back', () => {
  it('before the quorum leaves one fewer', () => {
    const state = aRollback({ policy: wantsTwo, votes: [aVote('U2')] });
    given(state).when(revoke('U2')).then(revoked);
    given(state).when(revoke('U2')).becomes({ status: 'requested', votes: [] });
  });

  it('after the quorum opens it again: nothing of the clearance and the order to start is left', () => {
    given(ready).when(revoke('U2')).then(revoked);
    given(ready)
      .when(revoke('U2'))
      .becomes({ status: 'requested', votes: [aVote('U3')] });
    given(opened(ready)).when(beginStep()).changesNothing();
    given(opened(ready)).when(start('U3')).refuses('rollback_not_now');
  });

  it('keeps it approved when the others are enough', () => {
    const dba = aRequirement({ roles: [], groups: ['@dba'] });
    const votes = [aVote('U2'), aVote('U3'), aVote('U4', { roles: [], groups: ['@dba'] })];
    const spare = aPolicy({ require: [aRequirement(), dba] });
    given({ ...ready, policy: spare, votes })
      .when(revoke('U2'))
      .becomes({ status: 'approved', startOrderedAt: noon, votes: votes.slice(1) });
  });

  it('lets the same person approve again', () =>
    given(opened(ready))
      .when(approve('U2'))
      .becomes({ status: 'approved', startOrderedAt: later, executeBy: later + 10 * minute }));

  it('lets the deadline of the request end it', () => {
    given(opened(ready))
      .when(expire(noon + 10 * minute))
      .changesNothing();
    given(opened(ready))
      .when(expire(noon + 15 * minute))
      .then({ type: 'rollback.expired', phase: 'approval', by: 'warroom', at: noon + 15 * minute });
  });

  it('is refused to somebody who has not approved', () => {
    given(ready).when(revoke('U4')).refuses('no_vote', { rollback: 'RB-7' });
    given([requested()]).when(revoke('U1')).refuses('no_vote');
    given(opened(ready)).when(revoke('U2')).refuses('no_vote');
  });

  it('is refused once it has begun, with what can be done instead', () =>
    given(running()).when(revoke('U2')).refuses('revoke_too_late', { rollback: 'RB-7' }));

  it.each(['recovered', 'expired', 'rejected', 'verifying'] as const)('is refused when it is %s', (status) =>
    given(aRollback({ status, votes: twoVotes }))
      .when(revoke('U2'))
      .refuses('rollback_not_now', { status }),
  );
});

describe('taking a broken glass back', () => {
  const glass = { by: 'U2', at: noon, reason: 'nobody else is awake and orders fail' };
  const broken = { ...ready, votes: [aVote('U3')], glass };

  it('opens the request again, with the approvals that it had', () => {
    given(broken).when(revoke('U2')).then(revoked);
    given(opened(broken)).when(beginStep()).changesNothing();
    given(opened(broken)).when(approve('U4')).becomes({ status: 'approved' });
  });

  it('takes the approval of the same person with it', () =>
    given({ ...broken, votes: [aVote('U2')] })
      .when(revoke('U2'))
      .becomes({ status: 'requested', votes: [] }));

  it('is for the one who broke it: another person’s approval carried nothing', () =>
    given(broken).when(revoke('U3')).becomes({ status: 'approved', glass, votes: [], startOrderedAt: noon }));

  it('does not give the limit back', () => given(opened(broken)).when(breakGlass('U2'), { glassBroken: 2 }).refuses('glass_used_up'));
});
