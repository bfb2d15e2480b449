import { describe, expect, it } from '@jest/globals';
import { careFor, openCare } from '../../../src/domain/after-care.ts';
import type { Plan, Step } from '../../../src/domain/plan.ts';
import type { KnownRollback, StepRun } from '../../../src/domain/rollback.ts';
import { rollback } from '../../../src/domain/rollback.ts';
import { aPlan, aRollback, aVoter, minute, noon } from '../../support/builders.ts';
import { givenOf } from '../../support/given.ts';

const given = givenOf(rollback);
const done: StepRun = { status: 'succeeded' };
const by = { by: 'U3', at: noon + minute } as const;

const [code] = aPlan().steps;
if (code === undefined) throw new Error('the sample has a step');
const aStep = (id: string, change: Partial<Step> = {}): Step => ({ ...code, id, needs: [], ...change });

const planOf = (...steps: Step[]): Plan => ({ ...aPlan(), steps });

/** It began, and ended with these runs of these steps. */
const ended = (plan: Plan, change: Partial<KnownRollback> = {}): KnownRollback =>
  aRollback({ status: 'recovered', startedAt: noon, endedAt: noon, plan, steps: plan.steps.map(() => done), ...change });

const idsOf = (state: KnownRollback): string[] => careFor(state).map(({ id }) => id);

describe('what a rollback leaves behind', () => {
  it.each([
    ['code', {}, 'revert:it', 'Revert v42 in the repository, or the next deploy ships it again'],
    ['config', { target: { name: 'promo-banner' } }, 'restore:it', 'Put promo-banner back from v41 to v42 once it is safe'],
    ['infrastructure', { target: { name: 'pool' } }, 'unpin:it', 'Unpin pool from v41'],
    ['database', { target: { name: 'revert_prices' } }, 'data:it', 'Check what revert_prices changed and what it skipped'],
  ] as const)('of a %s step names what a person has to do', (kind, change, id, text) => {
    expect(careFor(ended(planOf(aStep('it', { kind, ...change }))))).toEqual([
      expect.objectContaining({ id: 'unlock', kind: 'unlock' }),
      expect.objectContaining({ id, text }),
    ]);
  });

  it('of a traffic step asks to send it as before', () => {
    const [, item] = careFor(ended(planOf(aStep('shift', { kind: 'traffic', change: { summary: 'weights v41: 0 → 100', commits: [] } }))));

    expect(item).toMatchObject({
      id: 'restore:shift',
      kind: 'restore',
      text: 'Send traffic as before once it is safe: this rollback changed weights v41: 0 → 100',
    });
  });

  it('asks to resume what a step paused, whatever its kind', () => {
    for (const kind of ['config', 'infrastructure', 'code'] as const) {
      expect(idsOf(ended(planOf(aStep('pause', { kind, pauses: 'auto-sync' }))))).toEqual(['unlock', 'resume:pause']);
    }
  });

  it('carries the address of the change where there is one', () => {
    const change = { summary: '1 commit', commits: [], url: 'https://github.test/compare' };

    expect(careFor(ended(planOf(aStep('code', { change }))))[1]).toMatchObject({ url: 'https://github.test/compare' });
  });

  it.each(['failed', 'skipped', 'cancelled', 'unknown', 'pending'] as const)('says nothing of a step that is %s', (status) => {
    const plan = planOf(aStep('flag', { kind: 'config' }), aStep('code'));

    expect(idsOf(ended(plan, { status: 'failed', steps: [done, { status }] }))).toEqual(['unlock', 'restore:flag']);
  });

  it('says nothing of a step that was undone, and goes on asking for one whose way back failed', () => {
    const plan = planOf(aStep('flag', { kind: 'config' }), aStep('code'));
    const undos: StepRun[] = [done, { status: 'unknown' }];

    expect(idsOf(ended(plan, { status: 'compensated', undos, undoing: [0, 1] }))).toEqual(['unlock', 'revert:code']);
  });

  it('is nothing at all when it never began', () => {
    expect(careFor(aRollback({ status: 'rejected' }))).toEqual([]);
  });

  it('asks for a review when the glass was broken', () => {
    const glass = { by: 'U1', at: noon, reason: 'nobody who could approve answers the phone' };

    expect(careFor(ended(aPlan(), { glass })).at(-1)).toEqual({
      id: 'review',
      kind: 'review',
      text: 'Review the break-glass of RB-7 in the postmortem: “nobody who could approve answers the phone”',
    });
  });

  it('keeps what was done when it is opened again, and forgets what is not asked for any more', () => {
    const plan = planOf(aStep('flag', { kind: 'config' }), aStep('code'));
    const before = careFor(ended(plan));
    const care = before.map((item) => (item.id === 'unlock' ? { ...item, done: { ...by, note: 'v43 is out' } } : item));
    const after = careFor(ended(plan, { care, undos: [done, { status: 'pending' }] }));

    expect(after.map(({ id }) => id)).toEqual(['unlock', 'revert:code']);
    expect(after[0]?.done).toEqual({ ...by, note: 'v43 is out' });
    expect(openCare({ care: after }).map(({ id }) => id)).toEqual(['revert:code']);
  });
});

