import type { KnownIncident, Update } from '../domain/incident.ts';
import type { Audience } from '../domain/words.ts';
import { incidentName } from '../domain/words.ts';
import type { Known, Message } from './blocks.ts';
import { context, message, paragraphs, section } from './blocks.ts';
import { clip, date, escape, line, mention, utcTime } from './text.ts';

const titles: Record<Audience, (state: KnownIncident) => string> = {
  internal: ({ number, severity, title }) => `*Update on ${incidentName(number)}* · ${severity} · ${line(title, 200)}`,
  // Customers and partners see neither our numbers nor our titles.
  external: ({ status }) => (status === 'resolved' ? '*Solved*' : '*Service update*'),
  support: ({ number }) => `*For support, ${incidentName(number)}*`,
};

/** A draft names the next one itself; who wrote freely may have left it out. */
const isSaid = ({ text, nextAt }: Update): boolean => nextAt !== undefined && text.includes(utcTime(nextAt));

/** An update as its readers get it. What people wrote keeps its bold words, and can neither mention nor link. */
export function updateMessage({ incident, update }: { incident: Known<KnownIncident>; update: Update }): Message {
  const title = titles[update.audience](incident.state);
  const by = update.audience === 'external' ? '' : `published by ${mention(update.by)}`;
  const next =
    update.nextAt === undefined || isSaid(update) || incident.state.status === 'resolved' ? '' : `next update ${date(update.nextAt)}`;
  const footer = [by, next].filter((part) => part !== '').join(' · ');
  return message(clip(`${title.replaceAll('*', '')}: ${escape(update.text)}`, 500), [
    section(title),
    ...paragraphs(update.text),
    footer === '' ? undefined : context(footer),
  ]);
}
