/** Signed HTTP, as Slack sends it when the app has a request URL. */
import { text } from '../state/json.ts';
import type { Envelope, Receipt, Transport } from './envelope.ts';
import { signatureHeaders } from './signature.ts';

export interface HttpTransportOptions {
  requestUrl: () => string | undefined;
  signingSecret: string;
  ackTimeoutMs: number;
  now: () => number;
}

/** A request exactly as it went out, so that it can be sent again. */
export interface SignedRequest {
  url: string;
  headers: Record<string, string>;
  body: string;
}

const retryReasons: Record<string, string> = {
  dispatch_failed: 'connection_failed',
  operation_timeout: 'http_timeout',
  no_ack: 'http_timeout',
  http_error: 'http_error',
};

/** Posts to the request URL and reads the ack out of the answer. */
export function createHttpTransport(options: HttpTransportOptions): Transport {
  return {
    get ready() {
      return options.requestUrl() !== undefined;
    },
    async send(envelope) {
      const request = signedRequest(envelope, options);
      return post(request, options.ackTimeoutMs);
    },
  };
}

/** Builds the request; `at` is the timestamp in seconds, when it should not be now. */
export function signedRequest(envelope: Envelope, options: HttpTransportOptions, at?: number): SignedRequest {
  const body = bodyOf(envelope);
  const timestamp = at ?? Math.floor(options.now() / 1000);
  const { retry } = envelope;
  return {
    url: options.requestUrl() ?? '',
    body,
    headers: {
      'user-agent': 'Slackbot 1.0 (+https://api.slack.com/robots)',
      // The bare type: Bolt compares it with === and takes anything longer for JSON.
      'content-type': envelope.type === 'events_api' ? 'application/json' : 'application/x-www-form-urlencoded',
      ...signatureHeaders(options.signingSecret, body, timestamp),
      ...(retry && {
        'x-slack-retry-num': String(retry.attempt),
        'x-slack-retry-reason': retryReasons[retry.reason] ?? 'unknown_error',
      }),
    },
  };
}

/** Sends a prepared request: also used for replays and forgeries. */
export async function post(request: SignedRequest, timeoutMs: number): Promise<Receipt> {
  const started = performance.now();
  const elapsed = () => Math.round((performance.now() - started) * 10) / 10;
  try {
    const { url, headers, body } = request;
    const response = await fetch(url, { method: 'POST', headers, body, redirect: 'manual', signal: AbortSignal.timeout(timeoutMs) });
    const answer = await response.text();
    if (response.ok) return { ok: true, ms: elapsed(), payload: ackPayload(answer, response.headers.get('content-type') ?? '') };
    const noRetry = response.headers.get('x-slack-no-retry') === '1';
    return { ok: false, ms: elapsed(), error: 'http_error', status: response.status, noRetry };
  } catch (error) {
    const timedOut = error instanceof Error && error.name === 'TimeoutError';
    return { ok: false, ms: elapsed(), error: timedOut ? 'operation_timeout' : 'dispatch_failed' };
  }
}

function bodyOf({ type, payload }: Envelope): string {
  if (type === 'events_api') return JSON.stringify(payload);
  if (type === 'interactive') return new URLSearchParams({ payload: JSON.stringify(payload) }).toString();
  return new URLSearchParams(Object.entries(payload).map(([key, value]): [string, string] => [key, text(value)])).toString();
}

function ackPayload(body: string, contentType: string): unknown {
  if (body === '') return {};
  if (!contentType.includes('json')) return { text: body };
  try {
    return JSON.parse(body) as unknown;
  } catch {
    return { text: body };
  }
}
