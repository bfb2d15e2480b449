import { describe, it } from '@jest/globals';
import { rollback } from '../../../src/domain/rollback.ts';
import { approve, beginStep, escalate, expire, later, start } from '../../support/approvals.ts';
import { aPolicy, aRequirement, aRollback, aVote, aVoter, minute, noon, requested, running } from '../../support/builders.ts';
import { givenOf } from '../../support/given.ts';

const given = givenOf(rollback);

const separate = aPolicy({ start: 'separate' });
const cleared = { type: 'rollback.cleared', executeBy: later + 10 * minute, by: 'warroom', at: later } as const;
const ordered = (by: string) => ({ type: 'rollback.start-ordered', by, at: later }) as const;
const yesByU2 = { type: 'rollback.approved', vote: aVote('U2', { at: later }), planHash: 'hash', by: 'U2', at: later } as const;
const orderedAtOnce = [yesByU2, cleared, ordered('U2')];
/** Approved by U2, and nobody has pressed Start. */
const waiting = aRollback({ status: 'approved', policy: separate, votes: [aVote('U2')], executeBy: noon + 10 * minute });

describe('a start of its own', () => {
  it('is still to be ordered after the last approval', () =>
    given([requested({ policy: separate })])
      .when(approve('U2'))
      .then(yesByU2, cleared));

  it('may be ordered with it', () =>
    given([requested({ policy: separate })])
      .when(approve('U2', { start: true }))
      .then(...orderedAtOnce));

  it('is not ordered by an approval that is not the last', () =>
    given([requested({ policy: { ...separate, require: [aRequirement({ approvals: 2 })] } })])
      .when(approve('U2', { start: true }))
      .then(yesByU2));

  it('lets nothing begin before it is ordered', () => given(waiting).when(beginStep()).changesNothing());

  it('lets it begin afterwards', () =>
    given({ ...waiting, startOrderedAt: noon })
      .when(beginStep())
      .becomes({ status: 'executing', startedAt: later }));

  it.each([
    ['the one who approved it', 'U2', {}],
    ['another one who could have', 'U3', { roles: ['tl'] as const }],
    ['the one who asked for it, whatever role they hold', 'U1', { roles: [] }],
    ['who may break the glass', 'U4', { roles: [], groups: ['@night'] }],
  ])('is ordered by %s', (_who, user, who) =>
    given({ ...waiting, policy: { ...separate, breakGlass: { roles: [], groups: ['@night'], perDay: 2 } } })
      .when(start(user, { voter: aVoter(user, who) }))
      .then(ordered(user)),
  );

  it.each([
    ['anybody else', 'U5', { roles: ['cc'] as const }, 'not_an_approver'],
    ['a guest', 'U2', { standing: 'guest' as const }, 'approver_standing'],
    ['a requester who has left', 'U1', { standing: 'deactivated' as const }, 'approver_standing'],
    ['somebody Slack says nothing about', 'U2', { standing: 'unknown' as const }, 'standing_unknown'],
  ] as const)('is refused to %s', (_who, user, who, code) =>
    given(waiting)
      .when(start(user, { voter: aVoter(user, who) }))
      .refuses(code),
  );

  it('is refused on a card that shows another plan', () =>
    given(waiting)
      .when(start('U2', { planHash: 'before' }))
      .refuses('plan_changed'));

  it('is ordered once', () =>
    given({ ...waiting, startOrderedAt: noon })
      .when(start('U3'))
      .changesNothing());

  it('is refused while approvals are missing', () =>
    given([requested({ policy: separate })])
      .when(start('U2'))
      .refuses('rollback_not_now', { status: 'requested', command: 'start' }));

  it('that comes too late ends it', () =>
    given(waiting)
      .when(start('U2', { at: noon + 10 * minute }))
      .then({ type: 'rollback.expired', phase: 'execution', by: 'warroom', at: noon + 10 * minute }));
});

describe('the two clocks', () => {
  const approved = { ...waiting, startOrderedAt: noon };

  it.each([
    ['approvals that came', waiting],
    ['a start that was ordered', approved],
  ])('end it after %s when nothing begins in time', (_what, state) =>
    given(state)
      .when(expire(noon + 10 * minute))
      .then({ type: 'rollback.expired', phase: 'execution', by: 'warroom', at: noon + 10 * minute }),
  );

  it('leave it alone until then', () =>
    given(approved)
      .when(expire(noon + 10 * minute - 1))
      .changesNothing());

  it('let a step begin at the last moment', () =>
    given(approved)
      .when(beginStep({ at: noon + 10 * minute - 1 }))
      .becomes({ status: 'executing' }));

  it('let none begin too late, whatever else is wrong', () =>
    given(approved)
      .when(beginStep({ at: noon + 10 * minute, voters: [], fingerprint: '' }))
      .becomes({ status: 'expired', endedAt: noon + 10 * minute }));

  it('stop when it has begun', () =>
    given(running())
      .when(expire(noon + 60 * minute))
      .changesNothing());
});

describe('approvals that do not come', () => {
  it('are called for once', () => {
    given([requested()]).when(escalate()).then({ type: 'rollback.escalated', by: 'warroom', at: later });
    given([requested(), { type: 'rollback.escalated', by: 'warroom', at: later }])
      .when(escalate(later + minute))
      .changesNothing();
  });

  it('are not called for when it is too late', () =>
    given([requested()])
      .when(escalate(noon + 15 * minute))
      .changesNothing());

  it.each([waiting, running(), aRollback({ status: 'rejected' })])('are not called for when nobody waits for them', (state) =>
    given(state).when(escalate()).changesNothing(),
  );
});
