/** What was rolled back in a service before: how often, how it ended, where the time went, and what keeps coming back. */
import type { KnownBlock } from '@slack/types';
import type { KnownIncident } from '../domain/incident.ts';
import type { Repeat } from '../domain/repeat.ts';
import { repeatAfter } from '../domain/repeat.ts';
import type { KnownRollback } from '../domain/rollback.ts';
import type { Part, Times } from '../domain/times.ts';
import { parts } from '../domain/times.ts';
import type { TrackRecord } from '../domain/track-record.ts';
import { incidentName, rollbackName } from '../domain/words.ts';
import type { Message } from './blocks.ts';
import { actions, button, lines, message, note, section } from './blocks.ts';
import { ids } from './ids.ts';
import { channelLink, count, date, duration, line, listed, mention } from './text.ts';
import { originOf, placeOf, rollbackWords, shortLabel, targetOf } from './words.ts';

/** One rollback, with what its row says. */
export interface HistoryRow {
  rollback: KnownRollback;
  times: Times;
  /** Absent when it cannot be read. */
  incident?: KnownIncident | undefined;
}

export interface History {
  /** The service or the plan. */
  name: string;
  rows: readonly HistoryRow[];
  /** Of a later page: the number it continues from. */
  before?: number | undefined;
  /** Only on the first page. */
  summary?: { record: TrackRecord; repeats: readonly Repeat[]; capped: boolean } | undefined;
  /** The number before which the older ones begin, if there are any. */
  olderThan?: number | undefined;
}

/** One page, newest first; the first one begins with what all of them tell together. */
export function rollbackHistory({ name, rows, before, summary, olderThan }: History): Message {
  if (rows.length === 0)
    return note(before === undefined ? `${line(name)} was never rolled back with Warroom.` : 'There are no older ones.');
  const title = `Rollbacks of ${line(name)}${before === undefined ? '' : ` before ${rollbackName(before)}`}, newest first`;
  const head = summary === undefined ? undefined : summaryText(summary);
  return message(lines(`${title}.`, head), [
    section(lines(`*${title}*`, head)),
    ...rows.map((row) => section(rowText(row))),
    ...older(name, olderThan),
  ]);
}

const older = (name: string, before: number | undefined): (KnownBlock | undefined)[] =>
  before === undefined ? [] : [actions(button(ids.olderRollbacks, 'Older', { name, before }))];

const partWords: Record<Part, string> = {
  decide: 'deciding',
  approve: 'waiting for approvals',
  execute: 'running the steps',
  recover: 'waiting for production to recover',
};

function summaryText({ record, repeats, capped }: NonNullable<History['summary']>): string {
  const { ran30, ran90, notRun, medians } = record;
  const known = timesText(medians);
  return lines(
    `${ran30} in the last 30 days, ${ran90}${capped ? ' or more' : ''} in 90${endsText(record)}`,
    notRun === 0 ? undefined : `${count(notRun, 'more request', 'more requests')} never began`,
    known === '' ? undefined : `Usually (median): ${known}`,
    slowestText(record),
    ...repeats.slice(0, 5).map((repeat) => `⚠ ${repeatText(repeat)}`),
  );
}

function endsText({ ended, underWay }: TrackRecord): string {
  const texts = ended.map(({ status, count: many }) => `${many} ${rollbackWords[status]}`);
  if (underWay > 0) texts.push(`${underWay} under way`);
  return texts.length === 0 ? '' : `: ${texts.join(', ')}`;
}

function slowestText({ slowest }: TrackRecord): string | undefined {
  if (slowest === undefined) return undefined;
  return slowest.most ? `Most of the time went into ${partWords[slowest.part]}.` : `The longest part was ${partWords[slowest.part]}.`;
}

/** `decide 6 min · approve 2 min · execute 3 min · recover 40 s`: only the parts that are known, and why deciding began later. */
const timesText = (times: Times): string =>
  parts
    .flatMap((part) => {
      const ms = times[part];
      if (ms === undefined) return [];
      return [`${part} ${duration(ms)}${part === 'decide' && times.decidedSince === 'deployed' ? ' (since the deploy)' : ''}`];
    })
    .join(' · ');

/** What keeps coming back, with the rollbacks that show it. */
function repeatText(repeat: Repeat): string {
  const { rollbacks } = repeat;
  const names = listed([
    ...rollbacks.slice(0, 5).map(({ number }) => rollbackName(number)),
    ...(rollbacks.length > 5 ? [`${rollbacks.length - 5} more`] : []),
  ]);
  const often = `${rollbacks.length} times`;
  return repeat.kind === 'place'
    ? `${line(placeOf(repeat))} was rolled back ${often} in ${repeatAfter.days} days: ${names}`
    : `${line(shortLabel(repeat.version.label))} was rolled back from ${often} in ${line(repeat.environment, 40)}: ${names}`;
}

function rowText({ rollback, times, incident }: HistoryRow): string {
  const { number, plan, status, requestedBy, requestedAt, outcome } = rollback;
  const name = plan.name === undefined ? '' : ` · plan ${line(plan.name, 40)}`;
  const isWell = status === 'recovered' || outcome === undefined;
  return lines(
    `*${rollbackName(number)}* · ${line(originOf(plan))} → ${line(targetOf(plan))} · *${rollbackWords[status]}*${isWell ? '' : `: ${line(outcome, 150)}`}`,
    `${date(requestedAt, 'datetime')} · ${line(plan.environment, 40)}${name} · asked by ${mention(requestedBy)}`,
    splitText(times),
    incident && [incidentName(incident.number), ...(incident.room ? [channelLink(incident.room.id)] : [])].join(' · '),
  );
}

function splitText(times: Times): string {
  const { total } = times;
  return `${timesText(times)}${total === undefined ? '' : ` · *${duration(total)} in all*`}`;
}
