import { describe, it } from '@jest/globals';
import { rollback } from '../../../src/domain/rollback.ts';
import { approve, later } from '../../support/approvals.ts';
import { aPolicy, aRequirement, aRollback, aVote, aVoter, minute, requested } from '../../support/builders.ts';
import { givenOf } from '../../support/given.ts';

const given = givenOf(rollback);

const anyLead = aRequirement({ approvals: 2 });
const oneDba = aRequirement({ roles: [], groups: ['@dba'] });
const both = aPolicy({ require: [anyLead, oneDba] });

const lead = { roles: ['ic'], groups: [] } as const;
const dba = { roles: [], groups: ['@dba'] } as const;
const leadAndDba = { roles: ['tl'], groups: ['@dba'] } as const;

describe('requirements that add up', () => {
  it.each([
    ['a lead and a database person', [aVote('U2', lead)], dba],
    ['two leads', [aVote('U2', lead)], lead],
    ['one who is both', [], leadAndDba],
  ])('are not met by %s', (_who, votes, voter) =>
    given(aRollback({ policy: both, votes }))
      .when(approve('U9', { voter: aVoter('U9', voter) }))
      .becomes({ status: 'requested' }),
  );

  it.each([
    ['a lead, a lead, a database person', [aVote('U2', lead), aVote('U3', lead)], dba],
    ['a database person first', [aVote('U2', dba), aVote('U3', lead)], lead],
    ['a lead, and one who is both', [aVote('U2', lead)], leadAndDba],
    ['one who is both, and a lead', [aVote('U2', leadAndDba)], lead],
  ])('are met by %s: each counts wherever they fit', (_who, votes, voter) =>
    given(aRollback({ policy: both, votes }))
      .when(approve('U9', { voter: aVoter('U9', voter) }))
      .becomes({ status: 'approved', executeBy: later + 10 * minute }),
  );

  it('count what a person was at the vote: the vote keeps roles and groups', () =>
    given([requested({ policy: both })])
      .when(approve('U2', { voter: aVoter('U2', leadAndDba) }))
      .then({ type: 'rollback.approved', vote: aVote('U2', { ...leadAndDba, at: later }), planHash: 'hash', by: 'U2', at: later }));

  it('are all named to whoever fits none of them', () =>
    given([requested({ policy: both })])
      .when(approve('U2', { voter: aVoter('U2', { roles: ['cc'], groups: ['@sales'] }) }))
      .refuses('not_an_approver', { needs: '2 of the Incident Commander or the Technical Lead, and 1 of @dba' }));

  it('cannot be met where the policy names nobody', () =>
    given([requested({ policy: aPolicy({ require: [aRequirement({ roles: [], groups: [] })] }) })])
      .when(approve('U2'))
      .refuses('not_an_approver', { needs: 'nobody (the policy names no one)' }));
});

describe('the name of the service', () => {
  const typing = [requested({ policy: aPolicy({ typeServiceName: true }) })];

  it.each([undefined, '', 'shopp', 'production', 'sh op'])('is asked of an approver who typed %j', (typed) =>
    given(typing)
      .when(approve('U2', typed === undefined ? {} : { typed }))
      .refuses('service_not_typed', { service: 'shop' }),
  );

  it('is checked wherever it is typed, also where nobody asks for it', () =>
    given([requested()])
      .when(approve('U2', { typed: 'web' }))
      .refuses('service_not_typed', { service: 'shop' }));

  it.each(['shop', 'Shop', ' SHOP '])('may be typed as %j', (typed) =>
    given(typing).when(approve('U2', { typed })).becomes({ status: 'approved' }),
  );

  it('is asked only of somebody who may approve', () =>
    given(typing)
      .when(approve('U2', { voter: aVoter('U2', { roles: [] }) }))
      .refuses('not_an_approver'));

  it('need not be typed again by a double click', () =>
    given(aRollback({ policy: aPolicy({ require: [anyLead], typeServiceName: true }), votes: [aVote('U2')] }))
      .when(approve('U2'))
      .changesNothing());

  it('is not asked where the policy does not', () => given([requested()]).when(approve('U2')).becomes({ status: 'approved' }));
});

describe('a request with a block that may be overridden', () => {
  const checks = [
    { code: 'freeze_calendar', level: 'block', text: 'Frozen until Monday.', override: 'break-glass' },
    { code: 'x', level: 'warn', text: 'Careful.' },
  ] as const;
  const blocked = requested({ checks: [...checks] });
  const { type: _, number: __, approveBy: ___, ...asked } = blocked as Extract<typeof blocked, { type: 'rollback.requested' }>;

  it('is written down', () =>
    given([])
      .when({ type: 'rollback.request', ...asked }, 7)
      .then(blocked));

  it('cannot be approved, and says what stops it', () =>
    given([blocked])
      .when(approve('U2'))
      .refuses('approval_blocked', { rollback: 'RB-7', reasons: 'Frozen until Monday.', glass: 'the Incident Commander' }));

  it('is refused when another block stands beside it that nobody may override', () =>
    given([])
      .when({ type: 'rollback.request', ...asked, checks: [...checks, { code: 'gone', level: 'block', text: 'The artifact is gone.' }] })
      .refuses('checks_block', { reasons: 'The artifact is gone.' }));
});
