/** Who may come in: what the command line and the page have in common. */
import { getConnInfo } from '@hono/node-server/conninfo';
import type { Context } from 'hono';
import type { Log, Operator, OperatorInput, OperatorKeys, OperatorToken } from '../../ports.ts';
import type { Failures } from './failures.ts';

export interface Operate {
  operator: Operator;
  keys: OperatorKeys;
  now: () => number;
  log: Log;
}

export interface Door extends Operate {
  failures: Failures;
}

export type Entry = { token: OperatorToken } | { refused: 401 | 429 };

/** Whose secret this is. A wrong one is counted, for the key it claims to be or else for the address it came from. */
export async function enter({ keys, failures, log }: Door, c: Context, secret: string): Promise<Entry> {
  const address = getConnInfo(c).remote.address ?? 'unknown';
  const found = await keys.identify(secret);
  const counted = found.id ?? address;
  if (failures.isBlocked(counted)) return { refused: 429 };
  if (found.token) return { token: found.token };
  failures.note(counted);
  log.warn({ address, token: found.id }, 'operator key refused');
  return { refused: 401 };
}

const onceShape = /^[\w-]{8,80}$/;

/** What names an input for ever: pressed twice or sent again it counts once. */
export function inputOf({ now }: Door, { user, id }: OperatorToken, once: string | undefined): OperatorInput {
  const name = once !== undefined && onceShape.test(once) ? once : crypto.randomUUID();
  return { user, at: now(), inboxKey: `operator:${id}:${name}` };
}
