// Faults on purpose, of any server of the local production. Each one is used up after `times` requests.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Answer } from './answer.ts';

export type Fault = FaultMatch & FaultEffect;

export interface FaultMatch {
  method?: string | undefined;
  /** A part of the path, or a pattern. */
  path?: string | RegExp | undefined;
  /** How many requests meet it; default 1. */
  times?: number | undefined;
  /** The trouble that begins when the last of them was met: “accepts the write, and cannot be read from then on”. */
  andThen?: Fault | undefined;
}

export type FaultEffect =
  /** `says` is quoted in the answer, as services do that repeat what they were sent. */
  | { kind: 'status'; status: number; retryAfter?: number | undefined; says?: string | undefined }
  /** Carried out, and then answered with an error all the same. */
  | { kind: 'status_after'; status: number }
  /**
   * hang: the answer never comes; cut: the connection is cut. Before: the request was not carried out; after: it was.
   * unauthorized: as if the token had been revoked. pretend: answered as done, and not carried out.
   */
  | { kind: 'hang_before' | 'hang_after' | 'cut_before' | 'cut_after' | 'unauthorized' | 'pretend' }
  | { kind: 'latency'; ms: number }
  /** 403 as for the secondary rate limit. */
  | { kind: 'secondary_limit'; retryAfter?: number | undefined };

export interface Faults {
  add(fault: Fault): void;
  clear(): void;
  /** The first fault for this request; its use is counted. */
  take(method: string, path: string): Fault | undefined;
}

/** An empty list of faults. */
export function createFaults(): Faults {
  let faults: { fault: Fault; left: number }[] = [];
  const add = (fault: Fault): void => void faults.push({ fault, left: fault.times ?? 1 });
  return {
    add,
    clear: () => void (faults = []),
    take(method, path) {
      const hit = faults.find(({ fault, left }) => left > 0 && matches(fault, method, path));
      if (!hit) return undefined;
      hit.left -= 1;
      if (hit.left === 0 && hit.fault.andThen) add(hit.fault.andThen);
      return hit.fault;
    },
  };
}

function matches(fault: FaultMatch, method: string, path: string): boolean {
  if (fault.method && fault.method !== method) return false;
  if (fault.path === undefined) return true;
  return typeof fault.path === 'string' ? path.includes(fault.path) : fault.path.test(path);
}

const onPurpose = (status: number, says = 'fault on purpose'): Answer => ({ status, body: { error: says } });

/** Carries a request out as its fault wants; nothing to answer when the client waits for ever or the connection is cut. */
export async function underFault(
  fault: Fault | undefined,
  { carryOut, cut }: { carryOut: () => Promise<Answer>; cut: () => void },
): Promise<Answer | undefined> {
  switch (fault?.kind) {
    case undefined:
      return carryOut();
    case 'latency':
      await sleep(fault.ms);
      return carryOut();
    case 'status':
      return {
        ...onPurpose(fault.status, fault.says),
        ...(fault.retryAfter !== undefined && { headers: { 'retry-after': String(fault.retryAfter) } }),
      };
    case 'unauthorized':
      return onPurpose(401);
    case 'pretend':
      return { status: 200, body: {} };
    case 'secondary_limit':
      return { ...onPurpose(429), headers: { 'retry-after': String(fault.retryAfter ?? 60) } };
    case 'status_after':
      await carryOut();
      return onPurpose(fault.status);
    case 'hang_after':
    case 'cut_after':
      await carryOut();
      if (fault.kind === 'cut_after') cut();
      return undefined;
    case 'cut_before':
      cut();
      return undefined;
    case 'hang_before':
      return undefined;
  }
}
