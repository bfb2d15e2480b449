import { expect, it } from '@jest/globals';
import { amount } from '../../../src/domain/amount.ts';
import { aGate } from '../../support/builders.ts';

it.each([
  ['percent', 0.0412, '4.12 %'],
  ['ms', 410.4, '410 ms'],
  ['s', 0.35, '0.35 s'],
  ['count', 12_345.6, '12346'],
  ['count', 1.54, '1.5'],
  ['none', 0.0412, '0.0412'],
] as const)('says a number in %s: %d is %s', (unit, value, words) => {
  expect(amount(aGate({ unit }), value)).toBe(words);
});

it('takes a share of errors for a percentage, unless the unit says otherwise', () => {
  const share = { name: 'checkout errors', query: 'sum(a) / sum(b)', pass: { operator: '<', value: 0.01 } } as const;

  expect(amount(share, 0.04)).toBe('4 %');
  expect(amount({ ...share, unit: 'none' }, 0.04)).toBe('0.04');
  expect(amount({ ...share, name: 'seconds for each request' }, 0.04)).toBe('0.04');
});
