// Times that are known beforehand: hours in which much is at stake, and freezes in which nothing new shall ship.
import type { Check, Step } from './plan.ts';
import { clockIn, minutesOf } from './window.ts';

/** Days of the week, as a calendar names them, Monday first. */
const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
export type Weekday = (typeof weekdays)[number];

/** The same hours every week. */
export interface WeeklyHours {
  /** On which days it begins. */
  days: readonly Weekday[];
  /** `HH:MM` */
  from: string;
  /** `HH:MM`, `24:00` for the end of the day; before `from` it means the next day. */
  to: string;
}

/** When much is at stake for the data of an environment. */
export interface PeakHours extends WeeklyHours {
  /** IANA name, for example `Europe/Berlin`. */
  timeZone: string;
  /** A measurement that makes any hour a busy one. */
  load?: { provider: string; query: string; above: number };
}

/** A time in which nothing new shall ship, told in the configuration. */
export interface CalendarFreeze {
  name: string;
  /** Absent = all services. */
  services?: readonly string[];
  timeZone: string;
  reason: string;
  when: FreezeTime;
}

/** Once, between two instants in epoch milliseconds (`to` no longer belongs to it), or every week. */
export type FreezeTime = { kind: 'once'; from: number; to: number } | ({ kind: 'weekly' } & WeeklyHours);

/** Is this instant within the weekly hours? Hours over midnight belong to the day on which they begin. */
export function isInWeek({ days, from, to }: WeeklyHours, timeZone: string, at: number): boolean {
  const { weekday, minutes } = momentIn(timeZone, at);
  const [begin, end] = [minutesOf(from), minutesOf(to)];
  const isOn = (day: Weekday): boolean => days.includes(day);
  if (begin < end) return isOn(weekday) && minutes >= begin && minutes < end;
  return (isOn(weekday) && minutes >= begin) || (isOn(dayBefore(weekday)) && minutes < end);
}

/** The freezes that hold at a time (epoch milliseconds), of whatever service. */
export const activeFreezes = ({ freezes = [] }: { readonly freezes?: readonly CalendarFreeze[] }, at: number): CalendarFreeze[] =>
  freezes.filter(({ when, timeZone }) => isFrozen(when, timeZone, at));

/** The freezes that hold for a service at a time (epoch milliseconds). */
export const calendarFreezes = (
  { freezes = [] }: { readonly freezes?: readonly CalendarFreeze[] },
  service: string,
  at: number,
): CalendarFreeze[] => activeFreezes({ freezes }, at).filter(({ services }) => services?.includes(service) ?? true);

/**
 * What a calendar freeze says to a rollback. Back to a version that was healthy is what a freeze is not about; a version nobody knows
 * to be good is a change like any other. Values, traffic and data have no versions of their own and are warned about only.
 */
export function freezeChecks(freezes: readonly CalendarFreeze[], steps: readonly Pick<Step, 'kind' | 'to'>[]): Check[] {
  const unproven = steps.find(({ kind, to }) => (kind === 'code' || kind === 'infrastructure') && to.health !== 'healthy');
  return freezes.map(({ name, reason }): Check => {
    const frozen = `The freeze ${name} holds now (${reason})`;
    const code = 'freeze_calendar';
    if (!unproven) return { code, level: 'warn', text: `${frozen}; going back to what was healthy is allowed all the same.` };
    const text = `${frozen}, and ${unproven.to.label} is not known to have been healthy.`;
    return { code, level: 'block', text, override: 'break-glass' };
  });
}

function isFrozen(when: FreezeTime, timeZone: string, at: number): boolean {
  switch (when.kind) {
    case 'once':
      return at >= when.from && at < when.to;
    case 'weekly':
      return isInWeek(when, timeZone, at);
  }
}

function momentIn(timeZone: string, at: number): { weekday: Weekday; minutes: number } {
  const name = new Intl.DateTimeFormat('en-GB', { timeZone, weekday: 'short' }).format(at).toLowerCase();
  const weekday = weekdays.find((day) => day === name);
  if (!weekday) throw new Error(`no such day: ${name}`);
  return { weekday, minutes: minutesOf(clockIn(timeZone, at)) };
}

const dayBefore = (day: Weekday): Weekday => weekdays[(weekdays.indexOf(day) + 6) % 7] ?? 'sun';
