import { describe, expect, it } from '@jest/globals';
import type { Voter } from '../../../src/domain/policy.ts';
import { rollback } from '../../../src/domain/rollback.ts';
import { lostVotes } from '../../../src/domain/rollback-approval.ts';
import { approve, beginStep, expire, later } from '../../support/approvals.ts';
import { aPolicy, aRequirement, aRollback, aVote, aVoter, minute, noon, running } from '../../support/builders.ts';
import { givenOf } from '../../support/given.ts';

const given = givenOf(rollback);

const dba = { roles: [], groups: ['@dba'] } as const;
const leadAndDba = { roles: ['ic'], groups: ['@dba'] } as const;
const both = aPolicy({ require: [aRequirement({ approvals: 2 }), aRequirement(dba)] });
/** Two leads, one of whom is a database person as well. */
const ready = aRollback({
  status: 'approved',
  policy: both,
  votes: [aVote('U2', leadAndDba), aVote('U3')],
  executeBy: noon + 10 * minute,
  startOrderedAt: noon,
});
const lost = (...voters: Voter[]): string[] => lostVotes(ready, voters);

describe('an approval at the start, as Slack describes people just then', () => {
  it('stands when nothing changed', () => expect(lost(aVoter('U2', leadAndDba), aVoter('U3'))).toEqual([]));

  it('stands when the role was given up since: it was theirs when they said yes', () =>
    expect(lost(aVoter('U2', dba), aVoter('U3', { roles: [] }))).toEqual([]));

  it('falls with the group that it counted by, also where a role still counts for something else', () =>
    expect(lost(aVoter('U2'), aVoter('U3'))).toEqual(['U2']));

  it.each(['deactivated', 'guest', 'external', 'bot', 'unknown'] as const)('falls with a person who is %s', (standing) =>
    expect(lost(aVoter('U2', { ...leadAndDba, standing }), aVoter('U3'))).toEqual(['U2']),
  );

  it('falls with a person nobody asked about', () => expect(lost(aVoter('U2', leadAndDba))).toEqual(['U3']));

  it('falls with each of those who left', () => expect(lost()).toEqual(['U2', 'U3']));

  it('stands when the others are enough, whoever left', () => {
    const spare = { ...ready, policy: aPolicy({ require: [aRequirement()] }) };
    expect(lostVotes(spare, [aVoter('U3')])).toEqual([]);
  });

  it('stands when another group makes up for the one that was left', () => {
    const either = { ...ready, policy: aPolicy({ require: [aRequirement({ roles: [], groups: ['@a', '@b'] })] }) };
    expect(lostVotes({ ...either, votes: [aVote('U2', { groups: ['@a'] })] }, [aVoter('U2', { groups: ['@b'] })])).toEqual([]);
  });
});

describe('what it is worth', () => {
  const left = [aVoter('U2', { standing: 'deactivated' }), aVoter('U3')];

  it('is asked before the first step, and opens the request again', () => {
    given(ready)
      .when(beginStep({ voters: left }))
      .then({ type: 'rollback.votes-voided', users: ['U2'], by: 'warroom', at: later });
    given(ready)
      .when(beginStep({ voters: left }))
      .becomes({ status: 'requested', votes: [aVote('U3')] });
  });

  it('is asked again when somebody else has made up for it', () => {
    const open = rollback.evolve(ready, { type: 'rollback.votes-voided', users: ['U2'], by: 'warroom', at: later });
    const again = rollback
      .decide(open, approve('U4', { voter: aVoter('U4', leadAndDba) }), { number: 7 })
      .reduce<ReturnType<typeof rollback.evolve>>(rollback.evolve, open);
    given(again)
      .when(beginStep({ voters: [aVoter('U3'), aVoter('U4')] }))
      .becomes({ status: 'requested', votes: [aVote('U3')] });
    given(again)
      .when(beginStep({ voters: [aVoter('U3'), aVoter('U4', leadAndDba)] }))
      .becomes({ status: 'executing' });
  });

  it('leaves the request to its own deadline', () => {
    const open = rollback.evolve(ready, { type: 'rollback.votes-voided', users: ['U2'], by: 'warroom', at: later });
    given(open)
      .when(expire(noon + 15 * minute))
      .then({ type: 'rollback.expired', phase: 'approval', by: 'warroom', at: noon + 15 * minute });
  });

  it('is not asked any more when production was touched', () => {
    const half = running({ status: 'succeeded' }, { plan: { ...running().plan, steps: [] } });
    const [first] = ready.plan.steps;
    const two = first === undefined ? [] : [first, { ...first, id: 'step-2', needs: [] }];
    given({ ...half, plan: { ...ready.plan, steps: two }, steps: [{ status: 'succeeded' }, { status: 'pending' }] })
      .when(beginStep({ step: 1, voters: [] }))
      .then({ type: 'rollback.step-intended', step: 1, by: 'warroom', at: later });
  });
});
