import type { HoldEvent } from './hold.ts';
import type { Decision } from './decision.ts';
import type { IncidentEvent, KnownIncident, Update } from './incident.ts';
import { nextUndo, runnable, unlockedBy } from './rollback-flow.ts';
import type { KnownRollback, Place, RollbackEvent } from './rollback-state.ts';

/** What a fact sets in motion. Payloads hold ids only: the job reads the current state and returns early when nothing is left to do. */
export type JobRequest =
  | { kind: 'room.open'; payload: { incidentId: string } }
  | { kind: 'room.invite'; payload: { incidentId: string; user?: string } }
  | { kind: 'room.topic'; payload: { incidentId: string } }
  | { kind: 'room.bookmark'; payload: { incidentId: string } }
  | { kind: 'declarer.tell'; payload: { incidentId: string } }
  | { kind: 'card.draw'; payload: { card: CardKind; id: string } }
  /** Keeps the time on a running rollback's card. */
  | { kind: 'card.tick'; payload: { rollbackId: string } }
  | { kind: 'card.pin'; payload: { card: CardKind; id: string } }
  | { kind: 'role.brief'; payload: { incidentId: string; role: string; user: string } }
  | { kind: 'fact.announce'; payload: { incidentId: string; seq: number } }
  | { kind: 'update.deliver'; payload: { incidentId: string; seq: number } }
  | { kind: 'update.publish'; payload: { incidentId: string; seq: number } }
  | { kind: 'incident.advance'; payload: { incidentId: string; status: 'mitigating' | 'monitoring'; rollback: number } }
  /** A rollback that began holds the deploys of its service. */
  | { kind: 'incident.lock'; payload: { incidentId: string; rollbackId: string } }
  /** Closes the deploy paths of what is held, and opens those of what is held no more. */
  | { kind: 'hold.apply'; payload: { incidentId: string } }
  | { kind: 'care.unlocked'; payload: { incidentId: string; seq: number } }
  | { kind: 'decision.revisit'; payload: { incidentId: string; number: number } }
  | { kind: 'rollback.expire'; payload: { rollbackId: string } }
  | { kind: 'rollback.escalate'; payload: { rollbackId: string } }
  /** Tells everybody who could approve: that they are needed, or that they were skipped. */
  | { kind: 'approvers.tell'; payload: { incidentId: string; seq: number } }
  | { kind: 'care.remind'; payload: { rollbackId: string } }
  | { kind: 'rollback.run-step'; payload: StepPayload }
  | { kind: 'rollback.watch-step'; payload: StepPayload }
  | { kind: 'rollback.cancel-step'; payload: StepPayload }
  | { kind: 'rollback.verify'; payload: { rollbackId: string } };

/** One run of one step: its own, or the one that undoes it. */
type StepPayload = Place & { rollbackId: string };

export type JobKind = JobRequest['kind'];

/**
 * `headline` and `welcome` stand in the war room, `digest` in the digest channel, `rollback` and `decision` in their incident's war
 * room. A decision's id is its incident's and its own number (`decisionCardId`).
 */
export type CardKind = 'headline' | 'welcome' | 'digest' | 'rollback' | 'decision';

/** Which card shows a decision: `incident id#number`. */
const decisionCardId = (incidentId: string, number: number): string => `${incidentId}#${number}`;

/** Names a posted card for ever. */
export const cardKey = ({ card, id }: { card: CardKind; id: string }): string => `${card}:${id}`;

export type Job = JobRequest & {
  /** Jobs of one order run one after another; those of different orders side by side. */
  order: string;
  /** While one with this key waits, a second is not stored: it would read the same state. */
  dedupe?: string;
  /** Epoch milliseconds; absent = now. */
  dueAt?: number;
};

interface Where {
  id: string;
  incidentId: string;
  seq: number;
}

const draw = (card: CardKind, id: string): Job => {
  const key = `card:${cardKey({ card, id })}`;
  return { kind: 'card.draw', payload: { card, id }, order: key, dedupe: key };
};

