import type { Log } from '../ports.ts';
import { within } from './within.ts';

export interface Readiness {
  name: string;
  ok: boolean;
  detail?: string;
}

/** Something the process needs to be of use. `run` fails by throwing; a text it returns is shown beside the check. */
export interface ReadyCheck {
  name: string;
  run: () => Promise<string | void> | string | void;
}

/** A reason the public may read, where an error's message may name hosts and users. */
export class NotReady extends Error {
  override name = 'NotReady' as const;
}

/** Asks all checks side by side, none longer than `ms`. The log hears of a check that begins or stops to fail, not of every question. */
export function readyChecks(checks: readonly ReadyCheck[], { log, ms = 2_000 }: { log: Log; ms?: number }): () => Promise<Readiness[]> {
  const failing = new Set<string>();
  const ask = async ({ name, run }: ReadyCheck): Promise<Readiness> => {
    try {
      const detail = await within(ms, async () => run());
      if (failing.delete(name)) log.info({ check: name }, 'readiness check passes again');
      return { name, ok: true, ...(detail && { detail }) };
    } catch (error) {
      if (!failing.has(name)) log.warn({ check: name, err: error }, 'readiness check fails');
      failing.add(name);
      return { name, ok: false, detail: error instanceof NotReady ? error.message : 'no good answer' };
    }
  };
  return () => Promise.all(checks.map(ask));
}

/** Fails while the event loop is blocked for longer than a second at a time: then leases are lost and acks come late. */
export function loopLagCheck(loopLagMs: () => number, limitMs = 1_000): ReadyCheck {
  return {
    name: 'event loop',
    run: () => {
      const lag = Math.round(loopLagMs());
      if (lag > limitMs) throw new NotReady(`blocked for ${lag} ms`);
    },
  };
}
