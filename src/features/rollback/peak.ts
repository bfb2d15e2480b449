import { isInWeek, type PeakHours } from '../../domain/calendar.ts';
import type { Peak } from '../../domain/database-rules.ts';
import { clockIn } from '../../domain/window.ts';
import { ProviderError, type Deps } from '../../ports.ts';

/** Are these peak hours: by the calendar, else by the load? A load that cannot be read counts as peak, and says so. */
export async function peakOf({ metrics, now }: Pick<Deps, 'metrics' | 'now'>, hours: PeakHours | undefined): Promise<Peak | undefined> {
  if (!hours) return undefined;
  const { timeZone, from, to, days, load } = hours;
  const clock = `it is ${clockIn(timeZone, now())} in ${timeZone}`;
  if (isInWeek(hours, timeZone, now())) return { inPeak: true, reason: `${clock}, and ${from} to ${to} is busy on ${days.join(', ')}` };
  if (!load) return { inPeak: false, reason: clock };
  return byLoad(metrics, load);
}

async function byLoad(metrics: Deps['metrics'], { provider, query, above }: NonNullable<PeakHours['load']>): Promise<Peak> {
  const measured = await measure(metrics, { provider, query });
  if ('missing' in measured) return { inPeak: true, reason: `the load is not known, which counts as peak: ${measured.missing}` };
  const { value } = measured;
  return { inPeak: value > above, reason: `the load is ${shown(value)}, ${value > above ? 'above' : 'not above'} ${above}` };
}

async function measure(metrics: Deps['metrics'], { provider, query }: { provider: string; query: string }) {
  try {
    return await metrics(provider).measure(query);
  } catch (error) {
    if (error instanceof ProviderError) return { missing: error.message };
    throw error;
  }
}

const shown = (value: number): string => String(Number(value.toPrecision(4)));
