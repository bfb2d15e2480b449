/** Talks to a running Warroom on behalf of a person at a terminal. */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { OperatorClient } from '../config/operator.ts';

/** What a script can tell apart. */
export const exitCodes = { refused: 1, usage: 2, notLetIn: 3, unreachable: 4 } as const;

/** Ends the command: the text goes to standard error. */
export class Failed extends Error {
  override name = 'Failed' as const;
  readonly code: number;

  constructor(code: number, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

export type Call = <T>(path: string, body?: object) => Promise<T>;

const answerMs = 30_000;
const tries = 3;

/** One call, repeated under the same name when its answer got lost: it counts once. @throws Failed */
export function createCall({ url, token }: OperatorClient): Call {
  const base = url.replace(/\/+$/, '');
  return async <T>(path: string, body?: object): Promise<T> => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json', 'idempotency-key': randomUUID() };
    const request = body === undefined ? { headers } : { method: 'POST', headers, body: JSON.stringify(body) };
    const response = await send(`${base}/api/v1${path}`, request);
    const answer = (await response.json().catch(() => undefined)) as { message?: string } | undefined;
    if (response.ok && answer !== undefined) return answer as T;
    throw failureOf(response.status, answer?.message, base);
  };
}

async function send(address: string, request: RequestInit): Promise<Response> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      // A redirect would carry the key to wherever it points.
      return await fetch(address, { ...request, redirect: 'error', signal: AbortSignal.timeout(answerMs) });
    } catch (cause) {
      if (attempt === tries) {
        const { origin } = new URL(address);
        throw new Failed(exitCodes.unreachable, `Warroom does not answer at ${origin}. Is WARROOM_URL right? (${reasonOf(cause)})`, {
          cause,
        });
      }
      await sleep(500 * attempt);
    }
  }
}

function reasonOf(error: unknown): string {
  const { cause, message } = (error ?? {}) as { cause?: unknown; message?: string };
  return cause instanceof Error ? cause.message || cause.name : (message ?? 'no reason given');
}

function failureOf(status: number, message: string | undefined, base: string): Failed {
  if (status === 401) {
    return new Failed(exitCodes.notLetIn, 'Your key opens nothing: it is wrong, expired or revoked. Ask an administrator for a new one.');
  }
  if (status === 429) return new Failed(exitCodes.notLetIn, message ?? 'Too many wrong keys. Wait ten minutes.');
  if (status < 500 && message !== undefined) return new Failed(exitCodes.refused, message);
  if (message !== undefined) return new Failed(exitCodes.unreachable, message);
  return new Failed(exitCodes.unreachable, `What answers at ${base} is not Warroom, or an old one (${status}).`);
}
