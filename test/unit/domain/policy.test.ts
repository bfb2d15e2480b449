import { describe, expect, it } from '@jest/globals';
import { Configuration } from '../../../src/config/schema.ts';
import type { PolicyRule } from '../../../src/domain/policy.ts';
import { approversText, assertMayApprove, policyFor, qualifies, standingText } from '../../../src/domain/policy.ts';
import type { Severity } from '../../../src/domain/words.ts';
import { aPolicy, aVoter, minute } from '../../support/builders.ts';
import { refusalOf } from '../../support/given.ts';

const aRule = (match: PolicyRule['match'], change: Partial<PolicyRule> = {}): PolicyRule => ({ match, ...aPolicy(), ...change });

describe('the policy of a rollback', () => {
  const { policies: defaults } = Configuration.parse({});

  it.each<[Severity, number]>([
    ['SEV1', 1],
    ['SEV2', 2],
    ['SEV3', 2],
    ['SEV4', 2],
  ])('is, when the file says nothing, for %s %i approval(s) by commander or technical lead within 15 minutes', (severity, approvals) =>
    expect(policyFor(defaults, { environment: 'production', severity })).toMatchObject({
      approvals,
      roles: ['ic', 'tl'],
      approveWithinMs: 15 * minute,
    }),
  );

  it.each(['staging', 'development'])('exists for %s as well', (environment) =>
    expect(policyFor(defaults, { environment, severity: 'SEV4' }).approvals).toBeGreaterThan(0),
  );

  it('is the strictest of all that match, field by field', () => {
    const rules = [
      aRule({}, { approvals: 1, roles: ['ic', 'tl'], groups: ['@a', '@b'], approveWithinMs: 5 * minute, executeWithinMs: 9 * minute }),
      aRule(
        { environment: 'production' },
        { approvals: 3, roles: ['tl', 'cc'], groups: ['@b'], approveWithinMs: 9 * minute, executeWithinMs: 5 * minute },
      ),
      aRule({ severity: ['SEV1'] }, { approvals: 2, roles: ['tl'], groups: ['@b', '@c'] }),
    ];
    expect(policyFor(rules, { environment: 'production', severity: 'SEV1' })).toEqual({
      approvals: 3,
      roles: ['tl'],
      groups: ['@b'],
      approveWithinMs: 5 * minute,
      executeWithinMs: 5 * minute,
    });
  });

  it('ignores rules for other places and severities', () => {
    const rules = [
      aRule({}, { approvals: 1 }),
      aRule({ environment: 'staging' }, { approvals: 9 }),
      aRule({ environment: 'production', severity: ['SEV2'] }, { approvals: 8 }),
    ];
    expect(policyFor(rules, { environment: 'production', severity: 'SEV1' }).approvals).toBe(1);
  });

  it('never is missing: that would let anybody do anything', () =>
    expect(() => policyFor([], { environment: 'production', severity: 'SEV1' })).toThrow('no approval policy matches production SEV1'));

  it('does not carry what it matched on', () =>
    expect(policyFor([aRule({})], { environment: 'production', severity: 'SEV1' })).not.toHaveProperty('match'));
});

describe('who may approve', () => {
  const policy = aPolicy({ groups: ['@sre-leads'] });

  it.each([
    ['a holder of one of the roles', { roles: ['tl'] as const, groups: [] }],
    ['a member of one of the groups', { roles: [], groups: ['@sre-leads'] }],
  ])('is %s', (_who, change) => {
    expect(qualifies(policy, aVoter('U2', change))).toBe(true);
    expect(() => assertMayApprove(policy, aVoter('U2', change), 'U1')).not.toThrow();
  });

  it.each(['guest', 'external', 'bot', 'deactivated', 'unknown'] as const)('is nobody who is %s', (standing) => {
    const voter = aVoter('U2', { standing, groups: ['@sre-leads'] });
    expect(qualifies(policy, voter)).toBe(false);
    const { code } = refusalOf(() => assertMayApprove(policy, voter, 'U1'));
    expect(code).toBe(standing === 'unknown' ? 'standing_unknown' : 'approver_standing');
  });

  it('is not the requester, who is told who it is', () =>
    expect(refusalOf(() => assertMayApprove(policy, aVoter('U1'), 'U1')).message).toBe(
      'You asked for this rollback, so somebody else has to approve it: the Incident Commander, the Technical Lead or @sre-leads.',
    ));

  it.each([
    [{ roles: ['ic'] as const, groups: [] }, 'the Incident Commander'],
    [{ roles: ['ic', 'tl'] as const, groups: [] }, 'the Incident Commander or the Technical Lead'],
    [{ roles: [], groups: ['@sre', '@db'] }, '@sre or @db'],
    [{ roles: [], groups: [] }, 'nobody (the policy names no one)'],
  ])('is said in words: %j', (change, text) => expect(approversText(aPolicy(change))).toBe(text));
});

it.each([
  ['guest', 'guests of this workspace cannot'],
  ['external', 'people of another workspace cannot'],
  ['bot', 'apps and bots cannot'],
  ['deactivated', 'the account is deactivated'],
  ['unknown', 'Slack does not say who this is'],
] as const)('says of somebody who is %s: %s', (standing, text) => expect(standingText(standing)).toBe(text));
