// The allow-list of hosts, for providers whose addresses come out of the configuration of a service.
import { z } from 'zod';

/** `example.com` (with the scheme's own port) or `example.com:8500`; no wildcards. */
export const Hosts = z
  .array(
    z
      .string()
      .regex(/^(?:[\w.-]+|\[[\da-f:.]+\])(?::\d{1,5})?$/i)
      .toLowerCase(),
  )
  .min(1);

/** May this address be called? Scheme, host and port decide; an address with a name and password in it is refused. */
export function isAllowed(address: string, hosts: readonly string[]): boolean {
  const url = URL.parse(address);
  if (!url || url.username !== '' || url.password !== '') return false;
  const defaultPort = { 'http:': '80', 'https:': '443' }[url.protocol];
  if (defaultPort === undefined) return false;
  return hosts.includes(url.host) || hosts.includes(`${url.hostname}:${url.port || defaultPort}`);
}
