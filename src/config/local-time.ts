// Dates as people write them, in the time zone they live in.

/** A date, or a date with a time; a zone of its own at the end wins over the one beside it. */
export const localPattern = /^(\d{4}-\d\d-\d\d)(?:T(([01]\d|2[0-3]):[0-5]\d(?::[0-5]\d)?)(Z|[+-]\d\d:\d\d)?)?$/;

const dayMs = 86_400_000;

/** Is there such a time zone? */
export function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    // The only way to ask: an unknown zone throws.
    return false;
  }
}

/**
 * The instant that a written date means there, in epoch milliseconds; undefined when there is no such day. A date alone is its whole
 * day: it begins at midnight, and as an end it lasts until the next.
 */
export function instantOf(text: string, timeZone: string, edge: 'from' | 'to'): number | undefined {
  const [, date = '', time, , zone] = localPattern.exec(text) ?? [];
  const midnight = Date.parse(`${date}T00:00:00Z`);
  if (Number.isNaN(midnight) || new Date(midnight).toISOString().slice(0, 10) !== date) return undefined;
  if (time !== undefined && zone !== undefined) return Date.parse(`${date}T${time}${zone}`);
  if (time !== undefined) return instantIn(timeZone, Date.parse(`${date}T${time}Z`));
  return instantIn(timeZone, edge === 'to' ? midnight + dayMs : midnight);
}

/** The instant at which the clocks there show what UTC clocks would show at `shown`; asked twice, because clocks change. */
function instantIn(timeZone: string, shown: number): number {
  const first = shown - offsetAt(timeZone, shown);
  return shown - offsetAt(timeZone, first);
}

function offsetAt(timeZone: string, at: number): number {
  const options = { year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit' } as const;
  const format = new Intl.DateTimeFormat('en-GB', { ...options, timeZone, hourCycle: 'h23' });
  const part = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, value]));
  const shown = `${part['year'] ?? ''}-${part['month'] ?? ''}-${part['day'] ?? ''}T${part['hour'] ?? ''}:${part['minute'] ?? ''}:${part['second'] ?? ''}Z`;
  return Date.parse(shown) - Math.floor(at / 1_000) * 1_000;
}
