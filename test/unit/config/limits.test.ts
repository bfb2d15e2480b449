import { describe, expect, it } from '@jest/globals';
import { errorsOf } from './support.ts';

// One byte under the limit in length: what gets through to the parser's first stage at most.
const fill = (unit: string) => unit.repeat(Math.floor((64 * 1024 - 1) / unit.length));

describe('hostile files', () => {
  it('are not read beyond 64 KB', () => {
    expect(errorsOf(`slack: ${'x'.repeat(64 * 1024)}`)).toMatchObject([{ message: expect.stringContaining('is larger than 64 KB') }]);
  });

  it('hold at most 2000 values', () => {
    const keys = Array.from({ length: 3_000 }, (_, index) => `key${index}: 1`).join('\n');

    expect(errorsOf(keys)).toMatchObject([{ message: expect.stringContaining('more than 2000 values') }]);
  });

  it.each(['[', '{', '- ', '? ', '{a: '])('made of %j alone are refused before anything recurses', (unit) => {
    const [first] = errorsOf(fill(unit));

    expect(first?.message).toMatch(/nested more than 24 levels|more than 2000 values/);
  });

  it.each(['&a ', '*a ', '!a ', 'a: ', '"', '\n---\n', '%', '\u0000', '\uFEFF', '| ', '\\'])(
    'made of %j alone have problems, and no more',
    (unit) => {
      expect(errorsOf(fill(unit)).length).toBeGreaterThan(0);
    },
  );

  it.each([
    ['an anchor', 'slack: &a {}', 'carries an anchor'],
    ['a reference', 'slack: &a {}\naudiences: *a', 'is a reference'],
    ['an own type', 'slack: !!js/function "x"', 'Unresolved tag'],
    ['a second document', 'slack: {}\n---\nslack: {}', 'begins a second document'],
  ])('with %s are refused', (_what, text, message) => {
    expect(errorsOf(text).map((problem) => problem.message)).toContainEqual(expect.stringContaining(message));
  });
});
