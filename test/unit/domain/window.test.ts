import { describe, expect, it } from '@jest/globals';
import { isInWindow, nextInWindow } from '../../../src/domain/window.ts';

const office = { from: '09:00', to: '17:00', timeZone: 'Europe/Berlin' };
const night = { from: '22:00', to: '05:00', timeZone: 'America/New_York' };
const at = (text: string): number => Date.parse(text);

describe('a window', () => {
  it.each([
    ['2026-01-15T07:59:59Z', false],
    ['2026-01-15T08:00:00Z', true],
    ['2026-01-15T15:59:59Z', true],
    ['2026-01-15T16:00:00Z', false],
    ['2026-07-15T07:00:00Z', true],
    ['2026-07-15T15:00:00Z', false],
  ])('is read in its own time zone, in winter and in summer: %s', (text, open) => expect(isInWindow(office, at(text))).toBe(open));

  it.each([
    ['2026-01-15T02:59:00Z', false],
    ['2026-01-15T03:00:00Z', true],
    ['2026-01-15T05:00:00Z', true],
    ['2026-01-15T09:59:59Z', true],
    ['2026-01-15T10:00:00Z', false],
  ])('may reach over midnight: %s', (text, open) => expect(isInWindow(night, at(text))).toBe(open));

  it('of no length is never open, so that nothing slips through it', () => {
    const empty = { from: '10:00', to: '10:00', timeZone: 'UTC' };
    expect(isInWindow(empty, at('2026-01-15T10:00:00Z'))).toBe(false);
  });
});

describe('the next time a window is open', () => {
  it('is now while it is open, to the millisecond', () => {
    const now = at('2026-01-15T09:30:12.345Z');
    expect(nextInWindow(office, now)).toBe(now);
  });

  it.each([
    ['before it opens', office, '2026-01-15T06:12:34Z', '2026-01-15T08:00:00Z'],
    ['at the minute it closes', office, '2026-01-15T16:00:00Z', '2026-01-16T08:00:00Z'],
    ['over midnight', night, '2026-01-15T10:00:00Z', '2026-01-16T03:00:00Z'],
    // 29 March 2026: at 02:00 the clocks in Berlin go to 03:00; 25 October: at 03:00 they go back to 02:00.
    ['over the night that is an hour shorter', office, '2026-03-28T17:00:00Z', '2026-03-29T07:00:00Z'],
    ['over the night that is an hour longer', office, '2026-10-24T16:00:00Z', '2026-10-25T08:00:00Z'],
    [
      'when the hour it opens in is left out that day',
      { from: '02:30', to: '04:00', timeZone: 'Europe/Berlin' },
      '2026-03-29T00:30:00Z',
      '2026-03-29T01:00:00Z',
    ],
    [
      'when the whole window is left out that day: the day after',
      { from: '02:15', to: '02:45', timeZone: 'Europe/Berlin' },
      '2026-03-29T00:30:00Z',
      '2026-03-30T00:15:00Z',
    ],
    [
      'when its hour comes twice that day: the first time',
      { from: '02:15', to: '02:45', timeZone: 'Europe/Berlin' },
      '2026-10-24T23:30:00Z',
      '2026-10-25T00:15:00Z',
    ],
    ['in a zone of half hours', { from: '09:00', to: '10:00', timeZone: 'Asia/Kolkata' }, '2026-01-15T00:00:00Z', '2026-01-15T03:30:00Z'],
  ])('%s', (_when, window, now, next) => expect(new Date(nextInWindow(window, at(now)))).toEqual(new Date(next)));
});