const incidentCards = (id: string): Job[] => [draw('headline', id), draw('digest', id)];

const announce = ({ incidentId, seq }: Where): Job => ({
  kind: 'fact.announce',
  payload: { incidentId, seq },
  order: `room:${incidentId}`,
});

const topic = (incidentId: string): Job => ({
  kind: 'room.topic',
  payload: { incidentId },
  order: `topic:${incidentId}`,
  dedupe: `topic:${incidentId}`,
});

/** Jobs caused by a fact of an incident. Until its room exists there is nowhere to draw: `room-opened` draws everything then. */
export function reactToIncident(event: IncidentEvent, after: KnownIncident, where: Where): Job[] {
  const { incidentId } = where;
  switch (event.type) {
    case 'incident.declared':
      return [{ kind: 'room.open', payload: { incidentId }, order: `room:${incidentId}` }];
    case 'incident.room-opened':
      return [...roomOpened(after, incidentId), publish(where)];
    case 'incident.room-failed':
      return [tellDeclarer(incidentId), draw('digest', incidentId)];
    case 'incident.role-assigned':
      return after.room
        ? [...incidentCards(incidentId), draw('welcome', incidentId), topic(incidentId), announce(where), ...brief(event, incidentId)]
        : [];
    case 'incident.status-changed':
      return after.room ? [...incidentCards(incidentId), topic(incidentId), announce(where)] : [];
    case 'incident.resolved':
      return [
        publish(where),
        ...decisionCards(after, incidentId),
        ...(after.room ? [...incidentCards(incidentId), topic(incidentId), announce(where)] : []),
      ];
    case 'incident.update-published':
      return [deliver(where, event.update.id), ...incidentCards(incidentId), ...(isOwnNews(event.update) ? [announce(where)] : [])];
    case 'incident.update-undelivered':
      return [announce(where)];
    case 'incident.update-delivered':
      return [];
    case 'incident.frozen':
    case 'incident.unfrozen':
    case 'incident.path-recorded':
      return [...held(event, where), ...(after.room ? [...incidentCards(incidentId), announce(where)] : [])];
    case 'incident.decided':
      return [revisit(event.decision, incidentId), ...decisionCards(after, incidentId), ...incidentCards(incidentId)];
    case 'incident.decision-due':
      return [draw('decision', decisionCardId(incidentId, event.number)), announce(where)];
  }
}

/** The newest decision, and the one it replaces: its buttons go. */
const decisionCards = ({ decision, decisionBefore }: KnownIncident, incidentId: string): Job[] =>
  [decision, decisionBefore].flatMap((each) => (each === undefined ? [] : [draw('decision', decisionCardId(incidentId, each.number))]));

/** Brings the commander back when the time of the decision is over. */
const revisit = ({ number, revisitAt }: Decision, incidentId: string): Job => ({
  kind: 'decision.revisit',
  payload: { incidentId, number },
  order: `decision:${incidentId}:${number}`,
  dueAt: revisitAt,
});

function held(event: HoldEvent, { incidentId, seq }: Where): Job[] {
  const order = `hold:${incidentId}`;
  const apply: Job = { kind: 'hold.apply', payload: { incidentId }, order };
  if (event.type === 'incident.path-recorded') return event.outcome === 'opening' ? [apply] : [];
  return event.type === 'incident.frozen'
    ? [apply]
    : [apply, { kind: 'care.unlocked', payload: { incidentId, seq }, order: `care:${incidentId}` }];
}

/** The room reads its own updates anyway, and those nobody wrote are no news to it. */
const isOwnNews = ({ audience, by }: Update): boolean => audience !== 'internal' && by !== 'warroom';

const deliver = ({ incidentId, seq }: Where, update: string): Job => ({
  kind: 'update.deliver',
  payload: { incidentId, seq },
  order: `update:${update}`,
});

/** The updates nobody has to write: at the beginning, the recovery and the end. */
const publish = ({ incidentId, seq }: Where): Job => ({
  kind: 'update.publish',
  payload: { incidentId, seq },
  order: `publish:${incidentId}`,
});

