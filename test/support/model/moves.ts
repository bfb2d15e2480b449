/** Everything that can happen to one rollback, as plain data that shrinks and prints well. */
import * as fc from 'fast-check';
import { planHashOf, type Plan, type Step } from '../../../src/domain/plan.ts';
import type { Policy } from '../../../src/domain/policy.ts';
import type { KnownRollback, Place, RollbackCommand } from '../../../src/domain/rollback.ts';
import { fingerprint, plan, policy, request, start } from '../samples.ts';
import type { People, Person } from './reference.ts';

const requester = 'UBEN';
/** Who they are at the beginning. Some are lost on the way, and some come back. */
export const crowd: Readonly<Record<string, Person>> = {
  UADA: { standing: 'member', roles: ['ic'], groups: [] },
  [requester]: { standing: 'member', roles: ['cc'], groups: ['@sre-leads'] },
  UCLEO: { standing: 'member', roles: ['tl'], groups: ['@dba'] },
  UDAN: { standing: 'member', roles: [], groups: ['@sre-leads'] },
  UFINN: { standing: 'member', roles: [], groups: ['@sre-leads', '@dba'] },
  UGUS: { standing: 'member', roles: [], groups: [] },
};
const steps = 3;

const leads = { roles: ['ic', 'tl'], groups: ['@sre-leads'] } as const;
const dba = { approvals: 1, roles: [], groups: ['@dba'] };
const policies: readonly Policy[] = [
  { ...policy(1), breakGlass: { roles: ['ic'], groups: [], perDay: 1 } },
  { ...policy(2), escalateAfterMs: 60_000 },
  { ...policy(1), require: [{ approvals: 1, ...leads }, dba], start: 'separate' },
  { ...policy(2), require: [{ approvals: 2, ...leads }, dba], typeServiceName: true, executeWithinMs: 3_600_000 },
  { ...policy(1), start: 'separate', approveWithinMs: 3_600_000, breakGlass: { roles: [], groups: ['@dba'], perDay: 1 } },
];

const said = [
  'approve',
  'revoke',
  'edit',
  'start',
  'break-glass',
  'reject',
  'cancel',
  'compensate',
  'settle-step',
  'settle',
  'pass-gate',
  'take-care',
] as const;
const done = [
  'begin',
  'record',
  'finish',
  'defer',
  'repeat',
  'record-cancel',
  'record-progress',
  'measure',
  'expire',
  'escalate',
  'remind-care',
] as const;
/** `work` is a whole job, which may die half-way; the others are single calls, also such as no job would make. */
const elsewhere = ['work', 'lose', 'return'] as const;
export type Does = (typeof said)[number] | (typeof done)[number] | (typeof elsewhere)[number];

/** What ends a story early is rare, what carries it on is not. */
const weights: Partial<Record<Does, number>> = {
  approve: 40,
  work: 50,
  start: 12,
  finish: 10,
  lose: 14,
  return: 10,
  'settle-step': 16,
  'pass-gate': 8,
  compensate: 8,
  'record-cancel': 8,
  'break-glass': 20,
  edit: 3,
  revoke: 8,
  reject: 1,
  cancel: 1,
  settle: 1,
};
const anyDoing = fc.oneof(
  ...[...said, ...done, ...elsewhere].map((does) => ({ weight: weights[does] ?? 4, arbitrary: fc.constant<Does>(does) })),
);
const usually = <T>(often: T, seldom: T) =>
  fc.oneof({ weight: 7, arbitrary: fc.constant(often) }, { weight: 1, arbitrary: fc.constant(seldom) });

const anyMove = fc.record({
  does: anyDoing,
  who: fc.constantFrom(...Object.keys(crowd)),
  /** Milliseconds since the move before; the last ones go past either deadline. */
  gap: fc.oneof(
    { weight: 40, arbitrary: fc.constantFrom(0, 0, 1000, 5000) },
    { weight: 1, arbitrary: fc.constantFrom(400_000, 700_000, 1_000_000) },
  ),
  place: fc.record({ step: fc.integer({ min: 0, max: steps - 1 }), back: usually(false, true) }),
  /** Whether what they have on their screen is the plan as it is now. */
  isCurrent: usually(true, false),
  typed: usually('shop', 'shpo'),
  reason: usually('nobody else is awake and orders fail', 'urgent'),
  isStartToo: fc.boolean(),
  variant: fc.integer({ min: 0, max: 3 }),
  policy: fc.integer({ min: 0, max: policies.length - 1 }),
  isDrifted: usually(false, true),
  answer: fc.constantFrom('succeeded', 'succeeded', 'failed', 'unknown'),
  /** Where the job dies: before the call, after it and before its answer is written, or not at all. */
  crash: fc.constantFrom('no', 'no', 'before', 'after'),
  choice: fc.constantFrom('ran', 'again', 'skip'),
});
export type Move = typeof anyMove extends fc.Arbitrary<infer T> ? T : never;

/** The moves of jobs when nothing goes wrong any more. */
export const calm: Move = {
  does: 'work',
  who: requester,
  gap: 0,
  place: { step: 0, back: false },
  isCurrent: true,
  typed: 'shop',
  reason: 'calm',
  isStartToo: false,
  variant: 0,
  policy: 0,
  isDrifted: false,
  answer: 'succeeded',
  crash: 'no',
  choice: 'ran',
};

