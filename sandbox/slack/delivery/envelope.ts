import type { Json } from '../state/json.ts';

/** One thing to tell the app, before a transport is chosen. */
export interface Envelope {
  type: 'slash_commands' | 'interactive' | 'events_api';
  /** For the inspector: the command, block_actions, the event's type … */
  name: string;
  payload: Json;
  acceptsResponse: boolean;
  retry?: { attempt: number; reason: string };
}

/** What became of a delivery. `payload` is what the app put into its ack. */
export type Receipt =
  { ok: true; ms: number; payload: unknown } | { ok: false; ms: number; error: DeliveryError; status?: number; noRetry?: boolean };

/** dispatch_failed: nobody there. operation_timeout: HTTP, too late. no_ack: socket, too late. http_error: an answer, but not a 200. */
export type DeliveryError = 'dispatch_failed' | 'operation_timeout' | 'no_ack' | 'http_error';

/** A way to the app. */
export interface Transport {
  readonly ready: boolean;
  send(envelope: Envelope): Promise<Receipt>;
}
