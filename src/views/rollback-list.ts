import type { KnownIncident } from '../domain/incident.ts';
import type { KnownRollback } from '../domain/rollback.ts';
import { isUnderWay } from '../domain/rollback.ts';
import { incidentName, rollbackName } from '../domain/words.ts';
import type { Known, Message } from './blocks.ts';
import { context, message, note, section } from './blocks.ts';
import { channelLink, count, date, line, mention, quoted } from './text.ts';
import { originOf, placeOf, rollbackWords, targetOf } from './words.ts';

const shown = 20;

/** The rollbacks of one incident, those under way first. */
export function rollbackList({ name, rollbacks }: { name: string; rollbacks: readonly Known<KnownRollback>[] }): Message {
  const known = rollbacks.map(({ state }) => state);
  if (known.length === 0) return note(`${line(name)} has no rollback. \`/rollback plan\` shows what is possible.`);

  const live = known.filter(isUnderWay);
  const over = known.filter((state) => !isUnderWay(state));
  return rows(
    `*Rollbacks of ${line(name)}*: ${live.length === 0 ? 'none is under way' : count(live.length, 'is under way', 'are under way')}`,
    [...live, ...over],
  );
}

/** A card shown away from its war room says where that is. */
export const withIncident = (card: Message, incident: KnownIncident | undefined): Message => {
  if (incident === undefined) return card;
  const room = incident.room === undefined ? '' : ` · ${channelLink(incident.room.id)}`;
  return message(card.text, [...card.blocks, context(`${incidentName(incident.number)}${room}`)]);
};

function rows(title: string, states: readonly KnownRollback[]): Message {
  const left = states.length - shown;
  return message(title.replaceAll('*', ''), [
    section(title),
    ...states.slice(0, shown).map((state) => section(row(state))),
    left > 0 ? context(`and ${count(left, 'more rollback')}`) : undefined,
  ]);
}

function row({ number, plan, status, requestedBy, requestedAt, reason, outcome }: KnownRollback): string {
  const why = outcome === undefined ? quoted(reason, 150) : line(outcome, 200);
  const what = `${line(placeOf(plan))} ${line(originOf(plan))} → ${line(targetOf(plan))}`;
  return `*${rollbackName(number)}* · ${what} · *${rollbackWords[status]}*\n${date(requestedAt, 'datetime')}, asked by ${mention(requestedBy)} · ${why}`;
}
