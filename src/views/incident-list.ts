import type { KnownIncident } from '../domain/incident.ts';
import { incidentName } from '../domain/words.ts';
import type { Known, Message } from './blocks.ts';
import { actions, button, context, message, section } from './blocks.ts';
import { ids } from './ids.ts';
import { channelLink, count, date, line, mention } from './text.ts';
import { severitySigns, statusWords } from './words.ts';

const shown = 20;

/** Open incidents, the worst first. */
export function incidentList(incidents: readonly Known<KnownIncident>[]): Message {
  const states = incidents.map(({ state }) => state).toSorted(worstFirst);
  const left = states.length - shown;
  return message(countText(states.length), [
    section(`*${countText(states.length)}*`),
    ...states.slice(0, shown).map((state) => section(incidentRow(state))),
    left > 0 ? context(`and ${count(left, 'more incident')}`) : undefined,
    actions(button(ids.openDeclare, 'Declare incident')),
  ]);
}

/** `No incident is open.`, `2 incidents are open.` */
export function countText(open: number): string {
  if (open === 0) return 'No incident is open.';
  return `${count(open, 'incident is open', 'incidents are open')}.`;
}

export const worstFirst = (a: KnownIncident, b: KnownIncident): number =>
  a.severity.localeCompare(b.severity) || b.declaredAt - a.declaredAt;

/** One incident on two lines. */
export function incidentRow({ number, severity, status, title, room, roles, declaredAt }: KnownIncident): string {
  const where = room === undefined ? 'no war room yet' : channelLink(room.id);
  const commander = roles.ic === undefined ? '' : ` · IC ${mention(roles.ic)}`;
  return `${severitySigns[severity]} *${incidentName(number)}* · ${severity} · ${statusWords[status]} — ${line(title, 200)}\n${where}${commander} · since ${date(declaredAt, 'datetime')}`;
}
