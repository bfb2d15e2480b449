import type { CalendarFreeze } from '../domain/calendar.ts';
import type { ClosedPath, HeldPath, Hold } from '../domain/hold.ts';
import { closedPathsOf, covers, holdsOf, stuckPathsOf } from '../domain/hold.ts';
import type { KnownIncident } from '../domain/incident.ts';
import { can } from '../domain/incident.ts';
import { incidentName } from '../domain/words.ts';
import type { Known, Message } from './blocks.ts';
import { actions, button, context, lines, message, section } from './blocks.ts';
import { holderWords, scopeWords } from './held.ts';
import { ids } from './ids.ts';
import { channelLink, count, date, line, listed } from './text.ts';

interface Holds {
  /** Those that hold something, or for which something is still closed. */
  holding: readonly Known<KnownIncident>[];
  /** What can be switched off at all. */
  paths: readonly HeldPath[];
  /** Those of the calendar that hold now. */
  calendar: readonly CalendarFreeze[];
  /** The incident of this war room. */
  here: Known<KnownIncident> | undefined;
}

const shown = 20;

/** Everything that is held just now: what, by whom, since when, why, and what is switched off for it. */
export function holdList({ holding, paths, calendar, here }: Holds): Message {
  const held = holding.flatMap((each) => holdsOf(each.state).map((hold) => ({ each, hold })));
  const stuck = holding.flatMap(({ state }) => stuckPathsOf(state).map((path) => ({ state, path })));
  const left = held.length - shown;
  const title = titleOf(held.length, calendar.length);
  return message(title, [
    section(`*${title}*`),
    ...held
      .slice(0, shown)
      .map(({ each, hold }) =>
        section(holdText(each.state, hold, paths), button(ids.openUnfreeze, 'Release…', { id: each.id, scope: hold.scope })),
      ),
    left > 0 ? context(`and ${count(left, 'more')}`) : undefined,
    ...stuck.slice(0, 10).map(({ state, path }) => section(stuckRow(state, path))),
    ...calendar.slice(0, 10).map((freeze) => section(calendarText(freeze))),
    here && can('incident.freeze', here.state) ? actions(button(ids.openFreeze, 'Hold deploys…', { id: here.id })) : undefined,
    context(howTo),
  ]);
}

const howTo =
  'Hold: `/rollback lock shop &lt;reason&gt;`, `/incident freeze all &lt;reason&gt;` · Release: `/rollback unlock shop &lt;reason&gt;`, `/incident unfreeze all &lt;reason&gt;`';

function titleOf(held: number, calendar: number): string {
  if (held === 0) return calendar === 0 ? 'No deploys are held.' : 'No deploys are held, except by the calendar.';
  return `${count(held, 'hold')} on deploys`;
}

function holdText(state: KnownIncident, hold: Hold, paths: readonly HeldPath[]): string {
  const room = state.room === undefined ? '' : ` ${channelLink(state.room.id)}`;
  const over = state.status === 'resolved' ? ', which is resolved' : '';
  return lines(
    `*${scopeWords(hold)}*: ${line(hold.reason, 300)}`,
    `since ${date(hold.at, 'datetime')} by ${holderWords(hold)}, for ${incidentName(state.number)}${room}${over}`,
    switchedText(state, hold, paths),
  );
}

/** A hold that switches nothing off is a word only, and must not look like more. */
function switchedText(state: KnownIncident, hold: Hold, paths: readonly HeldPath[]): string {
  const mine = paths.filter(({ service }) => covers(hold, service));
  const known = closedPathsOf(state).filter(({ service }) => covers(hold, service));
  if (mine.length === 0 && known.length === 0)
    return 'Nothing is switched off for it: Warroom knows no deploy workflow of it. Tell people.';
  if (known.length === 0) return 'Warroom switched nothing off for it: somebody else had, or it could not. See the timeline.';
  return known.slice(0, 5).map(pathText).join('\n');
}

function pathText({ name, outcome }: ClosedPath): string {
  const what = line(name, 100);
  switch (outcome) {
    case 'closing':
      return `Being switched off: ${what}`;
    case 'maybe closed':
      return `Nobody knows whether it is switched off: ${what}. Look there.`;
    case 'closed':
    case 'opening':
    case 'opened':
    case 'kept closed':
    case 'not closed':
    case 'not opened':
      return `Switched off: ${what}`;
  }
}

const stuckRow = ({ number }: KnownIncident, { name, service }: ClosedPath): string =>
  `*${line(name, 100)}* is still switched off, though ${incidentName(number)} holds it no more. Switch it on by hand, then type \`/rollback unlock ${incidentName(number)} ${line(service, 63)} &lt;reason&gt;\``;

function calendarText({ name, services, reason, when, timeZone }: CalendarFreeze): string {
  const what = services === undefined ? 'everything' : listed(services.map((service) => line(service, 63)));
  const until = when.kind === 'once' ? date(when.to, 'datetime') : `${when.to} (${line(timeZone, 60)})`;
  return `*${what}*: ${line(reason, 300)}\nby the calendar, ${line(name, 80)}, until ${until}`;
}
