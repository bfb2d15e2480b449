import { describe, expect, it } from '@jest/globals';
import { Hosts, isAllowed } from '../../../src/providers/hosts.ts';

describe('the allow-list of hosts', () => {
  const hosts = Hosts.parse(['Example.com', 'consul.internal:8500', '[::1]:9000', 'tls.example.com:443']);

  it.each([
    ['https://example.com/a?b#c', true],
    ['http://EXAMPLE.com', true],
    ['http://consul.internal:8500/v1/kv', true],
    ['http://[::1]:9000/', true],
    ['https://tls.example.com/', true],
    ['http://tls.example.com/', false],
    ['https://example.com:8443/', false],
    ['http://consul.internal/', false],
    ['https://example.com.evil.test/', false],
    ['https://evil.test/example.com', false],
    ['https://example.com@evil.test/', false],
    ['https://user:secret@example.com/', false],
    ['https://evil.test\\@example.com/', false],
    ['ftp://example.com/', false],
    ['javascript:alert(1)', false],
    ['example.com', false],
    ['', false],
  ])('for %p: %p', (address, allowed) => {
    expect(isAllowed(address, hosts)).toBe(allowed);
  });
});
