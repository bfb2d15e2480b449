import { describe, it } from '@jest/globals';
import type { Check } from '../../../src/domain/plan.ts';
import { rollback, type KnownRollback, type RollbackCommand, type RollbackEvent } from '../../../src/domain/rollback.ts';
import { approve, beginStep, edit, escalate, expire, later } from '../../support/approvals.ts';
import { aPlan, aPolicy, aRequirement, aRollback, aVersion, aVote, aVoter, minute, noon, running } from '../../support/builders.ts';
import { givenOf } from '../../support/given.ts';

const given = givenOf(rollback);

const toV40 = { ...aPlan(), steps: aPlan().steps.map((each) => ({ ...each, to: aVersion('v40') })) };
const threePending = aPlan({ steps: 3 }).steps.map(() => ({ status: 'pending' as const }));
const glass = { by: 'U2', at: noon, reason: 'nobody else is awake and orders fail' };
const voted = aRollback({ votes: [aVote('U2')], policy: aPolicy({ require: [aRequirement({ approvals: 2 })] }) });
/** Approved by U2 and U3, its start ordered, its approvers called before. */
const ready: KnownRollback = {
  ...voted,
  status: 'approved',
  votes: [aVote('U2'), aVote('U3')],
  executeBy: noon + 10 * minute,
  startOrderedAt: noon,
  escalatedAt: noon,
};
const after = (state: KnownRollback, command: RollbackCommand): KnownRollback =>
  rollback.decide(state, command, { number: 7 }).reduce<ReturnType<typeof rollback.evolve>>(rollback.evolve, state) as KnownRollback;
const edited = (change: Partial<Extract<RollbackEvent, { type: 'rollback.edited' }>> = {}): RollbackEvent => ({
  type: 'rollback.edited',
  plan: toV40,
  planHash: 'other',
  checks: [],
  policy: voted.policy,
  approveBy: later + 15 * minute,
  difference: 'to v40 instead of v41',
  voided: ['U2'],
  by: 'U4',
  at: later,
  ...change,
});

describe('editing the plan', () => {
  it('says who changed what, and whose approvals that voids', () =>
    given(voted)
      .when(edit('U4', { plan: toV40 }))
      .then(edited()));

  it('begins afresh: with no approval, no order to start, and a whole time to approve it', () => {
    const now = after(ready, edit('U4', { plan: toV40 }));
    given(ready)
      .when(edit('U4', { plan: toV40 }))
      .becomes({ status: 'requested', votes: [], plan: toV40, planHash: 'other', editedBy: ['U4'], approveBy: later + 15 * minute });
    given(now).when(beginStep()).changesNothing();
    given(now)
      .when(expire(later + 15 * minute - 1))
      .changesNothing();
    given(now).when(escalate()).becomes({ escalatedAt: later });
  });

  it('ends what a broken glass allowed', () => {
    const now = after({ ...ready, glass }, edit('U4', { plan: toV40 }));
    given(now).when(beginStep()).changesNothing();
    given(now)
      .when(approve('U2', { planHash: 'other' }))
      .becomes({ status: 'requested' });
  });

  it('has as many steps as the new plan', () =>
    given(voted)
      .when(edit('U4', { plan: aPlan({ steps: 3 }) }))
      .becomes({ steps: threePending, undos: threePending }));

  it('makes approvals of the plan before count for nothing', () =>
    given(after(voted, edit('U4')))
      .when(approve('U5'))
      .refuses('plan_changed'));

  it('keeps whoever edited, and whoever asked for it, from approving', () => {
    const now = after(after(voted, edit('U4')), edit('U5', { planHash: 'third' }));
    given(now)
      .when(approve('U4', { planHash: 'third' }))
      .refuses('own_edit');
    given(now)
      .when(approve('U5', { planHash: 'third' }))
      .refuses('own_edit');
    given(now)
      .when(approve('U1', { planHash: 'third' }))
      .refuses('self_approval');
    given(now)
      .when(approve('U2', { planHash: 'third' }))
      .becomes({ votes: [aVote('U2', { at: later })] });
  });

  it('may be done by the one who asked for it', () =>
    given(voted)
      .when(edit('U1', { voter: aVoter('U1', { roles: [] }) }))
      .becomes({ editedBy: ['U1'] }));

  it.each([
    ['anybody else', { roles: [] }, 'not_an_approver'],
    ['a guest', { standing: 'guest' as const }, 'approver_standing'],
  ] as const)('is refused to %s', (_who, who, code) =>
    given(voted)
      .when(edit('U4', { voter: aVoter('U4', who) }))
      .refuses(code),
  );

  it('keeps the stricter policy of both in everything', () => {
    const loose = aPolicy({ approveWithinMs: 60 * minute, start: 'separate', escalateAfterMs: 5 * minute });
    given(voted)
      .when(edit('U4', { policy: loose }))
      .becomes({ policy: { ...voted.policy, start: 'separate', escalateAfterMs: 5 * minute }, approveBy: later + 15 * minute });
  });

  it('adds what only the new plan needs', () => {
    const dba = aRequirement({ roles: [], groups: ['@dba'] });
    given(voted)
      .when(edit('U4', { policy: aPolicy({ require: [dba] }) }))
      .becomes({ policy: { ...voted.policy, require: [...voted.policy.require, dba] } });
  });

  it('is refused when a check stops the new plan for good', () =>
    given(voted)
      .when(edit('U4', { checks: [{ code: 'a', level: 'block', text: 'The artifact is gone.' }] }))
      .refuses('checks_block', { reasons: 'The artifact is gone.' }));

  it('is refused once it has begun, with what can be done instead', () =>
    given(running()).when(edit('U4')).refuses('edit_too_late', { rollback: 'RB-7' }));

  it.each(['recovered', 'expired', 'rejected', 'drifted'] as const)('is refused when it is %s', (status) =>
    given(aRollback({ status })).when(edit('U4')).refuses('rollback_not_now', { status }),
  );
});

const same = (user: string, checks: Check[]) => edit(user, { plan: voted.plan, planHash: 'hash', checks });

describe('looking again at the same plan', () => {
  const block: Check = { code: 'pending_operation', level: 'block', text: 'A deploy runs since 3 min.', override: 'break-glass' };

  it('is nothing, and voids nothing', () => given(voted).when(same('U4', [])).changesNothing());

  it('is nothing while the same thing stands in the way', () =>
    given({ ...voted, checks: [block], votes: [] })
      .when(same('U4', [{ ...block, text: 'A deploy runs since 4 min.' }]))
      .changesNothing());

  it('clears the way when what stood in it is gone, and is no authorship', () => {
    const blocked = { ...voted, checks: [block], votes: [] };
    const difference = 'the same steps, looked up again';
    given(blocked)
      .when(same('U4', []))
      .then(edited({ plan: voted.plan, planHash: 'hash', difference, voided: [] }));
    given(after(blocked, same('U4', [])))
      .when(approve('U4'))
      .becomes({ votes: [aVote('U4', { at: later })], editedBy: [] });
  });

  it('voids the approvals when something stands in the way now', () => {
    given(ready)
      .when(same('U4', [block]))
      .becomes({ status: 'requested', votes: [], checks: [block] });
    given(after(ready, same('U4', [block])))
      .when(approve('U2'))
      .refuses('approval_blocked');
  });

  it('does not forget who really edited it before', () =>
    given(after({ ...voted, editedBy: ['U4'], checks: [block], votes: [] }, same('U4', [])))
      .when(approve('U4'))
      .refuses('own_edit'));
});
