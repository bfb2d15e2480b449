import { describe, expect, it } from '@jest/globals';
import { Configuration } from '../../../src/config/schema.ts';
import type { Matter, Policy, PolicyRule, Requirement } from '../../../src/domain/policy.ts';
import {
  approversText,
  assertMayApprove,
  missingFrom,
  policyFor,
  qualifies,
  riskOf,
  standingText,
  stricterOf,
} from '../../../src/domain/policy.ts';
import type { StepKind } from '../../../src/domain/plan.ts';
import type { Severity } from '../../../src/domain/words.ts';
import { aPolicy, aRequirement, aVote, aVoter, minute } from '../../support/builders.ts';
import { refusalOf } from '../../support/given.ts';

const glass = { roles: ['ic'], groups: [], perDay: 2 } as const;
const aRule = (match: PolicyRule['match'], change: Partial<PolicyRule> = {}): PolicyRule => ({
  match,
  ...aRequirement(),
  approveWithinMs: 15 * minute,
  executeWithinMs: 10 * minute,
  ...change,
});
const about = (change: Partial<Matter> = {}): Matter => ({
  environment: 'production',
  severity: 'SEV1',
  steps: [{ kind: 'code' }],
  ...change,
});
const requirementsFor = (rules: readonly PolicyRule[], matter: Matter): readonly Requirement[] => policyFor(rules, matter, glass).require;

describe('the policy of a rollback', () => {
  const { policies: defaults, breakGlass } = Configuration.parse({});

  it.each<[Severity, number]>([
    ['SEV1', 1],
    ['SEV2', 2],
    ['SEV3', 2],
    ['SEV4', 2],
  ])('is, when the file says nothing, for %s %i approval(s) by commander or technical lead within 15 minutes', (severity, approvals) =>
    expect(policyFor(defaults, about({ severity }), breakGlass)).toMatchObject({
      require: [{ approvals, roles: ['ic', 'tl'] }],
      approveWithinMs: 15 * minute,
      escalateAfterMs: 5 * minute,
      start: 'at-once',
      breakGlass: { roles: ['ic'], perDay: 2 },
    }),
  );

  it.each(['staging', 'development'])('exists for %s as well', (environment) =>
    expect(requirementsFor(defaults, about({ environment, severity: 'SEV4' }))[0]?.approvals).toBeGreaterThan(0),
  );

  it('asks for what every matching rule asks for, and of each time takes the shorter', () => {
    const rules = [
      aRule({}, { approvals: 1, groups: ['@a'], approveWithinMs: 5 * minute, executeWithinMs: 9 * minute, escalateAfterMs: 3 * minute }),
      aRule(
        { kind: ['database'] },
        { approvals: 1, roles: [], groups: ['@dba'], approveWithinMs: 9 * minute, executeWithinMs: 5 * minute },
      ),
    ];
    expect(policyFor(rules, about({ steps: [{ kind: 'code' }, { kind: 'database' }] }), glass)).toEqual({
      require: [
        { approvals: 1, roles: ['ic', 'tl'], groups: ['@a'] },
        { approvals: 1, roles: [], groups: ['@dba'] },
      ],
      approveWithinMs: 5 * minute,
      executeWithinMs: 5 * minute,
      escalateAfterMs: 3 * minute,
      typeServiceName: true,
      start: 'at-once',
      breakGlass: glass,
    });
  });

  it('does not ask twice for what a stricter rule asks for already', () => {
    const rules = [
      aRule({}, { groups: ['@a', '@b'] }),
      aRule({}, { approvals: 2, roles: ['tl'], groups: ['@b'] }),
      aRule({}, { groups: ['@a', '@b'] }),
    ];
    expect(requirementsFor(rules, about())).toEqual([{ approvals: 2, roles: ['tl'], groups: ['@b'] }]);
  });

  it.each<[string, PolicyRule['match'], Partial<Matter>, boolean]>([
    ['another environment', { environment: 'staging' }, {}, false],
    ['another severity', { severity: ['SEV2'] }, {}, false],
    ['a kind of step it has', { kind: ['traffic', 'code'] }, {}, true],
    ['a kind of step it has not', { kind: ['traffic'] }, {}, false],
    ['its risk', { risk: ['high'] }, { steps: [{ kind: 'infrastructure' }] }, true],
    ['another risk', { risk: ['high'] }, {}, false],
  ])('with a rule for %s: %j', (_name, match, matter, applies) =>
    expect(requirementsFor([aRule({}), aRule(match, { approvals: 9 })], about(matter)).at(-1)?.approvals === 9).toBe(applies),
  );

  it('never is missing: that would let anybody do anything', () =>
    expect(() => policyFor([], about(), glass)).toThrow('no approval policy matches production SEV1'));

  it.each<[string, Partial<Matter>, Partial<PolicyRule>, boolean]>([
    ['for SEV1', {}, {}, true],
    ['for less', { severity: 'SEV2' }, {}, false],
    ['where data is changed', { severity: 'SEV4', steps: [{ kind: 'database' }] }, {}, true],
    ['not where the file says so', {}, { typeServiceName: false }, false],
  ])('has the service’s name typed %s', (_when, matter, change, typed) =>
    expect(policyFor([aRule({}, change)], about(matter), glass).typeServiceName).toBe(typed),
  );

  it('keeps start and approval apart when any rule does', () =>
    expect(policyFor([aRule({}, { start: 'at-once' }), aRule({}, { start: 'separate' })], about(), glass).start).toBe('separate'));
});

