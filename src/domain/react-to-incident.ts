import type { Decision } from './decision.ts';
import type { HoldEvent } from './hold.ts';
import type { IncidentEvent, KnownIncident, Update } from './incident.ts';
import type { Job, Where } from './job.ts';
import { announce, decisionCardId, draw, incidentCards, publish } from './job.ts';

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