function roomOpened(after: KnownIncident, incidentId: string): Job[] {
  const once = (kind: 'room.bookmark' | 'room.invite'): Job => ({ kind, payload: { incidentId }, order: `${kind}:${incidentId}` });
  const roles = Object.entries(after.roles).flatMap(([role, user]) => briefing(incidentId, role, user));
  return [
    once('room.invite'),
    ...incidentCards(incidentId),
    draw('welcome', incidentId),
    ...decisionCards(after, incidentId),
    { kind: 'card.pin', payload: { card: 'headline', id: incidentId }, order: `card:headline:${incidentId}` },
    tellDeclarer(incidentId),
    topic(incidentId),
    once('room.bookmark'),
    ...roles,
  ];
}

const tellDeclarer = (incidentId: string): Job => ({ kind: 'declarer.tell', payload: { incidentId }, order: `tell:${incidentId}` });

function briefing(incidentId: string, role: string, user: string): Job[] {
  return [
    { kind: 'room.invite', payload: { incidentId, user }, order: `invite:${incidentId}:${user}` },
    { kind: 'role.brief', payload: { incidentId, role, user }, order: `brief:${incidentId}:${role}` },
  ];
}

const brief = (event: Extract<IncidentEvent, { type: 'incident.role-assigned' }>, incidentId: string): Job[] =>
  event.user === null ? [] : briefing(incidentId, event.role, event.user);

/** Facts that move the rollback's engine on. */
function engine(event: RollbackEvent, after: KnownRollback, { id, incidentId, seq }: Where): Job[] {
  const advance = (status: 'mitigating' | 'monitoring'): Job => ({
    kind: 'incident.advance',
    payload: { incidentId, status, rollback: after.number },
    order: `advance:${incidentId}`,
  });
  switch (event.type) {
    case 'rollback.requested':
    case 'rollback.edited':
      return [expiry(id, after.approveBy), ...escalation(id, event.at, after)];
    case 'rollback.votes-voided': // open again: the first deadline may have passed meanwhile, and who could approve is needed anew
    case 'rollback.revoked':
      return after.status === 'requested' ? [expiry(id, after.approveBy), ...escalation(id, event.at, after)] : [];
    case 'rollback.cleared':
      return [expiry(id, event.executeBy)];
    case 'rollback.start-ordered':
      return runnable(after).map((step) => stepJob('rollback.run-step', id, { step }));
    case 'rollback.glass-broken':
    case 'rollback.escalated':
      return [{ kind: 'approvers.tell', payload: { incidentId, seq }, order: `approvers:${id}` }];
    case 'rollback.gate-passed':
    case 'rollback.step-requeued':
      return [stepJob('rollback.run-step', id, event)];
    case 'rollback.step-intended':
      return event.at === after.startedAt ? [advance('mitigating'), lock(incidentId, id), tick(id, event.at)] : [];
    case 'rollback.step-started':
      // Called off while it was being started: nobody could tell the provider before it had a name.
      return [
        stepJob('rollback.watch-step', id, event),
        ...(after.cancelledBy === undefined || event.back ? [] : [stepJob('rollback.cancel-step', id, event)]),
      ];
    case 'rollback.step-succeeded':
    case 'rollback.step-skipped':
    case 'rollback.step-failed':
      return event.back ? undoNext(id, after) : unlockedBy(after, event.step).map((step) => stepJob('rollback.run-step', id, { step }));
    case 'rollback.compensation-started':
      return undoNext(id, after);
    case 'rollback.cancel-requested':
      return after.steps.flatMap(({ status }, step) => (status === 'started' ? [stepJob('rollback.cancel-step', id, { step })] : []));
    case 'rollback.verification-started':
      return [{ kind: 'rollback.verify', payload: { rollbackId: id }, order: `engine:${id}` }];
    case 'rollback.verified':
      return event.verdict === 'recovered' ? [advance('monitoring'), publish({ id, incidentId, seq })] : [];
    case 'rollback.care-opened':
      return event.items.some(({ done }) => done === undefined) ? [reminder(id, event.at + firstReminderMs)] : [];
    case 'rollback.care-reminded':
      return [reminder(id, event.at + betweenRemindersMs)];
    case 'rollback.care-done':
    case 'rollback.care-taken':
    case 'rollback.help-called':
    case 'rollback.approved':
    case 'rollback.rejected':
    case 'rollback.expired':
    case 'rollback.drifted':
    case 'rollback.step-progressed':
    case 'rollback.step-deferred':
    case 'rollback.step-repeated':
    case 'rollback.step-cancelled':
    case 'rollback.compensated':
    case 'rollback.cancelled':
    case 'rollback.failed':
    case 'rollback.held':
    case 'rollback.measured':
    case 'rollback.abandoned':
      return [];
  }
}

