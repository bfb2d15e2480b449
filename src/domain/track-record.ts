/** What the rollbacks of a service tell together: how often, how they ended, and where the time usually goes. */
import type { KnownRollback, RollbackStatus } from './rollback-state.ts';
import type { Part, Times } from './times.ts';
import { median, parts } from './times.ts';

const day = 24 * 60 * 60_000;

/** A rollback with its times. */
export interface Timed {
  rollback: KnownRollback;
  times: Times;
}

export interface TrackRecord {
  /** Rollbacks whose first step began, in the last 30 and in the last 90 days. */
  ran30: number;
  ran90: number;
  /** How those of the last 90 days ended, the most frequent first; what is under way has not ended. */
  ended: { status: RollbackStatus; count: number }[];
  underWay: number;
  /** Requests of the last 90 days that never began: rejected, expired, called off. */
  notRun: number;
  /** The median of each part over the last 90 days; absent where nothing is known. */
  medians: Partial<Record<Part, number>>;
  /** The longest of the medians; `most` = it takes more than all the others together. */
  slowest?: { part: Part; most: boolean };
}

/** Is it old enough to forget? Both limits count from the request. */
const within =
  (days: number, now: number) =>
  ({ rollback }: Timed) =>
    rollback.requestedAt > now - days * day;

/** Reads the last 90 days; what is older, or not handed in, does not count. */
export function trackRecord(all: readonly Timed[], now: number): TrackRecord {
  const recent = all.filter(within(90, now));
  const ran = recent.filter(({ rollback }) => rollback.startedAt !== undefined);
  const over = ran.filter(({ rollback }) => rollback.endedAt !== undefined);
  const medians = mediansOf(ran);
  const slowest = slowestOf(medians);
  return {
    ran30: ran.filter(within(30, now)).length,
    ran90: ran.length,
    ended: countedBy(over.map(({ rollback }) => rollback.status)),
    underWay: ran.length - over.length,
    notRun: recent.filter(({ rollback }) => rollback.startedAt === undefined && rollback.endedAt !== undefined).length,
    medians,
    ...(slowest && { slowest }),
  };
}

function mediansOf(timed: readonly Timed[]): Partial<Record<Part, number>> {
  const medians: Partial<Record<Part, number>> = {};
  for (const part of parts) {
    const middle = median(timed.flatMap(({ times }) => times[part] ?? []));
    if (middle !== undefined) medians[part] = middle;
  }
  return medians;
}

/** With a single part known there is nothing to compare. */
function slowestOf(medians: Partial<Record<Part, number>>): TrackRecord['slowest'] {
  const known = parts.flatMap((part) => (medians[part] === undefined ? [] : [{ part, ms: medians[part] }]));
  const [longest, ...others] = known.toSorted((a, b) => b.ms - a.ms);
  if (longest === undefined || others.length === 0 || longest.ms === 0) return undefined;
  return { part: longest.part, most: longest.ms > others.reduce((sum, { ms }) => sum + ms, 0) };
}

function countedBy(statuses: readonly RollbackStatus[]): TrackRecord['ended'] {
  const counts = new Map<RollbackStatus, number>();
  for (const status of statuses) counts.set(status, (counts.get(status) ?? 0) + 1);
  return [...counts].map(([status, count]) => ({ status, count })).toSorted((a, b) => b.count - a.count);
}
