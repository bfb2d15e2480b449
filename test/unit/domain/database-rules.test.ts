import { describe, expect, it } from '@jest/globals';
import { databaseChecks, isRehearsed } from '../../../src/domain/database-rules.ts';
import type { DatabaseClass, DatabaseStep } from '../../../src/domain/plan.ts';

const now = Date.UTC(2026, 4, 4, 9);
const day = 86_400_000;
const inPeak = { inPeak: true, reason: 'it is 10:00 in Europe/Berlin' };

const checks = (database: DatabaseStep | undefined, peak?: { inPeak: boolean; reason?: string }) =>
  databaseChecks({ step: { kind: 'database', ...(database && { database }) }, now, peak });

describe('a database step in peak hours', () => {
  it.each(['schema-down', 'restore'] as const)('is blocked when it is a %s, and nobody may override that', (of) => {
    const [check, ...more] = checks({ class: of, automated: false }, inPeak);
    expect(more).toEqual([]);
    expect(check).toEqual({
      code: 'database_peak',
      level: 'block',
      text: `These are peak hours (it is 10:00 in Europe/Berlin): ${of} waits for a quiet time, because it is not marked automated and was never drilled; it needs a drill within the last 30 days.`,
    });
  });

  it.each([
    ['not automated', false, now - day, 'block'],
    ['never drilled', true, undefined, 'block'],
    ['drilled 31 days ago', true, now - 31 * day, 'block'],
    ['drilled tomorrow', true, now + day, 'block'],
    ['drilled 30 days ago', true, now - 30 * day, 'pass'],
    ['drilled just now', true, now, 'pass'],
  ] as const)('that is %s: automated %s', (_what, automated, drilledAt, level) =>
    expect(checks({ class: 'schema-down', automated, ...(drilledAt !== undefined && { drilledAt }) }, inPeak)).toMatchObject([{ level }]),
  );

  it('of a class that nobody told is taken for the worst', () => {
    expect(checks({ automated: false }, inPeak)).toMatchObject([{ code: 'database_class_unknown' }, { level: 'block' }]);
    expect(checks(undefined, inPeak)).toMatchObject([{ code: 'database_class_unknown' }, { level: 'block' }]);
    expect(checks({ automated: false }, inPeak).every(({ override }) => override === undefined)).toBe(true);
  });

  it.each(['logical-reversion', 'flag-off-path', 'forward-fix'] as const satisfies readonly DatabaseClass[])(
    'may run when it is a %s',
    (of) => expect(checks({ class: of, automated: false }, inPeak)).toEqual([]),
  );
});

describe('a schema-down at a quiet time', () => {
  it('may run', () =>
    expect(checks({ class: 'schema-down', automated: false }, { inPeak: false, reason: 'it is 03:00 in UTC' })).toMatchObject([
      { level: 'pass', text: 'These are no peak hours (it is 03:00 in UTC), so schema-down may run.' },
    ]));

  it('is warned about where nobody configured what a quiet time is', () =>
    expect(checks({ class: 'schema-down', automated: false })).toMatchObject([{ code: 'database_peak', level: 'warn' }]));
});

it('the rules for databases say nothing to other steps, unless they change one all the same', () => {
  const disguised = { kind: 'config', database: { class: 'schema-down', automated: false } } as const;
  expect(databaseChecks({ step: disguised, now, peak: inPeak })).toMatchObject([{ level: 'block' }]);
  expect(databaseChecks({ step: { kind: 'code' }, now, peak: inPeak })).toEqual([]);
  expect(isRehearsed({ automated: true, drilledAt: now - 29 * day }, now)).toBe(true);
});
