import type { KnownBlock } from '@slack/types';
import type { KnownIncident } from '../domain/incident.ts';
import { can, isOpen } from '../domain/incident.ts';
import type { KnownRollback } from '../domain/rollback.ts';
import { isUnderWay } from '../domain/rollback.ts';
import type { Role } from '../domain/words.ts';
import { incidentName, roleNames, roles, rollbackName } from '../domain/words.ts';
import { leftText } from './after-care.ts';
import type { Known, Message } from './blocks.ts';
import { actions, button, context, header, lines, message, section } from './blocks.ts';
import { decidedText } from './decision-card.ts';
import { heldLines } from './held.ts';
import { ids } from './ids.ts';
import { channelLink, date, duration, line, mention } from './text.ts';
import { originOf, placeOf, roleLetters, rollbackWords, severitySigns, statusWords, targetOf } from './words.ts';

interface Headline {
  incident: Known<KnownIncident>;
  /** Those of this incident. */
  rollbacks: readonly Known<KnownRollback>[];
  /** In the war room it holds the buttons; in the digest channel it leads to the room. */
  where: 'room' | 'digest';
  /** The configured sign of the severity. */
  sign?: string | undefined;
}

/** How an incident stands, in one message that is edited in place. It holds no clock: moments are drawn by Slack. */
export function headlineCard({ incident, rollbacks, where, sign }: Headline): Message {
  const { state } = incident;
  const first = firstLine(state, sign);
  return message(headlineSentence(state), [
    header(first),
    section(lines(longTitle(state, first), peopleText(state, where), factsText(state, where))),
    section(lines(impactText(state), doingText(state, rollbacks), decisionText(state), heldLines(state), nextText(state))),
    ...(where === 'room' ? roomButtons(incident) : []),
    context(sinceText(state)),
  ]);
}

function firstLine({ number, severity, status, title }: KnownIncident, sign = severitySigns[severity]): string {
  return `${status === 'resolved' ? '✅' : sign} ${incidentName(number)} · ${severity} · ${statusWords[status]} — ${title}`;
}

/** A header holds 150 characters; a longer title stands in full below it. */
const longTitle = ({ title }: KnownIncident, first: string): string | undefined =>
  Array.from(first).length > 150 ? `*${line(title, 200)}*` : undefined;

/** “INC-12, SEV1, Mitigating: checkout errors ~30 %.” The same words for phones, topics and lists. */
export const headlineSentence = ({ number, severity, status, title: what }: KnownIncident): string =>
  `${incidentName(number)}, ${severity}, ${statusWords[status]}: ${line(what, 200)}`;

/** In the war room a free role has a row of its own, with its button. */
function peopleText(state: KnownIncident, where: Headline['where']): string {
  const shown = where === 'room' && isOpen(state) ? roles.filter((role) => state.roles[role] !== undefined) : roles;
  return shown.map((role) => `*${roleLetters[role]}* ${holder(state, role)}`).join(' · ');
}

const holder = ({ roles: held }: KnownIncident, role: Role): string => {
  const user = held[role];
  return user === undefined ? '— nobody yet' : mention(user);
};

function factsText({ services, room, roomTrouble }: KnownIncident, where: Headline['where']): string {
  const named = services.slice(0, 10).map((service) => line(service, 60));
  const about = named.length === 0 ? '*Services* not named yet' : `*Services* ${named.join(', ')}`;
  if (where === 'room') return about;
  if (room !== undefined) return `${about} · *Join* ${channelLink(room.id)}`;
  return `${about} · ${roomTrouble === undefined ? 'the war room is being opened' : `*No war room yet:* ${line(roomTrouble, 200)}`}`;
}

const impactText = ({ impact }: KnownIncident): string => `*Impact* ${impact === undefined ? 'not said yet' : line(impact, 500)}`;

function doingText(state: KnownIncident, rollbacks: readonly Known<KnownRollback>[]): string | undefined {
  const live = rollbacks.filter((each) => isUnderWay(each.state));
  if (live.length > 0)
    return `*Doing* ${live
      .slice(0, 5)
      .map(({ state: rollback }) => liveText(rollback))
      .join('; ')}`;
  return isOpen(state) ? undefined : lines(resolvedText(state), afterCareText(rollbacks));
}

/** What was decided last, and until when it holds. */
function decisionText(state: KnownIncident): string | undefined {
  if (state.decision === undefined || !isOpen(state)) return undefined;
  const { by, dueAt, revisitAt } = state.decision;
  const until = dueAt === undefined ? `until ${date(revisitAt)}` : 'its time is over';
  return `*Decided* ${decidedText(state.decision)}, by ${mention(by)}, ${until}`;
}

/** “RB-7 verifying: api (production) v42 → v41” */
export const liveText = ({ number, status, plan }: KnownRollback): string =>
  `${rollbackName(number)} ${rollbackWords[status]}: ${line(placeOf(plan))} ${line(originOf(plan))} → ${line(targetOf(plan))}`;

const resolvedText = ({ resolution }: KnownIncident): string | undefined =>
  resolution === undefined ? undefined : `*Ended by* ${line(resolution, 500)}`;

/** Resolving ends the incident, not what its rollbacks left behind. */
function afterCareText(rollbacks: readonly Known<KnownRollback>[]): string | undefined {
  const left = leftText(rollbacks);
  return left === undefined ? undefined : `*After-care* ${left}`;
}

function nextText(state: KnownIncident): string | undefined {
  if (!isOpen(state)) return undefined;
  const next = state.updates.internal?.nextAt;
  return next === undefined ? undefined : `*Next update* ${date(next)}`;
}

function roomButtons(incident: Known<KnownIncident>): (KnownBlock | undefined)[] {
  const { id, state } = incident;
  return [...freeRoles(incident), actions(...workButtons(id, state))];
}

/** One row for each role nobody holds, with the button that takes it. */
export function freeRoles({ id, state }: Known<KnownIncident>): KnownBlock[] {
  if (!can('incident.assign-role', state)) return [];
  const free = roles.filter((role) => state.roles[role] === undefined);
  return free.map((role) => section(`*${roleNames[role]}*: nobody yet`, button(ids.claimRole, `Take ${roleLetters[role]}`, { id, role })));
}

/** What can be done with an incident now. */
export const workButtons = (id: string, state: KnownIncident) => [
  can('incident.publish-update', state) ? button(ids.openUpdate, 'Update', { id, audience: 'internal' }) : undefined,
  can('incident.set-status', state) ? button(ids.openStatus, 'Status', { id }) : undefined,
  isOpen(state) ? button(ids.openRequest, 'Roll back', { id, service: state.services[0] }) : undefined,
  can('incident.decide', state) ? button(ids.openDecide, 'Decide', { id }) : undefined,
  can('incident.resolve', state) ? button(ids.openResolve, 'Resolve', { id }) : undefined,
];

function sinceText({ declaredAt, declaredBy, resolvedAt }: KnownIncident): string {
  const began = `Declared ${date(declaredAt, 'datetime')} by ${mention(declaredBy)}`;
  return resolvedAt === undefined ? began : `${began}, resolved ${date(resolvedAt, 'datetime')} after ${duration(resolvedAt - declaredAt)}`;
}

/** The channel's topic: plain text, at most 250 characters. */
export function topicText(state: KnownIncident): string {
  const people = roles.map((role) => `${roleLetters[role]} ${state.roles[role] === undefined ? '—' : mention(state.roles[role])}`);
  return [state.severity, statusWords[state.status], ...people].join(' · ').slice(0, 250);
}
