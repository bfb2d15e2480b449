import type { KnownBlock } from '@slack/types';
import type { KnownIncident } from '../domain/incident.ts';
import { can, isOpen } from '../domain/incident.ts';
import type { Version } from '../domain/plan.ts';
import { incidentName } from '../domain/words.ts';
import type { Known, Message } from './blocks.ts';
import { button, header, message, section } from './blocks.ts';
import { freeRoles } from './headline-card.ts';
import { ids } from './ids.ts';
import { date, line, mention } from './text.ts';
import { shortLabel } from './words.ts';

export interface ServiceNow {
  name: string;
  /** What runs there, when it is known: a deploy shortly before is the first suspect. */
  current?: Version | undefined;
}

/** The first minute: who does what, what customers see, and the fastest way back. */
export function welcomeCard({ incident, services }: { incident: Known<KnownIncident>; services: readonly ServiceNow[] }): Message {
  const { id, state } = incident;
  const name = incidentName(state.number);
  return message(`${name}, the first minute: take the roles, say the impact, think of rolling back.`, [
    header('The first minute'),
    section(rolesText(state)),
    ...freeRoles(incident),
    impactRow(id, state),
    ...(isOpen(state) ? rollBackRows(id, services) : []),
    decideRow(id, state),
    freezeRow(id, state),
  ]);
}

function rolesText({ roles, status }: KnownIncident): string {
  const commander =
    roles.ic === undefined ? '' : ` ${mention(roles.ic)} is Incident Commander until somebody takes over with \`/incident ic me\`.`;
  return status === 'resolved' ? 'This incident is over.' : `*1. Take the roles.*${commander}`;
}

function impactRow(id: string, state: KnownIncident): KnownBlock | undefined {
  if (!isOpen(state)) return undefined;
  const text =
    state.impact === undefined
      ? '*2. Say the impact.* What do customers see, and how many of them? One sentence is enough.'
      : `*2. Check the impact.* It says: ${line(state.impact, 500)}`;
  const update = can('incident.publish-update', state) ? button(ids.openUpdate, 'Write update', { id, audience: 'internal' }) : undefined;
  return section(text, update);
}

function rollBackRows(id: string, services: readonly ServiceNow[]): KnownBlock[] {
  const intro = '*3. Did it begin with a deploy?* Rolling back protects customers, and the search for the cause can go on after it.';
  if (services.length === 0) return [section(intro, button(ids.openRequest, 'Plan rollback', { id }))];
  return [section(intro), ...services.slice(0, 8).map((service) => section(serviceText(service), planButton(id, service)))];
}

function decideRow(id: string, state: KnownIncident): KnownBlock | undefined {
  if (!can('incident.decide', state)) return undefined;
  const text = '*4. Roll back or roll forward?* The facts side by side, and what the rule of thumb says.';
  return section(text, button(ids.openDecide, 'Decide', { id }));
}

function freezeRow(id: string, state: KnownIncident): KnownBlock | undefined {
  if (!can('incident.freeze', state)) return undefined;
  const text = '*5. Freeze?* So that nothing new ships while you look: one service, or everything. A rollback locks its service by itself.';
  return section(text, button(ids.openFreeze, 'Hold deploys…', { id }));
}

const planButton = (id: string, { name }: ServiceNow) => button(ids.openRequest, 'Plan rollback', { id, service: name });

/** The card is rarely drawn again, so it tells what was deployed and not what runs: that may change below it. */
function serviceText({ name, current }: ServiceNow): string {
  if (current === undefined) return `*${line(name, 60)}*`;
  const since = current.deployedAt === undefined ? ' is deployed' : ` was deployed ${date(current.deployedAt, 'datetime')}`;
  const who = current.by === undefined ? '' : ` by ${line(current.by, 40)}`;
  return `*${line(name, 60)}*: ${line(shortLabel(current.label))}${since}${who}`;
}
