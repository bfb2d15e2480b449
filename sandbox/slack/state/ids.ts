import { randomBytes, randomInt } from 'node:crypto';
import type { Clock } from './clock.ts';

/** Everything in the workspace that needs a name of its own. */
export interface Ids {
  /** `C` + ten characters, in Slack's alphabet. */
  next(prefix: string): string;
  /** A message timestamp: a string, unique in the workspace, in step with the clock. */
  ts(): string;
  /** `111.222.hex` */
  trigger(): string;
  /** `1655863316.uFehmGP0` */
  hash(): string;
  /** What Slack makes up for a missing block_id or action_id. */
  short(): string;
}

const upper = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';
const mixed = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

function letters(alphabet: string, length: number): string {
  return Array.from({ length }, () => alphabet[randomInt(alphabet.length)]).join('');
}

/** Ids in the shapes Slack uses. */
export function createIds(clock: Clock): Ids {
  let lastMicros = 0;
  return {
    next: (prefix) => `${prefix}0${letters(upper, 9)}`,
    ts() {
      lastMicros = Math.max(lastMicros + 1, Math.floor(clock.now()) * 1000);
      const digits = String(lastMicros).padStart(16, '0');
      return `${digits.slice(0, -6)}.${digits.slice(-6)}`;
    },
    trigger: () => `${randomInt(1e12)}.${randomInt(1e12)}.${randomBytes(16).toString('hex')}`,
    hash: () => `${Math.floor(clock.now() / 1000)}.${letters(mixed, 8)}`,
    short: () => letters(mixed, 5),
  };
}
