// In HTTP mode: what a request to Slack's address must look like before Bolt sees it. Bolt takes timestamps from the future and ones that
// are no number, and answers a missing signature with an internal error of its own.
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Metrics } from './metrics.ts';

/** Where Slack sends everything to. */
export const slackPath = '/slack/events';

/** Bolt's listener, e.g. `HTTPReceiver.requestListener`. It verifies the signature itself. */
export interface SlackHttp {
  listener: (request: IncomingMessage, response: ServerResponse) => void;
}

export type SlackRefusal = 'timestamp' | 'too_old' | 'in_the_future' | 'signature';

const maxAgeSeconds = 5 * 60;
const maxAheadSeconds = 60;

/** Why a request cannot be Slack's, judged by its headers alone; `undefined` if it can be. */
export function refusalOf({ headersDistinct }: Pick<IncomingMessage, 'headersDistinct'>, nowMs: number): SlackRefusal | undefined {
  const timestamp = only(headersDistinct['x-slack-request-timestamp']);
  if (timestamp === undefined || !/^\d{1,12}$/.test(timestamp)) return 'timestamp';
  const age = Math.floor(nowMs / 1000) - Number(timestamp);
  if (age > maxAgeSeconds) return 'too_old';
  if (age < -maxAheadSeconds) return 'in_the_future';

  const signature = only(headersDistinct['x-slack-signature']);
  if (signature === undefined || !/^v0=[0-9a-f]{64}$/.test(signature)) return 'signature';
  return undefined;
}

/** A header given twice is nobody's: two readers could each believe another one. */
const only = (values: readonly string[] | undefined): string | undefined => (values?.length === 1 ? values[0] : undefined);

export interface SlackDoor {
  slack: SlackHttp;
  metrics: Pick<Metrics, 'slackRefused'>;
  now: () => number;
  /** Who answers what Bolt does not take. */
  otherwise: RequestListener;
}

/** Lets a request through to Bolt, or ends it without a word why: the one who forges gets no help. */
export function slackDoor({ slack, metrics, now, otherwise }: SlackDoor): RequestListener {
  return (request, response) => {
    if (request.method !== 'POST') return end(response, 405, { allow: 'POST' });
    const refusal = refusalOf(request, now());
    if (refusal !== undefined) {
      metrics.slackRefused(refusal);
      return end(response, 401);
    }
    try {
      slack.listener(request, response);
    } catch (error) {
      if (!isDeferred(error)) throw error;
      otherwise(request, response);
    }
  };
}

/** The body stays unread, so the connection cannot serve another request. */
function end(response: ServerResponse, status: number, headers: Record<string, string> = {}): void {
  response.writeHead(status, { ...headers, 'content-length': 0, connection: 'close' }).end();
}

/** Bolt throws this, at once, for a path that it does not serve. Known by its code: importing Bolt for a class would cost a second. */
const isDeferred = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'slack_bolt_http_receiver_deferred_request_error';
