import { describe, it } from '@jest/globals';
import type { Check, DatabaseClass, Step } from '../../../src/domain/plan.ts';
import { rollback } from '../../../src/domain/rollback.ts';
import { approve, beginStep, breakGlass, expire, later } from '../../support/approvals.ts';
import { aPlan, aPolicy, aRequirement, aRollback, aVote, aVoter, minute, noon, requested, running } from '../../support/builders.ts';
import { givenOf } from '../../support/given.ts';

const given = givenOf(rollback);

const reason = 'nobody else is awake and orders fail';
const broken = (change: { skipped?: string; overridden?: string[]; executeBy?: number } = {}) => {
  const { skipped = 'the Incident Commander or the Technical Lead', overridden = [], executeBy = later + 10 * minute } = change;
  return [
    { type: 'rollback.glass-broken', reason, skipped, overridden, as: { roles: ['ic'], groups: [] }, by: 'U2', at: later },
    { type: 'rollback.cleared', executeBy, by: 'warroom', at: later },
    { type: 'rollback.start-ordered', by: 'U2', at: later },
  ] as const;
};
const having = (step: Partial<Step>) => requested({ plan: { ...aPlan(), steps: aPlan().steps.map((each) => ({ ...each, ...step })) } });

const database = (of: DatabaseClass | undefined): NonNullable<Step['database']> => ({ automated: true, ...(of && { class: of }) });

describe('breaking the glass', () => {
  it('has it start at once, and says who was skipped', () =>
    given([requested()])
      .when(breakGlass('U2'))
      .then(...broken()));

  it('starts it also where starting is kept apart', () =>
    given([requested({ policy: aPolicy({ start: 'separate' }) })])
      .when(breakGlass('U2'))
      .then(...broken()));

  it('skips only who is still missing', () => {
    const require = [aRequirement({ approvals: 2 }), aRequirement({ roles: [], groups: ['@dba'] })];
    given(aRollback({ policy: aPolicy({ require }), votes: [aVote('U3', { groups: ['@dba'] })] }))
      .when(breakGlass('U2'))
      .then(...broken());
  });

  it.each([
    ['the one who asked for it', 'U1'],
    ['the one who edited it', 'U9'],
  ])('is open to %s: the quorum is what it skips', (_who, user) =>
    given(aRollback({ editedBy: ['U9'] }))
      .when(breakGlass(user))
      .becomes({ status: 'approved', glass: { by: user, at: later, reason } }),
  );

  it('goes past blocks that may be overridden, and names them', () => {
    const block: Check = { code: 'freeze_calendar', level: 'block', text: 'Frozen until Monday.', override: 'break-glass' };
    given([requested({ checks: [block, { code: 'x', level: 'warn', text: 'Careful.' }] })])
      .when(breakGlass('U2'))
      .then(...broken({ overridden: ['Frozen until Monday.'] }));
  });

  it.each([
    [5, 5],
    [30, 30],
    [600, 30],
  ])('where %i minutes are allowed until it begins, holds for %i', (allowed, holds) =>
    given([requested({ policy: aPolicy({ executeWithinMs: allowed * minute }) })])
      .when(breakGlass('U2'))
      .then(...broken({ executeBy: later + holds * minute })),
  );

  it('does not hold any longer', () =>
    given([requested(), ...broken()])
      .when(expire(later + 10 * minute))
      .becomes({ status: 'expired' }));

  it('is done once', () =>
    given([requested(), ...broken()])
      .when(breakGlass('U3'))
      .refuses('rollback_not_now', { command: 'break glass' }));

  it('leaves nothing to approve', () =>
    given([requested(), ...broken()])
      .when(approve('U3'))
      .refuses('rollback_not_now'));
});

