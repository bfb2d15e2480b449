import { describe, expect, it } from '@jest/globals';
import { activeFreezes, calendarFreezes, freezeChecks, isInWeek, type CalendarFreeze } from '../../../src/domain/calendar.ts';

const at = (text: string): number => Date.parse(text);
const office = { days: ['mon', 'tue', 'wed', 'thu', 'fri'], from: '08:00', to: '20:00' } as const;
const weekendNights = { days: ['fri', 'sat'], from: '22:00', to: '06:00' } as const;
const wholeSunday = { days: ['sun'], from: '00:00', to: '24:00' } as const;

describe('weekly hours', () => {
  it.each([
    ['2026-05-04T05:59:00Z', false], // a Monday; Berlin is two hours ahead in summer
    ['2026-05-04T06:00:00Z', true],
    ['2026-05-04T17:59:00Z', true],
    ['2026-05-04T18:00:00Z', false],
    ['2026-05-03T10:00:00Z', false], // a Sunday
    ['2026-01-05T06:59:00Z', false], // one hour ahead in winter
    ['2026-01-05T07:00:00Z', true],
  ])('go by the clocks and days of their time zone: %s', (text, within) =>
    expect(isInWeek(office, 'Europe/Berlin', at(text))).toBe(within),
  );

  it.each([
    ['2026-05-08T22:00:00Z', true], // Friday night
    ['2026-05-09T05:59:00Z', true],
    ['2026-05-09T06:00:00Z', false],
    ['2026-05-10T05:59:00Z', true], // Sunday morning belongs to Saturday
    ['2026-05-10T22:30:00Z', false],
    ['2026-05-08T05:00:00Z', false], // Friday morning belongs to Thursday
  ])('over midnight belong to the day on which they begin: %s', (text, within) =>
    expect(isInWeek(weekendNights, 'UTC', at(text))).toBe(within),
  );

  it('may last a whole day', () => {
    expect(isInWeek(wholeSunday, 'UTC', at('2026-05-10T00:00:00Z'))).toBe(true);
    expect(isInWeek(wholeSunday, 'UTC', at('2026-05-10T23:59:59Z'))).toBe(true);
    expect(isInWeek(wholeSunday, 'UTC', at('2026-05-11T00:00:00Z'))).toBe(false);
  });
});

const sale: CalendarFreeze = {
  name: 'Sale',
  services: ['shop'],
  timeZone: 'UTC',
  reason: 'the busiest days of the year',
  when: { kind: 'once', from: at('2026-11-26T00:00Z'), to: at('2026-12-01T00:00Z') },
};
const weekend: CalendarFreeze = { name: 'Weekend', timeZone: 'UTC', reason: 'few are awake', when: { kind: 'weekly', ...wholeSunday } };

const step = (kind: 'code' | 'traffic', health: 'healthy' | 'failed' | 'unknown') => ({ kind, to: { id: 'a', label: 'v41', health } });

describe('a calendar freeze', () => {
  it.each([
    ['shop', '2026-11-26T00:00Z', ['Sale']],
    ['shop', '2026-11-30T23:59:59Z', ['Sale']],
    ['shop', '2026-12-01T00:00Z', []],
    ['shop', '2026-11-29T12:00Z', ['Sale', 'Weekend']],
    ['search', '2026-11-29T12:00Z', ['Weekend']],
    ['search', '2026-11-27T12:00Z', []],
  ] as const)('holds for %s at %s: %j', (service, time, names) =>
    expect(calendarFreezes({ freezes: [sale, weekend] }, service, at(time)).map(({ name }) => name)).toEqual(names),
  );

  it('is known of whatever service, for those who ask what is held just now', () =>
    expect(activeFreezes({ freezes: [sale, weekend] }, at('2026-11-29T12:00Z'))).toEqual([sale, weekend]));

  it('is none where none is configured', () => expect(calendarFreezes({}, 'shop', 0)).toEqual([]));

  it('lets a rollback to a version that was healthy through, with a warning', () =>
    expect(freezeChecks([sale], [step('code', 'healthy'), step('traffic', 'unknown')])).toEqual([
      {
        code: 'freeze_calendar',
        level: 'warn',
        text: 'The freeze Sale holds now (the busiest days of the year); going back to what was healthy is allowed all the same.',
      },
    ]));

  it('blocks any other version of code; a break-glass may pass', () =>
    expect(freezeChecks([sale], [step('code', 'unknown')])).toMatchObject([
      { level: 'block', override: 'break-glass', text: expect.stringContaining('v41 is not known to have been healthy') },
    ]));
});
