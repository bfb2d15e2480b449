import { describe, expect, it } from '@jest/globals';
import { problemText } from '../../../src/config/problem.ts';
import type { Step } from '../../../src/domain/plan.ts';
import type { Policy } from '../../../src/domain/policy.ts';
import { policyFor } from '../../../src/domain/policy.ts';
import type { Severity } from '../../../src/domain/words.ts';
import { configurationOf, errorsOf, problemsOf } from './support.ts';

const minute = 60_000;

/** What this file asks of a rollback in production. */
function asks(file: string, steps: readonly Pick<Step, 'kind' | 'database'>[], severity: Severity = 'SEV2'): Policy {
  const { policies, breakGlass } = configurationOf(file);
  return policyFor(policies, { environment: 'production', severity, steps }, breakGlass);
}

const code = { kind: 'code' } as const;
const database = { kind: 'database' } as const;
const leads = (approvals: number) => ({ approvals, roles: ['ic', 'tl'], groups: [] });
const dba = { approvals: 1, roles: [], groups: ['@dba'] };
const askDba = "{ match: { kind: [database] }, approvals: 1, roles: [], groups: ['@dba'], owners: false }";

describe('a policy', () => {
  it('is read with everything it can say', () => {
    const [policy] = configurationOf(`
policies:
  - match: { environment: production, severity: [SEV1, SEV2], kind: [database, infrastructure], risk: [high] }
    approvals: 2
    roles: [tl]
    groups: ['@dba', S012ABCDEF]
    owners: false
    requesterCounts: false
    approveWithin: 30m
    executeWithin: 5m
    typeServiceName: true
    start: separate
    escalateAfter: 90s
`).policies;

    expect(policy).toEqual({
      match: { environment: 'production', severity: ['SEV1', 'SEV2'], kind: ['database', 'infrastructure'], risk: ['high'] },
      approvals: 2,
      roles: ['tl'],
      groups: ['@dba', 'S012ABCDEF'],
      owners: false,
      approveWithinMs: 30 * minute,
      executeWithinMs: 5 * minute,
      typeServiceName: true,
      start: 'separate',
      escalateAfterMs: 90_000,
    });
  });

  it('says nothing about what it leaves out, so that another one may', () => {
    const [policy] = configurationOf('policies: [{ approvals: 1, escalateAfter: none }]').policies;

    expect(policy).toEqual({
      match: {},
      approvals: 1,
      roles: ['ic', 'tl'],
      groups: [],
      owners: true,
      approveWithinMs: 15 * minute,
      executeWithinMs: 10 * minute,
    });
  });

  it.each([
    [
      'match: { kind: [databse] }',
      'match.kind[0] must be one of code, config, database, traffic, infrastructure\n    did you mean database?',
    ],
    ['match: { kind: database }', 'match.kind must be a list, not a text'],
    ['match: { kind: [] }', 'match.kind is empty'],
    ['match: { risk: [hgih] }', 'match.risk[0] must be one of low, normal, high\n    did you mean high?'],
    ['match: { environment: prod }', 'match.environment must be one of production, staging, development'],
    ['match: { severity: [SEV9] }', 'match.severity[0] must be one of SEV1, SEV2, SEV3, SEV4'],
    ['match: { service: shop }', 'match.service is not a setting\n    known here: environment, severity, kind, risk'],
    ['start: seperate', 'start must be one of at-once, separate\n    did you mean separate?'],
    ['start: true', 'start must be one of at-once, separate'],
    ['escalateAfter: 5', 'escalateAfter is not a duration; write for example 15m, or none'],
    ['escalateAfter: never', 'escalateAfter is not a duration; write for example 15m, or none'],
    ['typeServiceName: sometimes', 'typeServiceName must be true or false, not a text'],
    ['approveWithin: 10s', 'approveWithin is too short; the shortest allowed is 1m'],
    ['roles: [boss]', 'roles[0] must be one of ic, tl, cc'],
    ['groups: [dba]', "groups[0] is not a person or user group; write a handle in quotes, for example '@sre-leads', or a Slack id"],
    ['escalatAfter: 5m', 'escalatAfter is not a setting\n    did you mean escalateAfter?'],
  ])('with %s is refused in words', (field, message) => {
    expect(errorsOf(`policies: [{ approvals: 1, ${field} }]`).map(problemText)).toEqual([
      expect.stringContaining(`policies[0].${message}`),
    ]);
  });

  it.each([
    ['0', 'must be at least 1'],
    ['11', 'must be at most 10'],
    ['1.5', 'must be a whole number, not 1.5'],
    ["'1'", 'must be a number, not a text'],
  ])('with %s approvals is refused: %s', (approvals, message) => {
    expect(errorsOf(`policies: [{ approvals: ${approvals} }]`)).toMatchObject([{ path: 'policies[0].approvals', message }]);
  });

  it.each([
    ['approveWithin: 5m', 1],
    ['approveWithin: 5m, escalateAfter: 6m', 1],
    ['approveWithin: 5m, escalateAfter: 4m', 0],
    ['approveWithin: 5m, escalateAfter: none', 0],
  ])('with %s warns that nobody would ever be called: %i time(s)', (fields, times) => {
    const warnings = problemsOf(`policies: [{ approvals: 1, ${fields} }]`).filter(({ path }) => path === 'policies[0]');

    expect(warnings).toHaveLength(times);
    expect(warnings.every((warning) => problemText(warning).includes('warning: policies[0] expires before its escalateAfter'))).toBe(true);
  });
});

