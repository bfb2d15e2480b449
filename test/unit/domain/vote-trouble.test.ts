import { describe, expect, it } from '@jest/globals';
import { planHashOf } from '../../../src/domain/plan.ts';
import type { RollbackEvent } from '../../../src/domain/rollback.ts';
import { aPlan, aPolicy, aRequirement, aVersion, aVote, minute, noon, requested } from '../../support/builders.ts';
import { voteTrouble } from '../../support/vote-trouble.ts';

const plan = aPlan();
const planHash = planHashOf(plan);
const other = { ...plan, steps: plan.steps.map((step) => ({ ...step, to: aVersion('v40') })) };
const at = noon + minute;
const by = { by: 'warroom', at } as const;

const asked = requested({ planHash });
const wantsTwo = requested({ planHash, policy: aPolicy({ require: [aRequirement({ approvals: 2 })] }) });
const yes = (user: string, change: Partial<Extract<RollbackEvent, { type: 'rollback.approved' }>> = {}): RollbackEvent => ({
  type: 'rollback.approved',
  vote: aVote(user),
  planHash,
  by: user,
  at,
  ...change,
});
const cleared: RollbackEvent = { type: 'rollback.cleared', executeBy: noon + 10 * minute, ...by };
const ordered: RollbackEvent = { type: 'rollback.start-ordered', by: 'U2', at };
const revoked = (user: string): RollbackEvent => ({ type: 'rollback.revoked', by: user, at });
const voided = (...users: string[]): RollbackEvent => ({ type: 'rollback.votes-voided', users, ...by });
const glass: RollbackEvent = {
  type: 'rollback.glass-broken',
  reason: 'nobody else is awake and orders fail',
  skipped: '',
  overridden: [],
  by: 'U2',
  at,
};
const edited = (user: string, now = other): RollbackEvent => ({
  type: 'rollback.edited',
  plan: now,
  planHash: planHashOf(now),
  checks: [],
  policy: aPolicy(),
  approveBy: noon + 20 * minute,
  difference: '',
  voided: [],
  by: user,
  at,
});
const begun: RollbackEvent = { type: 'rollback.step-intended', step: 0, ...by };
const ofOther = { planHash: planHashOf(other) };

const missing = 'without 1 of its requirements';
const noStart = 'nobody ordered the start';

describe('what lets a step begin, recomputed from facts', () => {
  it.each<[string, RollbackEvent[]]>([
    ['an approval and a start', [asked, yes('U2'), cleared, ordered]],
    ['two where two are wanted', [wantsTwo, yes('U2'), yes('U3'), cleared, ordered]],
    ['a broken glass', [wantsTwo, glass, cleared, ordered]],
    ['an approval after it was taken back', [asked, yes('U2'), revoked('U2'), yes('U2'), cleared, ordered]],
    ['one that was taken back and not needed', [asked, yes('U2'), yes('U3'), cleared, ordered, revoked('U2')]],
    ['an approval of the plan as edited', [asked, yes('U2'), edited('U4'), yes('U2', ofOther), cleared, ordered]],
    ['an approval by who only looked at it again', [asked, edited('U4', plan), yes('U4'), cleared, ordered]],
    ['a broken glass beside an approval taken back', [wantsTwo, yes('U3'), glass, cleared, ordered, revoked('U3')]],
  ])('is %s', (_what, facts) => expect(voteTrouble(facts, at)).toEqual([]));

  it.each<[string, RollbackEvent[], string[]]>([
    ['nobody asked', [yes('U2'), cleared, ordered], ['nobody asked for it']],
    ['nobody approved', [asked, cleared, ordered], [missing, noStart]],
    ['one approved and two are wanted', [wantsTwo, yes('U2'), cleared, ordered], [missing, noStart]],
    ['one approved twice', [wantsTwo, yes('U2'), yes('U2'), cleared, ordered], [missing, noStart]],
    ['the requester approved', [asked, yes('U1'), cleared, ordered], [missing, noStart]],
    ['the editor approved', [asked, edited('U2'), yes('U2', ofOther), cleared, ordered], [missing, noStart]],
    ['the editor approved after another edit', [asked, edited('U2'), edited('U3', plan), yes('U2'), cleared, ordered], [missing, noStart]],
    ['it was approved before it was edited', [asked, yes('U2'), edited('U4'), cleared, ordered], [missing, noStart]],
    ['the approval was of the plan before', [asked, edited('U4'), yes('U2'), cleared, ordered], [missing, noStart]],
    ['the start was ordered before it was edited', [asked, yes('U2'), ordered, edited('U4'), yes('U2', ofOther)], [noStart]],
    ['the glass was broken before it was edited', [asked, glass, cleared, ordered, edited('U4')], [missing, noStart]],
    ['the approval was taken back', [asked, yes('U2'), cleared, ordered, revoked('U2')], [missing, noStart]],
    ['nobody ordered it again after that', [asked, yes('U2'), ordered, revoked('U2'), yes('U3'), cleared], [noStart]],
    ['the glass was taken back', [asked, glass, cleared, ordered, revoked('U2')], [missing, noStart]],
    ['the approver had left', [asked, yes('U2'), cleared, ordered, voided('U2')], [missing, noStart]],
    ['the one who broke the glass had left', [asked, glass, cleared, ordered, voided('U2')], [missing, noStart]],
    ['somebody voted in another’s name', [asked, yes('U2', { vote: aVote('U3') }), cleared, ordered], [missing, noStart]],
    [
      'the approver fits no requirement',
      [asked, yes('U2', { vote: aVote('U2', { roles: ['cc'] }) }), cleared, ordered],
      [missing, noStart],
    ],
    ['the approval came too late', [asked, yes('U2', { at: noon + 15 * minute }), cleared, ordered], [missing, noStart]],
    ['nobody ordered the start', [asked, yes('U2'), cleared], [noStart]],
    ['the plan was another one', [requested({ planHash, plan: other }), yes('U2'), cleared, ordered], ['the plan has another hash']],
  ])('is found missing where %s', (_what, facts, trouble) => expect(voteTrouble(facts, at)).toEqual(trouble));

  it('is found missing where it begins too late, but not where it goes on', () => {
    const late = noon + 10 * minute;
    expect(voteTrouble([asked, yes('U2'), cleared, ordered], late)).toEqual(['too late']);
    expect(voteTrouble([asked, yes('U2'), cleared, ordered, begun], late)).toEqual([]);
  });
});
