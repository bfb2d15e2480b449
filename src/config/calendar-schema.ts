// Calendars: hours in which much is at stake, and freezes in which nothing new shall ship.
import { z } from 'zod';
import { instantOf, isTimeZone, localPattern } from './local-time.ts';
import { Name } from './words.ts';

const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
type Weekday = (typeof weekdays)[number];

/** `09:00` */
export const TimeOfDay = z
  .string()
  .regex(/^([01]\d|2[0-3]):[0-5]\d$/, "is not a time of day; write it in quotes, for example '09:00'")
  .meta({ title: 'time of day' });

const EndOfHours = z
  .string()
  .regex(/^(([01]\d|2[0-3]):[0-5]\d|24:00)$/, "is not a time of day; write it in quotes, for example '20:00', at most '24:00'")
  .meta({ title: 'time of day' });

const TimeZone = z
  .string()
  .max(64)
  .refine(isTimeZone, 'is not a time zone; write region and city, for example Europe/Berlin, or UTC')
  .meta({ title: 'time zone' });

const Days = z
  .array(
    z
      .string()
      .regex(
        /^(mon|tue|wed|thu|fri|sat|sun)(\.\.(mon|tue|wed|thu|fri|sat|sun))?$/,
        'is not a day; write mon to sun, or a range as mon..fri',
      ),
  )
  .min(1, 'is empty; name at least one day')
  .max(7)
  .meta({ title: 'list of days' })
  .transform((written) => {
    const named = new Set(written.flatMap(daysOf));
    return weekdays.filter((day) => named.has(day));
  });

/** `mon..fri` -> five days; `sat..mon` goes over the end of the week. */
function daysOf(written: string): Weekday[] {
  const [first = '', last = first] = written.split('..');
  const begin = weekdays.findIndex((day) => day === first);
  const length = ((weekdays.findIndex((day) => day === last) - begin + 7) % 7) + 1;
  return [...weekdays, ...weekdays].slice(begin, begin + length);
}

const neverMet = { path: ['to'], message: "is the same time as from; write '00:00' and '24:00' for whole days" };

/** When an environment is busy. */
export const PeakHours = z
  .strictObject({
    days: Days.describe('Days on which the hours begin: mon to sun, or ranges as mon..fri.'),
    from: TimeOfDay.describe('Busy from this time on.'),
    to: EndOfHours.describe("Until this time; earlier than from means the next day, '24:00' the end of the day."),
    timeZone: TimeZone.describe('Name of a time zone, for example Europe/Berlin.'),
    load: z
      .strictObject({
        provider: Name.describe('Who measures, for example prometheus.'),
        query: z.string().trim().min(1, 'is empty').max(4_000, 'is longer than 4000 characters').describe('A single number: the load now.'),
        above: z.number().describe('With more than this it is peak at any hour. No answer counts as peak.'),
      })
      .optional()
      .describe('A measurement that makes any hour a busy one.'),
  })
  .refine(({ from, to }) => from !== to, neverMet)
  .describe('When much is at stake for the data here: schema-down and restore then wait, unless automated and drilled within 30 days.')
  .transform(({ load, ...hours }) => ({ ...hours, ...(load && { load }) }));

const Moment = z
  .string()
  .regex(localPattern, "is not a date; write it in quotes, for example '2026-12-24' or '2026-12-24T18:00'")
  .meta({ title: 'date, or date and time' });

const FreezeFields = z.strictObject({
  name: z.string().trim().min(1, 'is empty').max(75, 'is longer than 75 characters').describe('Shown where a rollback meets the freeze.'),
  services: z.array(Name).min(1, 'is empty; leave it out to freeze all services').max(100).optional().describe('Default: all services.'),
  from: Moment.optional().describe("Begin of a freeze that comes once: '2026-12-24' or '2026-12-24T18:00'."),
  to: Moment.optional().describe('Its end; a date alone belongs to it with its whole day.'),
  weekly: z
    .strictObject({
      days: Days.describe('Days on which it begins: mon to sun, or ranges as fri..sun.'),
      from: TimeOfDay.default('00:00').describe('It begins at this time.'),
      to: EndOfHours.default('24:00').describe('It ends at this time; earlier than from means the next day.'),
    })
    .refine(({ from, to }) => from !== to, neverMet)
    .optional()
    .describe('Instead of from and to: a freeze that comes every week.'),
  timeZone: TimeZone.describe('Time zone of all these times, for example Europe/Berlin.'),
  reason: z
    .string()
    .trim()
    .min(1, 'is empty')
    .max(200, 'is longer than 200 characters')
    .describe('Why; people read it in the middle of an incident.'),
});
type FreezeFields = z.output<typeof FreezeFields>;

const Freeze = FreezeFields.superRefine((freeze, context) => {
  const refuse = (path: string[], message: string) => context.addIssue({ code: 'custom', path, message });
  const { from, to, weekly, timeZone } = freeze;
  if (weekly && (from !== undefined || to !== undefined))
    return refuse(['weekly'], 'stands beside from or to; a freeze comes once or every week');
  if (weekly) return;
  if (from === undefined) return refuse(['from'], 'is missing; write from and to, or weekly');
  if (to === undefined) return refuse(['to'], 'is missing; a freeze without an end is never lifted');
  const [begin, end] = [instantOf(from, timeZone, 'from'), instantOf(to, timeZone, 'to')];
  if (begin === undefined) return refuse(['from'], 'is not a day of the calendar');
  if (end === undefined) return refuse(['to'], 'is not a day of the calendar');
  if (end <= begin) refuse(['to'], 'is not after from, so the freeze never holds');
}).transform(({ name, services, timeZone, reason, ...times }) => ({
  name,
  ...(services && { services }),
  timeZone,
  reason,
  when: timeOf(times, timeZone),
}));

function timeOf({ from = '', to = '', weekly }: Pick<FreezeFields, 'from' | 'to' | 'weekly'>, timeZone: string) {
  if (weekly) return { kind: 'weekly' as const, ...weekly };
  const [begin, end] = [instantOf(from, timeZone, 'from'), instantOf(to, timeZone, 'to')];
  return { kind: 'once' as const, from: begin ?? Number.NaN, to: end ?? Number.NaN };
}

export const Freezes = z
  .array(Freeze)
  .max(50)
  .default([])
  .describe('Times in which nothing new shall ship. Going back to a version that was healthy stays allowed, with a warning.');
