import type { ChangeBody, Changes } from './state/changes.ts';
import type { Clock } from './state/clock.ts';
import type { FaultBoard } from './state/faults.ts';
import type { Ids } from './state/ids.ts';
import type { Limiter } from './state/limits.ts';
import type { Log } from './state/log.ts';
import type { Manifest } from './state/manifest.ts';
import type { Store } from './state/store.ts';
import type { Hub } from './delivery/hub.ts';
import type { ResponseUrls } from './delivery/response-urls.ts';
import type { SocketTransport } from './delivery/socket-transport.ts';
import type { Triggers } from './delivery/triggers.ts';

/** None of these looks like a real token on purpose. */
export interface Tokens {
  bot: string;
  app: string;
  signingSecret: string;
}

/** Everything a part of the workspace may need, wired once in workspace.ts. */
export interface Core {
  readonly clock: Clock;
  readonly ids: Ids;
  readonly store: Store;
  readonly manifest: Manifest;
  readonly tokens: Tokens;
  readonly changes: Changes;
  readonly log: Log;
  readonly faults: FaultBoard;
  readonly limiter: Limiter;
  readonly sockets: SocketTransport;
  readonly hub: Hub;
  readonly triggers: Triggers;
  readonly responseUrls: ResponseUrls;
  readonly ackTimeoutMs: number;
  /** Known once the server listens. */
  baseUrl: string;
  requestUrl: string | undefined;
  notice: string;
}

/** Seconds, as Slack's `created` fields want them. */
export function seconds(core: Core): number {
  return Math.floor(core.clock.now() / 1000);
}

/** Tells one person something. */
export function tell(core: Core, user: string, body: ChangeBody): void {
  core.changes.publish((as) => (as === user ? body : undefined));
}