it.each<[StepKind[], string]>([
  [['config', 'traffic'], 'low'],
  [['config', 'code'], 'normal'],
  [['code', 'infrastructure'], 'high'],
  [['database'], 'high'],
])('a plan of %j is of %s risk', (kinds, risk) => expect(riskOf(kinds.map((kind) => ({ kind })))).toBe(risk));

describe('the stricter of two policies', () => {
  const strict: Policy = aPolicy({
    require: [aRequirement({ approvals: 2 })],
    approveWithinMs: minute,
    start: 'separate',
    typeServiceName: true,
  });

  it.each([
    ['an edit after the file was loosened', strict, aPolicy()],
    ['an edit after the file was tightened', aPolicy(), strict],
  ])('holds for %s', (_when, before, after) => expect(stricterOf(before, after)).toEqual(strict));

  it('asks for both when neither is stricter', () =>
    expect(stricterOf(aPolicy(), aPolicy({ require: [aRequirement({ roles: [], groups: ['@dba'] })] })).require).toHaveLength(2));
});

describe('what is missing', () => {
  const policy = aPolicy({ require: [aRequirement({ approvals: 2 }), aRequirement({ roles: [], groups: ['@dba'] })] });

  it('counts one person for each requirement they fit, and once', () => {
    expect(missingFrom(policy, [aVote('U2', { groups: ['@dba'] })])).toEqual([{ approvals: 1, roles: ['ic', 'tl'], groups: [] }]);
    expect(missingFrom(policy, [aVote('U2', { groups: ['@dba'] }), aVote('U3')])).toEqual([]);
  });

  it('is said in words, with each requirement', () =>
    expect(approversText(policy)).toBe('2 of the Incident Commander or the Technical Lead, and 1 of @dba'));
});

describe('who may approve', () => {
  const policy = aPolicy({ require: [aRequirement({ groups: ['@sre-leads'] })] });
  const authors = { requestedBy: 'U1', editedBy: ['U9'] };

  it.each([
    ['a holder of one of the roles', { roles: ['tl'] as const, groups: [] }],
    ['a member of one of the groups', { roles: [], groups: ['@sre-leads'] }],
  ])('is %s', (_who, change) => {
    expect(qualifies(policy, aVoter('U2', change))).toBe(true);
    expect(() => assertMayApprove(policy, aVoter('U2', change), authors)).not.toThrow();
  });

  it.each(['guest', 'external', 'bot', 'deactivated', 'unknown'] as const)('is nobody who is %s', (standing) => {
    const voter = aVoter('U2', { standing, groups: ['@sre-leads'] });
    expect(qualifies(policy, voter)).toBe(false);
    const { code } = refusalOf(() => assertMayApprove(policy, voter, authors));
    expect(code).toBe(standing === 'unknown' ? 'standing_unknown' : 'approver_standing');
  });

  it('is not the requester, who is told who it is', () =>
    expect(refusalOf(() => assertMayApprove(policy, aVoter('U1'), authors)).message).toBe(
      'You asked for this rollback, so somebody else has to approve it: the Incident Commander, the Technical Lead or @sre-leads.',
    ));

  it('is nobody who changed the plan', () =>
    expect(refusalOf(() => assertMayApprove(policy, aVoter('U9'), authors)).code).toBe('own_edit'));

  it.each([
    [{ roles: ['ic'] as const, groups: [] }, 'the Incident Commander'],
    [{ roles: ['ic', 'tl'] as const, groups: [] }, 'the Incident Commander or the Technical Lead'],
    [{ roles: [], groups: ['@sre', '@db'] }, '@sre or @db'],
    [{ roles: [], groups: [] }, 'nobody (the policy names no one)'],
  ])('is said in words: %j', (change, text) => expect(approversText(aPolicy({ require: [aRequirement(change)] }))).toBe(text));
});

it.each([
  ['guest', 'guests of this workspace cannot'],
  ['external', 'people of another workspace cannot'],
  ['bot', 'apps and bots cannot'],
  ['deactivated', 'the account is deactivated'],
  ['unknown', 'Slack does not say who this is'],
] as const)('says of somebody who is %s: %s', (standing, text) => expect(standingText(standing)).toBe(text));