const hourMs = 60 * 60_000;
const firstReminderMs = 4 * hourMs;
const betweenRemindersMs = 24 * hourMs;

/** One at a time: whatever asked for it, what it says is read when it is due. */
const reminder = (rollbackId: string, dueAt: number): Job => ({
  kind: 'care.remind',
  payload: { rollbackId },
  order: `care:${rollbackId}`,
  dedupe: `care:${rollbackId}`,
  dueAt,
});

const expiry = (rollbackId: string, dueAt: number): Job => ({
  kind: 'rollback.expire',
  payload: { rollbackId },
  order: `expire:${rollbackId}:${dueAt}`,
  dueAt,
});

const escalation = (rollbackId: string, at: number, { policy: { escalateAfterMs } }: KnownRollback): Job[] =>
  escalateAfterMs === undefined
    ? []
    : [{ kind: 'rollback.escalate', payload: { rollbackId }, order: `escalate:${rollbackId}`, dueAt: at + escalateAfterMs }];

const firstTickMs = 10_000;

const tick = (rollbackId: string, at: number): Job => ({
  kind: 'card.tick',
  payload: { rollbackId },
  order: `tick:${rollbackId}`,
  dueAt: at + firstTickMs,
});

const lock = (incidentId: string, rollbackId: string): Job => ({
  kind: 'incident.lock',
  payload: { incidentId, rollbackId },
  order: `lock:${incidentId}`,
});

type StepJob = 'rollback.run-step' | 'rollback.watch-step' | 'rollback.cancel-step';

/** Runs of one step follow one another; those of different steps go side by side. Calling one off does not wait for it to end. */
function stepJob(kind: StepJob, rollbackId: string, { step, back }: Place): Job {
  const lane = `${kind === 'rollback.cancel-step' ? 'cancel' : 'engine'}:${rollbackId}:${step}${back ? ':undo' : ''}`;
  return { kind, payload: { rollbackId, step, ...(back ? { back } : {}) }, order: lane };
}

function undoNext(id: string, after: KnownRollback): Job[] {
  const step = nextUndo(after);
  return step === undefined ? [] : [stepJob('rollback.run-step', id, { step, back: true })];
}

/** Facts that only the rollback's own card shows. */
const onCardOnly: readonly RollbackEvent['type'][] = [
  'rollback.measured',
  'rollback.step-progressed',
  'rollback.step-deferred',
  'rollback.step-repeated',
];
const unannounced: readonly RollbackEvent['type'][] = [...onCardOnly, 'rollback.step-intended', 'rollback.cleared', 'rollback.care-done'];

/** A measurement is told when it changes what the verdict can say. */
const isUnannounced = (event: RollbackEvent): boolean =>
  event.type === 'rollback.measured' ? event.readings.every(({ verdict }) => verdict !== 'ignored') : unannounced.includes(event.type);

/** Jobs caused by a fact of a rollback: the engine's next move first, then what people see. */
export function reactToRollback(event: RollbackEvent, after: KnownRollback, where: Where): Job[] {
  return [
    ...engine(event, after, where),
    draw('rollback', where.id),
    ...(onCardOnly.includes(event.type) ? [] : incidentCards(where.incidentId)),
    ...(isUnannounced(event) ? [] : [announce(where)]),
  ];
}
