// The allow-list of hosts, for providers whose addresses come out of the configuration of a service.
import { z } from 'zod';

/** `example.com` (with the scheme's own port) or `example.com:8500`; no wildcards. Of a whole address only its host and port count. */
export const Hosts = z
  .array(
    z
      .string()
      .transform((text) => (/^https?:/.test(text) ? hostOf(text) : text))
      .pipe(
        z
          .string()
          .regex(/^(?:[\w.-]+|\[[\da-f:.]+\])(?::\d{1,5})?$/i, 'is not a host; write example.com or example.com:8500')
          .toLowerCase(),
      ),
  )
  .min(1);

function hostOf(address: string): string {
  const url = URL.parse(address);
  if (!url) return address;
  return url.host === url.hostname ? `${url.host}:${url.protocol === 'http:' ? 80 : 443}` : url.host;
}

/** May this address be called? Scheme, host and port decide; an address with a name and password in it is refused. */
export function isAllowed(address: string, hosts: readonly string[]): boolean {
  const url = URL.parse(address);
  if (!url || url.username !== '' || url.password !== '') return false;
  const defaultPort = { 'http:': '80', 'https:': '443' }[url.protocol];
  if (defaultPort === undefined) return false;
  return hosts.includes(url.host) || hosts.includes(`${url.hostname}:${url.port || defaultPort}`);
}
