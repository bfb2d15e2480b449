/** The card of a rollback in every state it can be in. */
import type { KnownRollback, RollbackStatus, StepRun } from '../../src/domain/rollback.ts';
import type { Message } from '../../src/views/blocks.ts';
import { rollbackCard } from '../../src/views/rollback-card.ts';
import { rollbackDetails } from '../../src/views/rollback-details.ts';
import { noon, reading, rollbackStatuses } from '../../test/unit/views/examples.ts';
import { blocking, campaign, care, glass, minute, planned, rollback, separate, twoRequirements } from './examples.ts';

export type Gallery = Record<string, Message>;

const card = (state: KnownRollback, now = noon + 2 * minute): Message => rollbackCard({ id: 'rb1', rollback: state, now });

const done = (seconds: number): StepRun => ({ status: 'succeeded', startedAt: noon, endedAt: noon + seconds * 1000 });
const pending: StepRun = { status: 'pending' };
const running: StepRun = { status: 'started', startedAt: noon, url: 'https://github.test/runs/77', message: 'job 2 of 3: smoke test' };
const [traffic, flag, code] = campaign.steps;

const waitsAtGate = planned('executing', {
  plan: { ...campaign, steps: [traffic!, flag!, { ...code!, gate: { kind: 'manual', text: 'Is the queue of orders empty?' } }] },
  steps: [done(1), done(1), { ...pending, message: 'waits until somebody confirms' }],
});

const asked: Gallery = {
  'requested, one step': card(rollback('requested', { votes: [] })),
  'requested, two requirements, typed name': card(planned('requested', { policy: twoRequirements })),
  'requested, the checks stop it': card(rollback('requested', { checks: blocking, votes: [] })),
  'requested, separate start': card(rollback('requested', { policy: separate, votes: [] })),
  'requested, after an edit': card(planned('requested', { votes: [], editedBy: ['U3'], escalatedAt: noon })),
  'requested, too late': card(rollback('requested', {}), noon + 20 * minute),
};

const { startOrderedAt: _, ...notOrdered } = rollback('approved', { policy: separate, executeBy: noon + 10 * minute });

const underWay: Gallery = {
  'approved, waits for Start': card(notOrdered),
  'approved, about to begin': card(rollback('approved', { executeBy: noon + 10 * minute })),
  'approved, deferred': card(
    rollback('approved', { executeBy: noon + 10 * minute, steps: [{ ...pending, message: 'waiting for GitHub, next try 12:03 UTC' }] }),
  ),
  'glass broken': card(rollback('approved', { executeBy: noon + 10 * minute, glass, votes: [] })),
  executing: card(rollback('executing')),
  'executing a plan': card(planned('executing', { steps: [done(1), done(1), running] })),
  'executing, at a manual gate': card(waitsAtGate),
  'being called off': card(planned('executing', { steps: [done(1), done(1), running], cancelledBy: 'U1', cancelReason: 'wrong plan' })),
  compensating: card(
    planned('compensating', { steps: [done(1), done(1), { status: 'failed', message: 'smoke test failed' }], undoing: [1, 0] }),
  ),
  'verifying, one gate ignored': card(
    planned('verifying', {
      plan: { ...campaign, verify: [campaign.verify[0]!, { ...campaign.verify[0]!, name: 'search latency' }] },
      steps: [done(1), done(1), done(192)],
      readings: [
        { ...reading(0.3, 'ignored', 'search latency'), note: 'was 30 % already before v42 was deployed' },
        reading(0.12),
        reading(0.004),
      ],
    }),
  ),
};

const outcomes: Partial<Record<RollbackStatus, string>> = {
  cancelled: 'it is the database, not the code',
  rejected: 'the cause is the database',
  abandoned: 'we scale by hand instead',
};

const outcomeOf = (status: RollbackStatus) => {
  const outcome = outcomes[status];
  return outcome === undefined ? {} : { outcome };
};

function others(statuses: readonly RollbackStatus[]): Gallery {
  return Object.fromEntries(statuses.map((status) => [status, card(rollback(status, outcomeOf(status)))]));
}

const ended: Gallery = {
  recovered: card(rollback('recovered', { endedAt: noon + 8 * minute, readings: [reading(0.004), reading(0.004), reading(0.004)] })),
  'recovered, with after-care': card(
    planned('recovered', {
      care,
      glass,
      votes: [],
      careOwner: 'U2',
      endedAt: noon + 8 * minute,
      steps: [done(1), done(1), done(192)],
      readings: [reading(0.004), reading(0.004), reading(0.004)],
    }),
  ),
  'not recovered': card(rollback('not recovered', { readings: [reading(0.12)], outcome: 'checkout errors stayed at 12 %' })),
  inconclusive: card(rollback('inconclusive', { readings: [reading(undefined)] })),
  'needs human, one step': card(rollback('needs human', { outcome: 'GitHub did not say whether the run was started' })),
  'needs human, a plan': card(
    planned('needs human', { steps: [done(1), { status: 'unknown', message: 'the flag service did not answer' }, pending] }),
  ),
  failed: card(
    planned('failed', {
      steps: [done(1), done(1), { ...running, status: 'failed', endedAt: noon + 40_000, message: 'smoke test failed' }],
      outcome: 'step 3 (code) failed: smoke test failed',
    }),
  ),
  'failed before it began': card(
    rollback('failed', { steps: [{ status: 'failed', message: 'HTTP 422: no such workflow' }], outcome: 'HTTP 422: no such workflow' }),
  ),
  compensated: card(
    planned('compensated', {
      steps: [done(1), done(1), { status: 'failed', startedAt: noon, endedAt: noon + 40_000, message: 'smoke test failed' }],
      undoing: [1, 0],
      outcome: 'step 3 (code) failed: smoke test failed',
    }),
  ),
  'expired, nobody came': card(rollback('expired', { votes: [] })),
  'expired, did not begin': card(rollback('expired', { policy: separate })),
  ...others(['cancelled', 'rejected', 'drifted', 'abandoned']),
};

/** Every state, and what only the asker sees. */
export const rollbackCards: Gallery = { ...asked, ...underWay, ...ended, details: rollbackDetails({ rollback: planned('verifying') }) };

/** Whether a state was forgotten. */
export const missingStatuses = (): RollbackStatus[] =>
  rollbackStatuses.filter(
    (status) => !Object.keys(rollbackCards).some((name) => name.startsWith(status === 'executing' ? 'executing' : status)),
  );
