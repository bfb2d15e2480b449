import { describe, expect, it } from '@jest/globals';

interface Viewer {
  tz: string;
  now: number;
}
const dates: string = '../../../sandbox/page/public/dates.js';
const { formatDate, dayLabel, ago, fieldStamp, momentOf } = (await import(dates)) as {
  formatDate: (node: { unix: number; format: string; fallback: string }, viewer: Viewer, opens?: boolean) => string;
  dayLabel: (ms: number, viewer: Viewer) => string;
  ago: (ms: number, now: number) => string;
  fieldStamp: (ms: number, tz: string) => string;
  momentOf: (stamp: string, tz: string) => number;
};

const noon = Date.UTC(2026, 10, 23, 12, 0, 0);
const unix = noon / 1000;
const berlin = { tz: 'Europe/Berlin', now: noon + 60_000 };
const format = (pattern: string, viewer: Viewer = berlin) => formatDate({ unix, format: pattern, fallback: 'then' }, viewer);

describe('dates in messages', () => {
  it('fills each token in the zone of the one who reads', () => {
    expect(format('{date_num} {time}')).toBe('2026-11-23 13:00');
    expect(format('{date_num} {time}', { ...berlin, tz: 'Asia/Tokyo' })).toBe('2026-11-23 21:00');
    expect(format('{date}')).toBe('November 23rd, 2026');
    expect(format('{date_short}')).toBe('Nov 23, 2026');
    expect(format('{date_long}, {time_secs}')).toBe('Monday, November 23rd, 2026, 13:00:00');
  });

  it('says today, yesterday and tomorrow where asked to be pretty', () => {
    expect(format('{date_short_pretty} at {time}')).toBe('Today at 13:00');
    expect(format('since {date_pretty}', { ...berlin, now: noon + 86_400_000 })).toBe('since yesterday');
    expect(format('{date_long_pretty}', { ...berlin, now: noon - 86_400_000 })).toBe('Tomorrow');
    expect(format('{date_pretty}', { ...berlin, now: noon + 5 * 86_400_000 })).toBe('November 23rd, 2026');
  });

  it('tells how long ago, and falls back on a moment that does not exist', () => {
    expect(format('{ago}')).toBe('1 minute ago');
    expect(ago(noon + 7_200_000, noon)).toBe('in 2 hours');
    expect(formatDate({ unix: 9e15, format: '{date}', fallback: 'never' }, berlin)).toBe('never');
  });

  it('keeps the word small inside a sentence', () => {
    expect(formatDate({ unix, format: '{date_pretty}', fallback: '' }, berlin, false)).toBe('today');
  });

  it('reads and writes a date-and-time field in the zone of the person, over a change of the clocks too', () => {
    for (const tz of ['Europe/Berlin', 'America/New_York', 'Asia/Tokyo', 'Asia/Kolkata']) {
      for (const ms of [noon, Date.UTC(2026, 9, 25, 3, 30), Date.UTC(2026, 2, 29, 0, 30), Date.UTC(2026, 2, 8, 8, 0)]) {
        expect(momentOf(fieldStamp(ms, tz), tz)).toBe(ms);
      }
    }
    expect(fieldStamp(noon, 'Asia/Tokyo')).toBe('2026-11-23T21:00');
  });

  it('leaves unknown tokens as they are', () => {
    expect(format('{week} {time}')).toBe('{week} 13:00');
  });

  it('names the day of a group of messages', () => {
    expect(dayLabel(noon, berlin)).toBe('Today');
    expect(dayLabel(noon - 40 * 86_400_000, berlin)).toBe('Wednesday, October 14th, 2026');
  });
});