describe('breaking the glass', () => {
  it.each([
    ['', { roles: ['ic'], groups: [], perDay: 2 }],
    ['breakGlass: { perDay: 1 }', { roles: ['ic'], groups: [], perDay: 1 }],
    ["breakGlass: { roles: [], groups: ['@night'] }", { roles: [], groups: ['@night'], perDay: 2 }],
  ])('is for those whom the file names: %j', (file, rule) => expect(configurationOf(file).breakGlass).toEqual(rule));

  it('comes along with every policy', () =>
    expect(asks("breakGlass: { groups: ['@night'] }", [code]).breakGlass).toEqual({ roles: ['ic'], groups: ['@night'], perDay: 2 }));

  it.each([
    ['perDay: 0', 'breakGlass.perDay must be at least 1'],
    ['perDay: 11', 'breakGlass.perDay must be at most 10'],
    ['perDay: 1.5', 'breakGlass.perDay must be a whole number, not 1.5'],
    ['roles: [boss]', 'breakGlass.roles[0] must be one of ic, tl, cc'],
    ['groups: [sre]', 'breakGlass.groups[0] is not a person or user group'],
    ['people: [U1]', 'breakGlass.people is not a setting\n    known here: roles, groups, perDay'],
    ['roles: [], groups: []', 'breakGlass names nobody; give it a role or a group'],
  ])('with %s is refused in words', (field, message) =>
    expect(errorsOf(`breakGlass: { ${field} }`).map(problemText)).toEqual([expect.stringContaining(message)]),
  );
});

describe('what is asked of a plan that changes a database', () => {
  it.each<[Severity, number]>([
    ['SEV1', 1],
    ['SEV2', 2],
    ['SEV4', 2],
  ])('by the built-in policies, for %s: %i approval(s), each with the service’s name typed', (severity, approvals) =>
    expect(asks('', [code, database], severity)).toMatchObject({ require: [leads(approvals)], typeServiceName: true }),
  );

  it('is the same of a step of another kind that changes one', () => {
    const migration = { kind: 'config', database: { automated: true, class: 'forward-fix' } } as const;
    expect(asks('', [migration], 'SEV4').typeServiceName).toBe(true);
    expect(asks(`policies: [${askDba}]`, [migration]).require).toEqual([dba, leads(2)]);
  });

  it('adds the database people to the built-in policy, and to plans with a database step only', () => {
    expect(asks(`policies: [${askDba}]`, [code, database]).require).toEqual([dba, leads(2)]);
    expect(asks(`policies: [${askDba}]`, [code]).require).toEqual([leads(2)]);
  });

  it('may keep starting apart for what is risky', () => {
    const file = 'policies: [{ match: { risk: [high] }, approvals: 1, start: separate, escalateAfter: 2m }]';
    expect(asks(file, [database])).toMatchObject({ start: 'separate', escalateAfterMs: 2 * minute, require: [leads(2)] });
    expect(asks(file, [{ kind: 'infrastructure' }]).start).toBe('separate');
    expect(asks(file, [code])).toMatchObject({ start: 'at-once', escalateAfterMs: 5 * minute });
  });

  it('is not loosened by a policy that only says so itself', () => {
    const file = 'policies: [{ match: { kind: [database] }, approvals: 1, typeServiceName: false, executeWithin: 1h }]';
    expect(asks(file, [database])).toMatchObject({ require: [leads(2)], typeServiceName: true, executeWithinMs: 10 * minute });
  });
});
