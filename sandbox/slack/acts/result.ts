import type { Receipt } from '../delivery/envelope.ts';
import type { ActResult } from '../client-api.ts';

/** It was done, and the app had no part in it. */
export const done: ActResult = { ok: true };

/** It was not done; `message` is what a person reads. */
export function refused(error: string, message = error): ActResult {
  return { ok: false, error, message };
}

/** The app answered: how fast, and what. */
export function acked(receipt: Receipt & { ok: true }): ActResult {
  return { ok: true, ms: receipt.ms, response: receipt.payload };
}
