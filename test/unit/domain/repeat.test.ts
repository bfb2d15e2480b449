import { describe, expect, it } from '@jest/globals';
import type { KnownRollback } from '../../../src/domain/rollback.ts';
import { repeatChecks, repeatsIn } from '../../../src/domain/repeat.ts';
import { aPlan, aRollback, aVersion, minute, noon } from '../../support/builders.ts';

const day = 24 * 60 * minute;

const leaving = (label: string, change: Partial<ReturnType<typeof aPlan>> = {}) => {
  const plan = { ...aPlan(), ...change };
  return { ...plan, steps: plan.steps.map((step) => ({ ...step, environment: plan.environment, from: aVersion(label) })) };
};

/** One that left a version so many days ago. */
const left = (number: number, days: number, change: Partial<KnownRollback> = {}): KnownRollback =>
  aRollback({
    number,
    status: 'recovered',
    plan: leaving('v42'),
    requestedAt: noon - days * day,
    steps: [{ status: 'succeeded' }],
    ...change,
  });

const many = (count: number) => Array.from({ length: count }, (_, index) => left(100 - index, 1));

const texts = (plan: ReturnType<typeof aPlan>, ...history: KnownRollback[]): string[] =>
  repeatChecks(plan, history, noon).map(({ text }) => text);

/** What the rollback with this count in 30 days is told. */
const said = (count: number) => texts(leaving('v43'), ...many(count - 1))[0];

describe('what a request is told about the past', () => {
  it('is nothing where nothing happened before', () => expect(texts(leaving('v42'))).toEqual([]));

  it('is a warning, never a reason to stop', () => {
    expect(repeatChecks(leaving('v42'), [left(3, 4)], noon)).toEqual([
      { code: 'repeat_offender', level: 'warn', text: 'v42 was rolled back from before: RB-3, 4 days ago' },
    ]);
  });

  it('names that this version was left before, however long ago', () => {
    expect(texts(leaving('v42'), left(9, 1 / 48), left(3, 400))).toEqual([
      'v42 was rolled back from before: RB-9, 30 minutes ago; RB-3, 400 days ago',
    ]);
  });

  it('says nothing about other versions, and of a single earlier rollback', () => {
    expect(texts(leaving('v43'), left(3, 4))).toEqual([]);
  });

  it('counts the rollbacks of the last 30 days with this one', () => {
    const history = [left(5, 2), left(4, 20), left(1, 31)];
    expect(texts(leaving('v43'), ...history)).toEqual(['third rollback of shop in 30 days: RB-5, 2 days ago; RB-4, 20 days ago']);
  });

  it('counts on with figures where words would be long', () => {
    expect(said(4)).toBe('fourth rollback of shop in 30 days: RB-100, 24 hours ago; RB-99, 24 hours ago; RB-98, 24 hours ago');
    expect([11, 12, 21, 22, 23].map((count) => said(count)?.split(' ')[0])).toEqual(['11th', '12th', '21st', '22nd', '23rd']);
    expect(said(6)).toMatch(/^sixth .*; and 2 more$/);
  });

  it.each([
    ['never ran', { status: 'rejected', steps: [{ status: 'pending' }] }],
    ['failed', { status: 'failed', steps: [{ status: 'failed' }] }],
    ['was undone', { status: 'compensated', undos: [{ status: 'succeeded' }] }],
    ['was in another environment', { plan: leaving('v42', { environment: 'staging' }) }],
  ] as const)('does not count a rollback that %s', (_why, change) => {
    const history = [left(5, 2, change as Partial<KnownRollback>), left(4, 3, change as Partial<KnownRollback>)];
    expect(texts(leaving('v42'), ...history)).toEqual([]);
  });

  it('does not take one unknown version for another', () => {
    const plan = leaving('x');
    const unknown = {
      ...plan,
      steps: plan.steps.map((step) => ({ ...step, from: { id: 'unknown', label: 'unknown', health: 'unknown' as const } })),
    };
    expect(texts(unknown, left(3, 4, { plan: unknown }))).toEqual([]);
  });

  it('blames nobody: who asked or deployed makes no difference', () => {
    const [ada, ben] = ['U1', 'U2'].map((requestedBy) => texts(leaving('v42'), left(3, 4, { requestedBy }), left(2, 5, { requestedBy })));
    expect(ada).toEqual(ben);
    expect(ada?.join(' ')).not.toMatch(/U\d/);
  });
});

describe('repeat offenders in a history', () => {
  it('are places rolled back twice in 30 days, and versions left twice at all', () => {
    const history = [left(5, 2), left(4, 20, { plan: leaving('v41') }), left(1, 99)];
    expect(repeatsIn(history, noon)).toEqual([
      { kind: 'place', service: 'shop', environment: 'production', rollbacks: [history[0], history[1]] },
      { kind: 'version', service: 'shop', environment: 'production', version: aVersion('v42'), rollbacks: [history[0], history[2]] },
    ]);
  });

  it('are none when everything happened once, or long ago', () => {
    expect(repeatsIn([left(5, 2)], noon)).toEqual([]);
    expect(repeatsIn([left(5, 2), left(4, 31, { plan: leaving('v41') })], noon)).toEqual([]);
  });
});