/** Three steps, each of which may need any of those before it, in any mood about failures. */
const anyPlan = fc
  .tuple(
    ...Array.from({ length: steps }, (_, index) =>
      fc.record({
        waits: usually({}, { gate: { kind: 'manual' as const, text: 'Look.' } }),
        needs: fc.subarray(Array.from({ length: index }, (__, before) => `step-${before + 1}`)),
        onFailure: fc.constantFrom('stop', 'compensate', 'continue'),
        compensation: fc.constantFrom('auto', 'manual', 'none'),
      }),
    ),
  )
  .map((parts): Plan => {
    const one = plan('shop', steps);
    return { ...one, steps: one.steps.map((step, index) => ({ ...step, ...ofPart(parts[index]) })) };
  });

const ofPart = ({ waits, ...part }: { waits?: Pick<Step, 'gate'> } = {}): Partial<Step> => ({ ...part, ...waits });

export const anyStory = fc.record({
  asked: anyPlan,
  policy: fc.integer({ min: 0, max: policies.length - 1 }),
  moves: fc.array(anyMove, { maxLength: 80, size: 'max' }),
});

const policyOf = (index: number): Policy => policies[index] ?? policy();
export const firstRequest = (asked: Plan, index: number): RollbackCommand =>
  request('inc', { plan: asked, policy: policyOf(index), by: requester, at: start });

const block = { code: 'freeze_calendar', level: 'block', text: 'Frozen.', override: 'break-glass' } as const;

/** The same plan, another target, one that destroys data, or the same plan with something in its way. */
function editOf(before: Plan, variant: number): { plan: Plan; planHash: string; checks: (typeof block)[] } {
  const change = [
    {},
    { to: { id: 'c'.repeat(40), label: 'v40', health: 'healthy' } },
    { database: { automated: true, class: 'restore' } },
    {},
  ] as const;
  const edited = { ...before, steps: before.steps.map((step, index) => (index === 0 ? { ...step, ...change[variant] } : step)) };
  return { plan: edited, planHash: planHashOf(edited), checks: variant === 3 ? [block] : [] };
}

/** What a move says to the rollback; nothing for those that are more than one command. */
export function commandOf(move: Move, now: { state: KnownRollback; people: People; at: number }): RollbackCommand | undefined {
  const { does, who, typed, reason, answer, choice } = move;
  const { state, people, at } = now;
  const place: Place = { step: move.place.step, ...(move.place.back ? { back: true } : {}) };
  const voter = { user: who, ...(people.get(who) ?? crowd['UGUS']) } as const;
  const person = { by: who, at };
  const job = { by: 'warroom', at } as const;
  const byVoter = { voter: { standing: 'unknown' as const, roles: [], groups: [], ...voter }, ...person };
  const planHash = move.isCurrent ? state.planHash : 'another';
  switch (does) {
    case 'approve':
      return { type: 'rollback.approve', planHash, typed, ...(move.isStartToo ? { start: true } : {}), ...byVoter };
    case 'revoke':
    case 'take-care':
      return { type: `rollback.${does}`, ...person };
    case 'edit':
      return { type: 'rollback.edit', ...editOf(state.plan, move.variant), policy: policyOf(move.policy), ...byVoter };
    case 'start':
      return { type: 'rollback.start', planHash, ...byVoter };
    case 'break-glass':
      return { type: 'rollback.break-glass', planHash, typed, reason, ...byVoter };
    case 'reject':
    case 'cancel':
      return { type: `rollback.${does}`, reason, ...byVoter };
    case 'compensate':
      return { type: 'rollback.compensate', ...byVoter };
    case 'settle-step':
      return { type: 'rollback.settle-step', ...place, choice, reason, ...byVoter };
    case 'settle':
      return { type: 'rollback.settle', choice: choice === 'ran' ? 'verify' : 'abandon', reason, ...byVoter };
    case 'pass-gate':
      return { type: 'rollback.pass-gate', step: place.step, ...byVoter };
    case 'begin':
      return beginning(place, { ...now, isDrifted: move.isDrifted });
    case 'record':
      return { type: 'rollback.record-start', ...place, ref: '7', ...job };
    case 'finish':
      return { type: 'rollback.finish-step', ...place, outcome: answer, ...job };
    case 'defer':
    case 'record-progress':
      return { type: does === 'defer' ? 'rollback.defer-step' : 'rollback.record-progress', ...place, message: 'later', ...job };
    case 'repeat':
      return { type: 'rollback.repeat-step', ...place, ...job };
    case 'record-cancel':
      return { type: 'rollback.record-cancel', ...place, ...job };
    case 'measure':
      return { type: 'rollback.record-readings', readings: [], ...job };
    case 'expire':
    case 'escalate':
    case 'remind-care':
      return { type: `rollback.${does}`, ...job };
    case 'work':
    case 'lose':
    case 'return':
      return undefined;
  }
}

/** What a job says before a step: production and the voters as they are just now. */
export function beginning(
  place: Place,
  { state, people, at, isDrifted }: { state: KnownRollback; people: People; at: number; isDrifted: boolean },
): RollbackCommand {
  const users = [...state.votes.map(({ user }) => user), ...(state.glass === undefined ? [] : [state.glass.by])];
  const voters = users.flatMap((user) => {
    const person = people.get(user);
    return person === undefined ? [] : { user, ...person };
  });
  const seen = { planHash: state.planHash, fingerprint: isDrifted ? 'drifted' : fingerprint, voters };
  return { type: 'rollback.begin-step', ...place, ...seen, by: 'warroom', at };
}
