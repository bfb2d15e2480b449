// The two calls there are: read a value, write a value. Each goes to an allowed host, with the one token meant for it.
import { ProviderError, type Order } from '../../ports.ts';
import { isAllowed } from '../hosts.ts';
import { createTransport, type Transport } from '../transport.ts';
import { fill, parseJson, pick, type Json } from './json.ts';
import type { Read, Settings, Target, Write } from './schema.ts';

/** Bytes of a body, sent or read. */
const largestBody = 64 * 1024;

export interface Calls {
  /** The value as it is now. @throws ProviderError also when it is not there: what was not read cannot be restored */
  read: () => Promise<Json>;
  /** The value as it shows where the effect is looked for. @throws ProviderError */
  verify: () => Promise<Json>;
  /** Sent once. @throws ProviderError */
  write: (order: Order, signal: AbortSignal) => Promise<void>;
}

/** Opens the calls of one target. Costs no request. @throws ProviderError when a host is not allowed or a token not configured */
export function openCalls(settings: Settings, { read, write, verify = read }: Target): Calls {
  const reader = openRead(settings, read);
  return {
    read: reader,
    verify: verify === read ? reader : openRead(settings, verify),
    write: openWrite(settings, write),
  };
}

function openRead(settings: Settings, place: Read): () => Promise<Json> {
  const { transport, headers } = openPlace(settings, place);
  const { url, method, pick: pointer } = place;
  return async () => {
    const response = await transport.fetch(url, { method, headers, readOnly: true });
    const whole = parseJson(await response.text());
    if (whole === undefined) throw trouble('unexpected', `${hostOf(url)} answered no JSON that can be used`);
    const found = pick(whole, pointer);
    if (found === undefined) throw trouble('unexpected', `the answer of ${hostOf(url)} has nothing at ${pointer.slice(0, 80)}`);
    return found;
  };
}

function openWrite(settings: Settings, place: Write): Calls['write'] {
  const { transport, headers } = openPlace(settings, place);
  const { url, method, body: template } = place;
  return async ({ to, operationId }, signal) => {
    const value = parseJson(to.id);
    if (value === undefined) throw trouble('refused', 'the value to write is no JSON that can be used; nothing was sent');
    const body = JSON.stringify(fill(template, { value, operation: operationId }));
    if (Buffer.byteLength(body) > largestBody) throw trouble('refused', 'what would be sent is larger than 64 KB; nothing was sent');
    await transport.fetch(url, { method, headers: { 'content-type': 'application/json', ...headers }, body, signal });
  };
}

function openPlace(
  { hosts, tokens, allowPrivate, timeouts }: Settings,
  { url, headers, token: name, scheme }: Read | Write,
): { transport: Transport; headers: Record<string, string> } {
  if (!isAllowed(url, hosts))
    throw trouble('refused', `${hostOf(url)} is not among the hosts of this provider; add it there if it belongs`);
  const token = name !== undefined && Object.hasOwn(tokens, name) ? tokens[name] : undefined;
  if (name !== undefined && token === undefined)
    throw trouble('refused', `there is no token ${name.slice(0, 40)} among the tokens of this provider`);

  const remedy = name === undefined ? 'give the target a token' : `check the token ${name.slice(0, 40)}`;
  const lowered = Object.fromEntries(Object.entries(headers).map(([header, value]) => [header.toLowerCase(), value]));
  const authorization = scheme === 'none' ? token : `${scheme} ${token}`;
  return {
    transport: createTransport({ provider: 'http', url, remedy, token, allowPrivate, timeouts, largestAnswer: largestBody }),
    headers: { accept: 'application/json', ...lowered, ...(token !== undefined && { authorization: authorization ?? '' }) },
  };
}

const hostOf = (url: string): string => new URL(url).host;
const trouble = (kind: 'refused' | 'unexpected', message: string): ProviderError => new ProviderError('http', kind, { message });
