/** The addresses by which an app may answer an interaction later: five times, within half an hour. */
import { randomUUID } from 'node:crypto';
import type { Clock } from '../state/clock.ts';

export interface ResponseTarget {
  id: string;
  user: string;
  channel: string;
  /** The message whose button was clicked; absent for a command. */
  ts?: string;
  threadTs?: string;
}

export interface ResponseUrls {
  /** Makes a new path below the server's address. */
  issue(target: Omit<ResponseTarget, 'id'>): string;
  /** Counts one use. */
  use(id: string): ResponseTarget | 'used_url' | 'expired_url' | 'unknown_url';
}

const lifeMs = 30 * 60_000;
const maxUses = 5;

/** Keeps them by the workspace clock; old ones are forgotten after twice their life. */
export function createResponseUrls(clock: Clock): ResponseUrls {
  const targets = new Map<string, { target: ResponseTarget; expires: number; uses: number }>();
  return {
    issue(part) {
      for (const [old, entry] of targets) {
        if (entry.expires + lifeMs > clock.now()) break;
        targets.delete(old);
      }
      const id = randomUUID();
      targets.set(id, { target: { ...part, id }, expires: clock.now() + lifeMs, uses: 0 });
      return `/response/${id}`;
    },
    use(id) {
      const entry = targets.get(id);
      if (!entry) return 'unknown_url';
      if (entry.expires < clock.now()) return 'expired_url';
      if (entry.uses >= maxUses) return 'used_url';
      entry.uses += 1;
      return entry.target;
    },
  };
}
