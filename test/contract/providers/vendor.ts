// The vendor behind a rollback provider as the contract sees it, and the few waits that its tests share.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Observation, Order, RollbackTarget, Run } from '../../../src/ports.ts';

/** What can go wrong at the vendor, once or several times. `start` is the call that changes something. */
export type Trouble =
  | { on: 'start'; kind: 'error' | 'accepted-then-error' | 'accepted-then-cut' | 'accepted-then-silent' | 'rate-limit' }
  | { on: 'reads'; kind: 'error'; times: number };

/** The vendor's side, as far as the contract needs to see and move it. */
export interface Vendor {
  open: (changed?: { url?: string; token?: string; place?: string; allowPrivate?: boolean }) => RollbackTarget;
  /** As `preview` takes them: what is in effect at the start of a story, what is rolled back to, and something else. */
  states: { from: string; to: string; other: string };
  /** Where it listens. */
  url: string;
  /** An address where nobody listens. */
  deadUrl: string;
  /** Brings another version out, not through us. */
  deploy: (label: string) => Promise<void>;
  trouble: (trouble: Trouble) => void;
  /** Calls that would start a rollback, as they arrived. */
  starts: () => number;
  /** All calls that arrived. */
  calls: () => number;
  /** How often production was really changed, by the vendor's own books. */
  changes: () => number;
  /** Resolves when nothing runs any more. */
  idle: () => Promise<void>;
  stop: () => Promise<void>;
}

/** A vendor that has a history of versions, and runs that can be watched. */
export interface RunVendor extends Vendor {
  /** Labels: what runs, the newest good one before it, one whose deployment failed, and one that does not exist. */
  versions: { live: string; lastGood: string; failed: string; never: string; next: string };
  /** How long a started run stays invisible. */
  setLag: (ms: number) => void;
  /** Runs that really exist for an operation. */
  runsOf: (operationId: string) => number;
}

export const inTime = () => AbortSignal.timeout(15_000);

export interface Stage<V extends Vendor = Vendor> {
  vendor: V;
  target: RollbackTarget;
  order: (to?: string) => Promise<Order>;
}

export async function versionOf(target: RollbackTarget, name?: string): Promise<Order['to']> {
  const { target: version, candidates } = await target.preview(name);
  const to = version ?? candidates[0];
  if (!to) throw new Error('the vendor has nothing to go back to');
  return to;
}

/** Looks until the run shows up: vendors list new runs late. */
export async function found(target: RollbackTarget, order: Order): Promise<Run> {
  for (let look = 0; look < 100; look += 1) {
    const run = await target.find(order);
    if (run) return run;
    await sleep(50);
  }
  throw new Error('the run never showed up');
}

export async function ended(target: RollbackTarget, run: Run, order: Order): Promise<Observation> {
  for (let look = 0; look < 200; look += 1) {
    const seen = await target.observe(run, order);
    if (seen.state === 'succeeded' || seen.state === 'failed') return seen;
    await sleep(seen.nextLookMs);
  }
  throw new Error('the run never ended');
}

/** The error of a call that must fail. */
export async function failure(call: Promise<unknown>): Promise<Error> {
  try {
    await call;
  } catch (error) {
    return error as Error;
  }
  throw new Error('it went through');
}
