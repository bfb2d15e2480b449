// Keeps a provider's address out of the private network unless the configuration says that it belongs there.
import { lookup } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';

/** Cloud metadata, databases and admin pages live here; a wrong or malicious address must not reach them. */
const ranges = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
  ['::', 127],
  ['64:ff9b::', 96],
  ['fc00::', 7],
  ['fe80::', 10],
  ['ff00::', 8],
] as const;

const privateRanges = new BlockList();
for (const [network, prefix] of ranges) privateRanges.addSubnet(network, prefix, network.includes(':') ? 'ipv6' : 'ipv4');

/** The name leads into the private network, and nobody allowed that. */
export class PrivateAddress extends Error {
  override name = 'PrivateAddress' as const;
  readonly address: string;

  constructor(address: string) {
    super(`${address} is a private address`);
    this.address = address;
  }
}

/** Loopback, link-local, private or reserved; IPv4 written as IPv6 included. */
export function isPrivate(address: string): boolean {
  return privateRanges.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');
}

/** An address written as a number is never looked up, so it is judged here. @throws PrivateAddress */
export function refusePrivateLiteral(hostname: string): void {
  const address = hostname.replace(/^\[|\]$/g, '');
  if (isIP(address) !== 0 && isPrivate(address)) throw new PrivateAddress(address);
}

/**
 * Resolves a name once and hands exactly what was judged to the socket: a second answer of the name server cannot slip in
 * between the check and the connection.
 */
export const publicLookup: LookupFunction = (hostname, options, done) => {
  lookup(hostname, { ...options, all: true }, (error, addresses) => {
    if (error) {
      done(error, []);
      return;
    }

    const hidden = addresses.find(({ address }) => isPrivate(address));
    const [first] = addresses;
    if (hidden) done(new PrivateAddress(hidden.address), []);
    else if (options.all) done(null, addresses);
    else done(null, first?.address ?? '', first?.family);
  });
};
