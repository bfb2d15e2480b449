import { describe, expect, it } from '@jest/globals';
import { isPrivate } from '../../../src/providers/addresses.ts';

describe('private addresses', () => {
  it.each([
    '127.0.0.1',
    '10.1.2.3',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.1.1',
    '169.254.169.254',
    '100.64.0.1',
    '0.0.0.0',
    '255.255.255.255',
    '::',
    '::1',
    'fd00::1',
    'fe80::1',
    'ff02::1',
    '::ffff:127.0.0.1',
    '64:ff9b::a00:1',
  ])('%s is one', (address) => {
    expect(isPrivate(address)).toBe(true);
  });

  it.each(['140.82.112.3', '172.32.0.1', '100.128.0.1', '2606:50c0:8000::154', '::ffff:140.82.112.3'])('%s is none', (address) => {
    expect(isPrivate(address)).toBe(false);
  });
});
