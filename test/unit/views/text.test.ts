import { describe, expect, it } from '@jest/globals';
import { buttonValue } from '../../../src/views/ids.ts';
import {
  channelLink,
  clip,
  code,
  date,
  duration,
  escape,
  line,
  link,
  listed,
  mention,
  plain,
  quoted,
  stopwatch,
} from '../../../src/views/text.ts';

describe('what somebody wrote', () => {
  it.each([
    ['<!channel> & <@U1>', '&lt;!channel&gt; &amp; &lt;@U1&gt;'],
    ['@channel @Here @everyone', '@\u200dchannel @\u200dHere @\u200deveryone'],
    ['pay\u202Eresu\u202C \u0007now\u200B', 'payresu now'],
    ['one\r\ntwo\u2028three', 'one\ntwo\nthree'],
    ['half \ud83d done', 'half  done'],
    ['👩‍🚒 stays', '👩‍🚒 stays'],
    ['me@channels.test', 'me@channels.test'],
  ])('%j is shown as %j', (written, shown) => {
    expect(escape(written)).toBe(shown);
  });

  it('A19: ends at its quotation mark, and is neither bold nor code, where others decide by it', () => {
    expect(quoted('done” *approvals 2 of 2*: ✓ <@U1> ```ok``` ~no~')).toBe("“done\" ∗approvals 2 of 2∗: ✓ &lt;@U1&gt; '''ok''' ∼no∼”");
  });

  it('is one line where one line is expected', () => {
    expect(line('  a\n\n b\tc ')).toBe('a b c');
  });

  it('cannot end a piece of code', () => {
    expect(code('a`b')).toBe("`a'b`");
  });

  it('is not escaped where nothing is markup', () => {
    expect(plain('a < b\u202E & c')).toBe('a < b & c');
  });
});

describe('clipping', () => {
  it.each([
    ['abc', 3, 'abc'],
    ['abcd', 3, 'ab…'],
    ['🧨🧨🧨', 2, '🧨…'],
    ['ab &amp; cd', 7, 'ab…'],
    ['see <https://a.test|the run> now', 12, 'see…'],
    ['fine <@U1> and more', 12, 'fine <@U1>…'],
  ])('%j to %i characters gives %j', (text, max, clipped) => {
    expect(clip(text, max)).toBe(clipped);
  });
});

describe('people, channels and links', () => {
  it.each([
    [mention('U123'), '<@U123>'],
    [mention('warroom'), 'Warroom'],
    [mention('<!channel>'), '&lt;!channel&gt;'],
    [channelLink('C123'), '<#C123>'],
    [channelLink('#incidents'), '#incidents'],
    [link('https://a.test/x?a=1&b=2', 'run'), '<https://a.test/x?a=1&amp;b=2|run>'],
    [link('javascript:alert(1)', 'run'), 'run'],
    [link('https://a.test/|<b>', 'r|un'), '<https://a.test/%7C%3Cb%3E|r/un>'],
    [link(undefined, 'run'), 'run'],
  ])('are written as %s', (written, expected) => {
    expect(written).toBe(expected);
  });
});

describe('times', () => {
  const at = Date.UTC(2026, 10, 23, 14, 35, 9);

  it('are drawn in the reader’s zone and say UTC where they cannot be', () => {
    expect(date(at)).toBe('<!date^1795444509^{time}|14:35 UTC>');
    expect(date(at, 'datetime')).toBe('<!date^1795444509^{date_short_pretty} at {time}|2026-11-23 14:35 UTC>');
  });

  it.each([
    [192_000, '03:12', '3 min'],
    [45_000, '00:45', '45 s'],
    [720_000, '12:00', '12 min'],
    [7_200_000, '2:00:00', '2 h'],
    [5_400_000, '1:30:00', '1 h 30 min'],
    [259_200_000, '72:00:00', '3 d'],
    [-5, '00:00', '0 s'],
  ])('%i ms is %s on a stopwatch and %s in words', (ms, watch, words) => {
    expect([stopwatch(ms), duration(ms)]).toEqual([watch, words]);
  });
});

it('lists things as one says them', () => {
  expect([listed([]), listed(['a']), listed(['a', 'b', 'c'], 'or')]).toEqual(['', 'a', 'a, b or c']);
});

it('refuses a button that carries more than ids', () => {
  expect(() => buttonValue({ id: 'x'.repeat(2000) })).toThrow('ids only');
});
