import { describe, expect, it } from '@jest/globals';
import { leaks, nextUpdateAt } from '../../../src/domain/update.ts';
import { minute, noon } from '../../support/builders.ts';

describe('what customers must not read', () => {
  it.each([
    ['a mention of a person', 'ask <@U123ABC>', '<@U123ABC>'],
    ['a mention with a name', 'ask <@U123ABC|ada>', '<@U123ABC|ada>'],
    ['a channel', 'see <#C123|inc-12>', '<#C123|inc-12>'],
    ['a call to everybody', '<!channel> look', '<!channel>'],
    ['a group', 'ask <!subteam^S1|@sre>', '<!subteam^S1|@sre>'],
    ['an address', 'node 10.0.12.7 is down', '10.0.12.7'],
    ['a host name', 'db-1.prod.internal is slow', 'db-1.prod.internal'],
    ['a name inside the cluster', 'shop.default.svc.cluster is slow', 'shop.default.svc.cluster'],
    ['a version', 'since v42 checkout fails', 'v42'],
    ['a long version', 'back to V1.4.2 now', 'V1.4.2'],
    ['a version without its v', 'back to 1.4.2 now', '1.4.2'],
    ['a candidate of a version', 'back to 1.4.2-rc.1', '1.4.2-rc.1'],
    ['a short commit id', 'reverting a1b2c3d', 'a1b2c3d'],
    ['a long commit id', `reverting ${'0123456789abcdef'.repeat(2)}01234567`, `${'0123456789abcdef'.repeat(2)}01234567`],
  ])('includes %s', (_what, text, found) => expect(leaks(text, [])).toEqual([found]));

  it.each([
    'Checkout fails for about 30 % of customers since 14:05 UTC. We are on it.',
    'Between 12.30 and 13.15 some payments took up to 3.5 seconds.',
    'On 23.11.2026 the shop was down for 12 minutes; nothing was lost.',
    'See https://status.example.com for more, or write to help@example.com.',
    'The 1234567 orders of today are safe; added value, no facade.',
    'Die Kasse ist gestört. Wir melden uns um 15:30 Uhr.',
    '5 < 6 and 7 > 6, so <b>nothing</b> is lost',
    '',
  ])('leaves innocent words alone: %s', (text) => expect(leaks(text, [])).toEqual([]));

  it('includes the words of the moment, in any case, as whole words', () => {
    expect(leaks('Banana is out, bananas are not', ['banana'])).toEqual(['banana']);
    expect(leaks('release-2026.11 did it', ['release-2026.11'])).toEqual(['release-2026.11']);
    expect(leaks('the prerelease-2026x11', ['release-2026.11'])).toEqual([]);
  });

  it('takes words as they are, not as patterns', () => {
    expect(leaks('anything at all', ['.*'])).toEqual([]);
    expect(leaks('see (x+)* here', ['(x+)*'])).toEqual(['(x+)*']);
  });

  it('does not hunt words of one or two letters', () => expect(leaks('to be or not', ['to', 'or'])).toEqual([]));

  it('names each thing once', () => expect(leaks('v42, then v42 and v41', ['v42'])).toEqual(['v42', 'v41']));
});

it('says when the next update is due, for audiences that are told regularly', () => {
  expect(nextUpdateAt({ kind: 'every', everyMs: 15 * minute }, noon)).toBe(noon + 15 * minute);
  expect(nextUpdateAt({ kind: 'on-change' }, noon)).toBeUndefined();
  expect(nextUpdateAt({ kind: 'none' }, noon)).toBeUndefined();
});
