// Is much at stake for the data of an environment just now?
import { isInWeek, type PeakHours } from './calendar.ts';
import type { Peak } from './database-rules.ts';
import type { Measurement } from './measurement.ts';
import { clockIn } from './window.ts';

export interface PeakQuestion {
  now: number;
  /** Asked only where the calendar does not say peak already; it answers what is missing instead of throwing. */
  measure: (load: NonNullable<PeakHours['load']>) => Promise<Measurement>;
}

/** By the calendar, else by the load; nothing where no peak hours are configured. A load nobody can tell counts as peak, and says so. */
export async function peakOf(hours: PeakHours | undefined, { now, measure }: PeakQuestion): Promise<Peak | undefined> {
  if (!hours) return undefined;
  const { timeZone, from, to, days, load } = hours;
  const clock = `it is ${clockIn(timeZone, now)} in ${timeZone}`;
  if (isInWeek(hours, timeZone, now)) return { inPeak: true, reason: `${clock}, and ${from} to ${to} is busy on ${days.join(', ')}` };
  if (!load) return { inPeak: false, reason: clock };
  return byLoad(load.above, await measure(load));
}

function byLoad(above: number, measured: Measurement): Peak {
  if ('missing' in measured) return { inPeak: true, reason: `the load is not known, which counts as peak: ${measured.missing}` };
  const { value } = measured;
  return { inPeak: value > above, reason: `the load is ${shown(value)}, ${value > above ? 'above' : 'not above'} ${above}` };
}

const shown = (value: number): string => String(Number(value.toPrecision(4)));
