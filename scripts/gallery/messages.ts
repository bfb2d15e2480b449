/** Everything else that is posted: what was decided, what is held, what was before, who is called, and what the room hears. */
import type { KnownIncident } from '../../src/domain/incident.ts';
import type { KnownRollback, RollbackEvent } from '../../src/domain/rollback.ts';
import { repeatsIn } from '../../src/domain/repeat.ts';
import { timesOf } from '../../src/domain/times.ts';
import { trackRecord } from '../../src/domain/track-record.ts';
import { careList, careReminder } from '../../src/views/after-care.ts';
import { announcement } from '../../src/views/announcement.ts';
import { approverMessage } from '../../src/views/approver-message.ts';
import { message as built, section, type Message } from '../../src/views/blocks.ts';
import { decisionCard } from '../../src/views/decision-card.ts';
import { headlineCard } from '../../src/views/headline-card.ts';
import { helpCall } from '../../src/views/help-call.ts';
import { holdList } from '../../src/views/hold-list.ts';
import { planPreview } from '../../src/views/plan-preview.ts';
import { rollbackHistory } from '../../src/views/rollback-history.ts';
import { rollbackList } from '../../src/views/rollback-list.ts';
import { rollbackTargets } from '../../src/views/rollback-targets.ts';
import { roomTray } from '../../src/views/tray.ts';
import { welcomeCard } from '../../src/views/welcome-card.ts';
import { aDecision } from '../../test/support/builders.ts';
import { manners, noon, version } from '../../test/unit/views/examples.ts';
import { campaign, care, incident, minute, planned, rollback } from './examples.ts';
import type { Gallery } from './rollback-cards.ts';

const path = { service: 'shop', environment: 'production', name: 'deploy.yml of acme/shop' };
const lock = { id: 'hold-1', scope: 'shop', reason: 'RB-7 rolls it back', by: 'warroom', rollback: 7, at: noon } as const;
const freeze = { id: 'hold-2', scope: 'all', reason: 'nobody knows yet what it is', by: 'U1', at: noon };
const decision = aDecision({
  choice: 'roll back',
  recommended: 'roll back',
  recommendedBecause: ['an objective is being breached', 'no fix is in sight'],
  rejected: [
    { choice: 'flag off', why: 'no plan with a config step is configured' },
    { choice: 'roll forward' },
    { choice: 'scale' },
    { choice: 'wait', why: 'an objective is being breached' },
  ],
  facts: [
    'Deploy: v42 was deployed 12 min ago by dev',
    'Burn: breached, checkout errors 12 % (needs < 1 %)',
    'Last rollback: RB-5 took 4 min (recovered)',
  ],
  reason: 'it began with v42, and nobody has a fix',
  fixInSight: 'no',
});
const held: typeof incident = {
  ...incident,
  state: { ...incident.state, holds: [lock, freeze], closedPaths: [{ ...path, outcome: 'closed' }], decision },
};
const ready = { id: 'rb1', state: planned('recovered', { care, careOwner: 'U2' }) };
const v = (label: string, days: number, health: 'healthy' | 'failed' | 'unknown', id = '1'.repeat(40)) => ({
  version: version(manners.ordinary, label, { id, health, deployedAt: noon - days * 24 * 60 * minute }),
  left: [] as KnownRollback[],
});
const good = v('v41', 4, 'healthy', '9f8e7dd0123456789abcdef0123456789abcdef0');