describe('the glass holds', () => {
  it.each([
    ['a role that the policy does not name', { roles: ['tl'] as const }, 'glass_not_yours'],
    ['no role', { roles: [] }, 'glass_not_yours'],
    ['a guest', { standing: 'guest' as const }, 'approver_standing'],
    ['an account that is off', { standing: 'deactivated' as const }, 'approver_standing'],
    ['somebody Slack says nothing about', { standing: 'unknown' as const }, 'standing_unknown'],
  ] as const)('against %s', (_who, who, code) =>
    given([requested()])
      .when(breakGlass('U2', { voter: aVoter('U2', who) }))
      .refuses(code),
  );

  it('not against the group that is named', () =>
    given([requested({ policy: aPolicy({ breakGlass: { roles: [], groups: ['@night'], perDay: 2 } }) })])
      .when(breakGlass('U2', { voter: aVoter('U2', { roles: [], groups: ['@night'] }) }))
      .becomes({ status: 'approved' }));

  it('and says who could', () =>
    given([requested({ policy: aPolicy({ breakGlass: { roles: [], groups: ['@night'], perDay: 2 } }) })])
      .when(breakGlass('U2'))
      .refuses('glass_not_yours', { needs: '@night' }));

  it.each(['', 'urgent', '  nineteen letters!!!  '])('against the reason %j', (given20) =>
    given([requested()])
      .when(breakGlass('U2', { reason: given20 }))
      .refuses('glass_reason', { length: given20.trim().length }),
  );

  it('against a reason nobody would read', () =>
    given([requested()])
      .when(breakGlass('U2', { reason: 'x'.repeat(501) }))
      .refuses('text_too_long', { max: 500 }));

  it('not against one of twenty characters', () =>
    given([requested()])
      .when(breakGlass('U2', { reason: 'x'.repeat(20) }))
      .becomes({ status: 'approved' }));

  it('against a name that was not typed, also where approvers need not type it', () =>
    given([requested()])
      .when(breakGlass('U2', { typed: 'shp' }))
      .refuses('service_not_typed', { service: 'shop' }));

  it('against who broke it twice in a day already', () => {
    given([requested()]).when(breakGlass('U2'), { glassBroken: 1 }).becomes({ status: 'approved' });
    given([requested()]).when(breakGlass('U2'), { glassBroken: 2 }).refuses('glass_used_up', { times: 2 });
  });

  it('against another plan than the one on the card', () =>
    given([requested()])
      .when(breakGlass('U2', { planHash: 'before' }))
      .refuses('plan_changed'));

  it('once the request is too old', () => {
    given([requested()])
      .when(breakGlass('U2', { at: noon + 15 * minute - 1 }))
      .becomes({ status: 'approved' });
    given([requested()])
      .when(breakGlass('U2', { at: noon + 15 * minute }))
      .refuses('approval_expired', { time: '12:15 UTC' });
  });

  it.each(['rejected', 'expired', 'executing', 'approved'] as const)('when it is %s', (status) =>
    given(aRollback({ status })).when(breakGlass('U2')).refuses('rollback_not_now', { status }),
  );

  it('when it runs', () => given(running()).when(breakGlass('U3')).refuses('rollback_not_now'));
});

describe('what destroys data never goes without its approvals', () => {
  const never: (DatabaseClass | undefined)[] = ['schema-down', 'restore', undefined];

  it.each(never)('as a database step: %s', (of) =>
    given([having({ kind: 'database', database: database(of) })])
      .when(breakGlass('U2'))
      .refuses('glass_never', { step: 'step-1' }),
  );

  it.each(never)('as a step of another kind that changes a database: %s', (of) =>
    given([having({ kind: 'config', database: database(of) })])
      .when(breakGlass('U2'))
      .refuses('glass_never'),
  );

  it('as a database step of which nothing is known', () =>
    given([having({ kind: 'database' })])
      .when(breakGlass('U2'))
      .refuses('glass_never'));

  it('as one of many steps', () => {
    const plan = aPlan({ steps: 3 });
    const steps = plan.steps.map((step, index) => (index === 2 ? { ...step, database: database('restore') } : step));
    given([requested({ plan: { ...plan, steps } })])
      .when(breakGlass('U2'))
      .refuses('glass_never', { step: 'step-3' });
  });

  it.each<DatabaseClass>(['logical-reversion', 'flag-off-path', 'forward-fix'])('but what can be taken back may: %s', (of) =>
    given([having({ kind: 'database', database: database(of) })])
      .when(breakGlass('U2'))
      .becomes({ status: 'approved' }),
  );
});

describe('when it begins behind a broken glass', () => {
  const ready = [requested(), ...broken()];

  it('nobody has to have approved it', () =>
    given(ready)
      .when(beginStep({ voters: [aVoter('U2')] }))
      .becomes({ status: 'executing' }));

  it('the one who broke it may have handed the role over', () =>
    given(ready)
      .when(beginStep({ voters: [aVoter('U2', { roles: [] })] }))
      .becomes({ status: 'executing' }));

  it('the request is open again if the one who broke it has left the group that let them', () => {
    const night = aPolicy({ breakGlass: { roles: ['ic'], groups: ['@night'], perDay: 2 } });
    const glass = { by: 'U2', at: noon, reason, as: { roles: [], groups: ['@night'] } };
    const byGroup = aRollback({ status: 'approved', policy: night, glass, executeBy: noon + 10 * minute, startOrderedAt: noon });
    given(byGroup)
      .when(beginStep({ voters: [aVoter('U2', { roles: [], groups: ['@night'] })] }))
      .becomes({ status: 'executing' });
    given(byGroup)
      .when(beginStep({ voters: [aVoter('U2', { roles: ['cc'], groups: [] })] }))
      .becomes({ status: 'requested' });
    const byRole = { ...byGroup, glass: { ...glass, as: { roles: ['ic'] as const, groups: [] } } };
    given(byRole)
      .when(beginStep({ voters: [aVoter('U2', { roles: [] })] }))
      .becomes({ status: 'executing' });
  });

  it.each([
    ['is deactivated', [aVoter('U2', { standing: 'deactivated' })]],
    ['is a guest now', [aVoter('U2', { standing: 'guest' })]],
    ['is not to be found', [aVoter('U2', { standing: 'unknown' })]],
  ])('the request is open again if the one who broke it %s', (_how, voters) => {
    given(ready)
      .when(beginStep({ voters }))
      .then({ type: 'rollback.votes-voided', users: ['U2'], by: 'warroom', at: later });
    given(ready).when(beginStep({ voters })).becomes({ status: 'requested', votes: [] });
  });

  it('production must be as it was', () =>
    given(ready)
      .when(beginStep({ fingerprint: 'changed' }))
      .becomes({ status: 'drifted' }));
});
