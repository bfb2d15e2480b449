// Faults on purpose. Each one is used up after `times` requests.

export type Fault = FaultMatch & FaultEffect;

export interface FaultMatch {
  method?: string | undefined;
  /** A part of the path, or a pattern. */
  path?: string | RegExp | undefined;
  /** How many requests meet it; default 1. */
  times?: number | undefined;
}

export type FaultEffect =
  | { kind: 'status'; status: number; retryAfter?: number | undefined }
  /** Carried out, and then answered with an error all the same. */
  | { kind: 'status_after'; status: number }
  /**
   * hang: the answer never comes; cut: the connection is cut. Before: the request was not carried out; after: it was.
   * unauthorized: as if the token had been revoked.
   */
  | { kind: 'hang_before' | 'hang_after' | 'cut_before' | 'cut_after' | 'unauthorized' }
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
  return {
    add: (fault) => void faults.push({ fault, left: fault.times ?? 1 }),
    clear: () => void (faults = []),
    take(method, path) {
      const hit = faults.find(({ fault, left }) => left > 0 && matches(fault, method, path));
      if (hit) hit.left -= 1;
      return hit?.fault;
    },
  };
}

function matches(fault: FaultMatch, method: string, path: string): boolean {
  if (fault.method && fault.method !== method) return false;
  if (fault.path === undefined) return true;
  return typeof fault.path === 'string' ? path.includes(fault.path) : fault.path.test(path);
}