const cards: Gallery = {
  'headline in the room, with holds': headlineCard({
    incident: held,
    rollbacks: [{ id: 'rb1', state: planned('executing') }],
    where: 'room',
  }),
  'headline in the digest channel': headlineCard({
    incident: held,
    rollbacks: [{ id: 'rb1', state: planned('executing') }],
    where: 'digest',
  }),
  'headline, resolved, with after-care left': headlineCard({
    incident: { ...held, state: { ...held.state, status: 'resolved', resolvedAt: noon + 40 * minute, resolution: 'rolled back to v41' } },
    rollbacks: [ready],
    where: 'room',
  }),
  welcome: welcomeCard({ incident, services: [{ name: 'shop', current: version(manners.ordinary, 'v42', { health: 'unknown' }) }] }),
  'tray in the room': roomTray({ incident: held, rollbacks: [ready] }),
  decision: decisionCard({ incident: held, decision }),
  'hold list': holdList({ holding: [held], paths: [path], calendar: [], here: held }),
  'after-care list': careList({ of: 'INC-12', rollbacks: [ready] }),
  'after-care reminder, direct': careReminder({ rollback: ready.state, incident: incident.state }),
  'call for help': helpCall({ by: 'U3', incident: incident.state, rollback: planned('not recovered'), owners: ['U4'] }),
  'rollback list': rollbackList({ name: 'INC-12', rollbacks: [ready, { id: 'rb2', state: planned('rejected', { number: 6 }) }] }),
  history: history(),
  targets: rollbackTargets({
    service: 'shop',
    environments: [
      {
        environment: 'production',
        current: v('v42', 0, 'unknown', 'a1b2c3d4e5f60123456789abcdef0123456789ab'),
        candidates: [
          good,
          v('v40', 9, 'failed'),
          { ...v('v39', 12, 'unknown'), left: [rollback('recovered', { number: 3, requestedAt: noon - 40 * minute })] },
        ],
        lastKnownGood: good.version,
        usual: { from: 'history', rollbacks: 3, executeMs: 3 * minute, recoverMs: minute },
      },
    ],
    plans: [
      {
        name: 'campaign',
        environment: 'production',
        description: 'Undo the promotion',
        groups: [['shift-traffic', 'promotion-off'], ['code']],
      },
    ],
    incidentId: 'i1',
    now: noon,
  }),
  'dry run of a plan': planPreview({
    service: 'shop',
    environment: 'production',
    plan: campaign,
    preview: {
      current: undefined,
      candidates: [],
      lastKnownGood: undefined,
      target: campaign.steps[2]!.to,
      change: undefined,
      checks: rollback('requested').checks,
      estimateSeconds: 200,
    },
    policyText: 'one approval by the Incident Commander or the Technical Lead',
    targets: [],
    incidentId: 'i1',
  }),
};

function history(): Message {
  const rows = [
    planned('recovered', { endedAt: noon + 8 * minute }),
    rollback('rejected', { number: 6, outcome: 'the cause is the database' }),
  ].map((each) => ({
    rollback: each,
    times: timesOf(each, incident.state),
    incident: incident.state,
  }));
  const known = rows.map((row) => row.rollback);
  const summary = { record: trackRecord(rows, noon + minute), repeats: repeatsIn(known, noon + minute), capped: false };
  return rollbackHistory({ name: 'shop', rows, summary });
}

const by = { by: 'U1', at: noon };
const warroom = { by: 'warroom', at: noon } as const;
const asked = planned('requested');

