import type { Act, ActResult, LogEntry, Order, OrderResult, Snapshot } from '../client-api.ts';
import { obey } from '../acts/orders.ts';
import { perform } from '../acts/act.ts';
import type { Core } from '../core.ts';
import { snapshot } from '../wire/client.ts';

/** How the test API reaches the workspace: in the same process, or over its port. */
export interface Door {
  snapshot(as: string): Promise<Snapshot>;
  act(act: Act): Promise<ActResult>;
  order(order: Order): Promise<OrderResult>;
  log(after: number): Promise<LogEntry[]>;
}

/** Straight to the workspace in this process. */
export function directDoor(core: Core): Door {
  return {
    // A copy, as over HTTP: what a test holds must not change under it.
    snapshot: (as) => Promise.resolve(structuredClone(snapshot(core, as))),
    act: (act) => perform(core, act),
    order: (order) => obey(core, order),
    log: (after) => Promise.resolve(core.log.after(after)),
  };
}

/** To a workspace in another process. */
export function httpDoor(url: string): Door {
  const base = `${url.replace(/\/$/, '')}/client`;
  const get = async <T>(path: string) => (await (await fetch(`${base}${path}`)).json()) as T;
  const send = async <T>(path: string, body: unknown) => {
    const response = await fetch(`${base}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    return (await response.json()) as T;
  };
  return {
    snapshot: (as) => get<Snapshot>(`/snapshot?as=${encodeURIComponent(as)}`),
    act: (act) => send<ActResult>('/act', act),
    order: (order) => send<OrderResult>('/admin', order),
    log: async (after) => (await get<{ entries: LogEntry[] }>(`/log?after=${after}`)).entries,
  };
}
