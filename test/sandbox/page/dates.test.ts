import { describe, expect, it } from '@jest/globals';

interface Viewer {
  tz: string;
  now: number;
}
const file: string = '../../../sandbox/page/public/dates.js';
const { formatDate, dayLabel, ago } = (await import(file)) as {
  formatDate: (node: { unix: number; format: string; fallback: string }, viewer: Viewer) => string;
  dayLabel: (ms: number, viewer: Viewer) => string;
  ago: (ms: number, now: number) => string;
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

  it('leaves unknown tokens as they are', () => {
    expect(format('{week} {time}')).toBe('{week} 13:00');
  });

  it('names the day of a group of messages', () => {
    expect(dayLabel(noon, berlin)).toBe('Today');
    expect(dayLabel(noon - 40 * 86_400_000, berlin)).toBe('Wednesday, October 14th, 2026');
  });
});