const events: readonly RollbackEvent[] = [
  { type: 'rollback.requested', ...asked, by: 'U2', at: noon },
  { type: 'rollback.approved', vote: asked.votes[0]!, planHash: asked.planHash, ...by, at: asked.votes[0]!.at },
  { type: 'rollback.revoked', ...by },
  { type: 'rollback.edited', ...asked, difference: 'step code goes to v40, before to v41', voided: ['U1'], by: 'U3', at: noon },
  {
    type: 'rollback.glass-broken',
    reason: 'nobody else is awake and every minute costs orders',
    skipped: 'the approval of the Technical Lead',
    overridden: [],
    ...by,
  },
  { type: 'rollback.escalated', ...warroom },
  { type: 'rollback.votes-voided', users: ['U1'], ...warroom },
  { type: 'rollback.expired', phase: 'approval', ...warroom },
  { type: 'rollback.expired', phase: 'execution', ...warroom },
  { type: 'rollback.drifted', step: 0, ...warroom },
  { type: 'rollback.rejected', reason: 'the cause is the database', ...by },
  { type: 'rollback.step-started', step: 1, ref: '1', ...warroom },
  { type: 'rollback.step-succeeded', step: 0, ...warroom },
  { type: 'rollback.step-failed', step: 1, reason: 'the flag service said HTTP 503', ...warroom },
  { type: 'rollback.held', step: 1, reason: 'the flag service did not answer', ...warroom },
  { type: 'rollback.step-skipped', step: 1, reason: 'switched by hand', ...by },
  { type: 'rollback.step-requeued', step: 1, reason: 'not there', ...by },
  { type: 'rollback.gate-passed', step: 2, ...by },
  { type: 'rollback.cancel-requested', reason: 'wrong plan', ...by },
  { type: 'rollback.compensation-started', steps: [1, 0], ...warroom },
  { type: 'rollback.compensated', reason: 'step 3 (code) failed', ...warroom },
  { type: 'rollback.cancelled', ...warroom },
  { type: 'rollback.failed', reason: 'step 3 (code) failed: smoke test failed', ...warroom },
  { type: 'rollback.verification-started', ...warroom },
  { type: 'rollback.verified', verdict: 'recovered', ...warroom },
  { type: 'rollback.verified', verdict: 'not recovered', reason: 'checkout errors stayed at 12 %', ...warroom },
  { type: 'rollback.verified', verdict: 'inconclusive', reason: 'no data from Prometheus', ...warroom },
  { type: 'rollback.abandoned', reason: 'we scale by hand instead', ...by },
  { type: 'rollback.care-opened', items: care, owner: 'U2', ...warroom },
  { type: 'rollback.care-reminded', ...warroom },
  { type: 'rollback.care-taken', ...by },
];

/** What the room hears of a rollback, in one message: to be read from top to bottom. */
function heard(): Message {
  const state = { ...ready.state, steps: planned('executing').steps };
  const told = events.map(
    (event) => announcement({ entityId: 'rb1', event, at: event.at }, { incident: incident.state, rollback: state })?.text,
  );
  return built(
    'What the room hears',
    told.map((text, index) => section(`${index + 1}. ${text ?? '(nothing)'}`)),
  );
}

const ofIncident = (): Message => {
  const state: KnownIncident = held.state;
  const facts = [
    { type: 'incident.frozen', hold: freeze, ...by },
    { type: 'incident.unfrozen', hold: freeze, reason: 'v43 repairs it', ...by },
    { type: 'incident.path-recorded', path, outcome: 'closed', ...warroom },
    { type: 'incident.path-recorded', path, outcome: 'not closed', reason: 'GitHub says HTTP 403', ...warroom },
    { type: 'incident.path-recorded', path, outcome: 'not opened', reason: 'GitHub says HTTP 403', ...warroom },
    { type: 'incident.decision-due', number: 1, choice: 'roll back', ...warroom },
    { type: 'incident.resolved', note: 'rolled back to v41', ...by },
  ] as const;
  const told = facts.map((event) => announcement({ entityId: 'i1', event, at: event.at }, { incident: state, byWord: ['search'] })?.text);
  return built(
    'What the room hears',
    told.map((text, index) => section(`${index + 1}. ${text ?? '(nothing)'}`)),
  );
};

/** By what it is. */
export const otherMessages = (): Gallery => ({
  ...cards,
  'announcements of a rollback': heard(),
  'announcements of holds': ofIncident(),
  'to an approver: needed': approverMessage({ type: 'rollback.escalated', ...warroom }, { incident: incident.state, rollback: asked }),
  'to an approver: skipped': approverMessage(
    {
      type: 'rollback.glass-broken',
      reason: 'nobody else is awake and every minute costs orders',
      skipped: 'the approval of the Technical Lead',
      overridden: [],
      ...by,
    },
    { incident: incident.state, rollback: asked },
  ),
});
