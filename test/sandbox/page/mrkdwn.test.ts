import { describe, expect, it } from '@jest/globals';

type Node = Record<string, unknown> & { t: string };
// The page's own file, as the browser gets it: plain JavaScript, so its types are said here.
const file: string = '../../../sandbox/page/public/mrkdwn.js';
const { parseMrkdwn, safeUrl, escape } = (await import(file)) as {
  parseMrkdwn: (source: string, options?: { verbatim?: boolean }) => Node[];
  safeUrl: (url: string) => string;
  escape: (text: string) => string;
};

const text = (v: string) => ({ t: 'text', v });

describe('mrkdwn tokens in angle brackets', () => {
  it('reads people, channels, groups and broadcasts with and without labels', () => {
    expect(parseMrkdwn('<@U1> <@U2|ben> <#C1|general> <!subteam^S1|@sre> <!here> <!channel|x>')).toEqual([
      { t: 'user', id: 'U1', label: '' },
      text(' '),
      { t: 'user', id: 'U2', label: 'ben' },
      text(' '),
      { t: 'channel', id: 'C1', label: 'general' },
      text(' '),
      { t: 'subteam', id: 'S1', label: '@sre' },
      text(' '),
      { t: 'broadcast', v: 'here' },
      text(' '),
      { t: 'broadcast', v: 'channel' },
    ]);
  });

  it('reads a date with its format, its link and its fallback', () => {
    expect(parseMrkdwn('<!date^1790000000^{date} at {time}^https://a.example/x|some day>')).toEqual([
      { t: 'date', unix: 1790000000, format: '{date} at {time}', link: 'https://a.example/x', fallback: 'some day' },
    ]);
  });

  it('links the web and mail and leaves every other scheme as it was written', () => {
    expect(parseMrkdwn('<https://a.example/?a=1&amp;b=2|A &amp; B>')).toEqual([
      { t: 'link', url: 'https://a.example/?a=1&b=2', label: 'A & B' },
    ]);
    expect(parseMrkdwn('<mailto:a@b.example>')).toEqual([{ t: 'link', url: 'mailto:a@b.example', label: 'a@b.example' }]);
    for (const hostile of ['<javascript:alert(1)|click>', '<data:text/html,x|y>', '<script>', '<img src=x onerror=alert(1)>']) {
      expect(parseMrkdwn(hostile)).toEqual([text(hostile)]);
    }
  });

  it('does not take a stray object character for a token', () => {
    expect(parseMrkdwn('a\uFFFCb <@U1>')).toEqual([text('a\uFFFCb '), { t: 'user', id: 'U1', label: '' }]);
  });
});

describe('mrkdwn marks', () => {
  it('nests bold, italic and strike, and needs word boundaries', () => {
    expect(parseMrkdwn('*a _b_ ~c~*')).toEqual([
      { t: 'bold', c: [text('a '), { t: 'italic', c: [text('b')] }, text(' '), { t: 'strike', c: [text('c')] }] },
    ]);
    expect(parseMrkdwn('snake_case_name 2*3*4 * a * ~30 %')).toEqual([text('snake_case_name 2*3*4 * a * ~30 %')]);
  });

  it('does not carry a mark over the end of a line', () => {
    expect(parseMrkdwn('*a\nb*')).toEqual([text('*a\nb*')]);
  });

  it('leaves marks, mentions and entities inside code alone', () => {
    expect(parseMrkdwn('`*a* &lt;b&gt;` and `<@U1>`')).toEqual([{ t: 'code', v: '*a* <b>' }, text(' and '), { t: 'code', v: '<@U1>' }]);
    expect(parseMrkdwn('x ```\n*a*\n`b`\n``` y')).toEqual([text('x '), { t: 'pre', v: '*a*\n`b`' }, text(' y')]);
    expect(parseMrkdwn('an open ``` fence')).toEqual([text('an open ``` fence')]);
  });

  it('marks around a mention and around code', () => {
    expect(parseMrkdwn('*<@U1> `x*y` z*')).toEqual([
      { t: 'bold', c: [{ t: 'user', id: 'U1', label: '' }, text(' '), { t: 'code', v: 'x*y' }, text(' z')] },
    ]);
  });

  it('joins quoted lines, and quotes the rest after three marks', () => {
    expect(parseMrkdwn('&gt; a\n> b\nc')).toEqual([{ t: 'quote', c: [text('a'), text('\n'), text('b')] }, text('c')]);
    expect(parseMrkdwn('>>> a\nb')).toEqual([{ t: 'quote', c: [text('a\nb')] }]);
  });

  it('knows emoji by name and leaves unknown names and times alone', () => {
    expect(parseMrkdwn(':eyes: :no_such_thing: 12:30:00')).toEqual([{ t: 'emoji', v: 'eyes' }, text(' :no_such_thing: 12:30:00')]);
  });

  it('links bare addresses without the full stop after them, unless told not to', () => {
    expect(parseMrkdwn('see https://a.example/x.')).toEqual([
      text('see '),
      { t: 'link', url: 'https://a.example/x', label: 'https://a.example/x' },
      text('.'),
    ]);
    expect(parseMrkdwn('see https://a.example', { verbatim: true })).toEqual([text('see https://a.example')]);
  });

  it('decodes the three entities once and only once', () => {
    expect(parseMrkdwn('&lt;script&gt; &amp;lt;')).toEqual([text('<script> &lt;')]);
    expect(escape('<a> & b')).toBe('&lt;a&gt; &amp; b');
  });

  it('finishes on forty thousand unclosed marks', () => {
    for (const hostile of ['*a '.repeat(13_000), '`'.repeat(40_000), '<'.repeat(40_000), '*_~'.repeat(13_000), ':a'.repeat(20_000)]) {
      expect(JSON.stringify(parseMrkdwn(hostile)).length).toBeGreaterThan(10_000);
    }
  });
});

describe('addresses', () => {
  it('accepts only http, https and mailto', () => {
    expect(safeUrl('HTTPS://A.example')).toBe('HTTPS://A.example');
    for (const bad of ['javascript:alert(1)', ' java\nscript:alert(1)', 'file:///etc/passwd', '//a.example', 'vbscript:x', '']) {
      expect(safeUrl(bad)).toBe('');
    }
  });
});