describe('when it is opened', () => {
  const executing = aRollback({ status: 'executing', startedAt: noon, startOrderedAt: noon, steps: [{ status: 'started', ref: 'run/1' }] });
  const verifying = { ...executing, status: 'verifying' as const, steps: [done], plan: aPlan({ verify: [] }) };

  it.each([
    ['the Technical Lead', { tl: 'U8', ic: 'U9' }, 'U8'],
    ['the Incident Commander where there is no Technical Lead', { ic: 'U9' }, 'U9'],
    ['whoever asked for it where nobody leads', {}, 'U1'],
  ])('belongs to %s', (_who, roles, owner) => {
    given(verifying)
      .when({ type: 'rollback.record-readings', readings: [], by: 'warroom', at: noon }, { number: 0, roles })
      .becomes({ careOwner: owner });
  });

  it('comes with every end, also with a failure, for what was done until then', () => {
    const plan = aPlan({ steps: 2 });
    const failing = { ...executing, plan, steps: [done, { status: 'started', ref: 'run/2' } as const] };

    given(failing)
      .when({ type: 'rollback.finish-step', step: 1, outcome: 'failed', reason: 'exit 1', by: 'warroom', at: noon })
      .becomes({ status: 'failed', care: careFor(ended(plan, { steps: [done, { status: 'failed' }] })) });
  });

  it('is not told twice when it is measured once more and nothing else was done', () => {
    const left = ended(aPlan(), { status: 'not recovered' });
    const state = { ...left, care: careFor(left), careOwner: 'U1' };
    const settle = { type: 'rollback.settle', choice: 'verify', voter: aVoter('U1'), reason: 'again', by: 'U1', at: noon } as const;

    given(state).when(settle).then({ type: 'rollback.verification-started', by: 'U1', at: noon });
  });
});

const finish = (item: string, change: object = {}) => ({ type: 'rollback.finish-care', item, ...by, ...change }) as const;

describe('after-care that is open', () => {
  const glass = { by: 'U1', at: noon, reason: 'nobody who could approve answers the phone' };
  const left = ended(aPlan(), { glass });
  const state: KnownRollback = { ...left, care: careFor(left), careOwner: 'U1' };

  it('is ticked once, with who, when and a note', () => {
    given(state)
      .when(finish('unlock', { note: 'v43 is out' }))
      .then({ type: 'rollback.care-done', item: 'unlock', note: 'v43 is out', ...by });
    given({ ...state, care: state.care.map((item) => ({ ...item, done: by })) })
      .when(finish('unlock'))
      .changesNothing();
  });

  it('is not reviewed by whoever broke the glass, nor without a word', () => {
    given(state)
      .when(finish('review', { note: 'it was right', by: 'U1' }))
      .refuses('own_review');
    given(state)
      .when(finish('review', { note: '  ' }))
      .refuses('reason_missing');
    given(state)
      .when(finish('review', { note: 'it was right' }))
      .then({ type: 'rollback.care-done', item: 'review', note: 'it was right', ...by });
  });

  it('is taken over by somebody else, and not by whoever has it', () => {
    given(state)
      .when({ type: 'rollback.take-care', ...by })
      .becomes({ careOwner: 'U3' });
    given(state).when({ type: 'rollback.take-care', by: 'U1', at: noon }).changesNothing();
  });

  it.each(['recovered', 'verifying', 'compensating', 'needs human'] as const)('is reminded of while it is %s', (status) => {
    given({ ...state, status })
      .when({ type: 'rollback.remind-care', by: 'warroom', at: noon })
      .then({ type: 'rollback.care-reminded', by: 'warroom', at: noon });
  });

  it('is not reminded of once all of it is done', () => {
    given({ ...state, care: state.care.map((item) => ({ ...item, done: by })) })
      .when({ type: 'rollback.remind-care', by: 'warroom', at: noon })
      .changesNothing();
  });
});

describe('calling for help', () => {
  it('is a fact, and not twice within minutes', () => {
    const state = ended(aPlan(), { status: 'not recovered' });
    const call = { type: 'rollback.call-help', by: 'U3', at: noon } as const;
    const called = { ...state, helpCalledAt: noon };

    given(state).when(call).becomes({ helpCalledAt: noon, status: 'not recovered' });
    given(called)
      .when({ ...call, at: noon + 2 * minute })
      .changesNothing();
    given(called)
      .when({ ...call, at: noon + 6 * minute })
      .becomes({ helpCalledAt: noon + 6 * minute });
  });
});
