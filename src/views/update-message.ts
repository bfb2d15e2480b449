import type { KnownIncident, Update } from '../domain/incident.ts';
import { incidentName } from '../domain/words.ts';
import type { Message } from './blocks.ts';
import { context, header, message, section } from './blocks.ts';
import { channelLink, date, escape, line, mention } from './text.ts';
import { severitySigns } from './words.ts';

/** A published update as its readers see it. Customers read its text alone: no names, no numbers, no rooms. */
export function updateMessage(update: Update, incident: KnownIncident): Message {
  const { audience, text, by, at, nextAt } = update;
  if (audience === 'external') return message(escape(text), [section(escape(text))]);

  const { number, severity, title, room } = incident;
  const name = incidentName(number);
  const next = nextAt === undefined ? [] : [`Next update ${date(nextAt)}`];
  const where = room === undefined ? [] : [channelLink(room.id)];
  return message(`${name}, update (${audience}): ${line(text, 300)}`, [
    header(`${severitySigns[severity]} ${name} · update (${audience}) — ${title}`),
    section(escape(text)),
    context([`${date(at)} by ${mention(by)}`, ...next, ...where].join(' · ')),
  ]);
}
