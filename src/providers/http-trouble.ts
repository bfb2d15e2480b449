// Turns what HTTP does when it goes wrong into the words of ports.ts, readable by somebody woken up at 3 a.m.
import { ProviderError, type ProviderErrorKind } from '../ports.ts';
import { PrivateAddress } from './addresses.ts';

/** Who was called, and what a person can do about a no. */
export interface Callee {
  provider: string;
  host: string;
  /** Said after 401 and 403, for example `set GITHUB_TOKEN`. */
  remedy: string;
  /** Never to be seen in a text. */
  secrets: readonly string[];
}

/** What is known about the call that went wrong. */
export interface Asked {
  callee: Callee;
  isWrite: boolean;
}

const longestText = 200;
const longestQuote = 70;
/** GitHub asks for a minute when it names no time; nobody else is hurt by that. */
const defaultPauseMs = 60_000;
const tokenShapes = /\b(?:gh[a-z]_\w+|github_pat_\w+|xox[a-z]-[\w-]+|eyJ[\w-]+\.[\w.-]+)|\b(?:bearer|basic)\s+[\w.~+/=-]{16,}/gi;

/** The cause of an error that was an answer: what a provider may need to know of it beyond the error's kind. */
export class AnswerStatus extends Error {
  override name = 'AnswerStatus' as const;
  readonly status: number;
  /** The permission that the vendor says is needed, in its own words. */
  readonly needs: string | undefined;

  constructor(status: number, headers: Headers) {
    super(`HTTP ${status}`);
    this.status = status;
    this.needs = headers.get('x-accepted-github-permissions')?.slice(0, 100) || undefined;
  }
}

/** The error of an answer that is not 2xx. */
export function answeredError(asked: Asked, response: { status: number; headers: Headers; body: string }): ProviderError {
  const { kind, ...details } = judge(asked, response);
  return trouble(asked.callee, kind, { ...details, cause: new AnswerStatus(response.status, response.headers) });
}

function judge(
  { callee, isWrite }: Asked,
  { status, headers, body }: { status: number; headers: Headers; body: string },
): Details & { kind: ProviderErrorKind } {
  const said = vendorMessage(body);
  const start = `${callee.host} answered ${status}`;
  const quote = said === '' ? '' : ` (${said.slice(0, longestQuote)})`;
  if (status >= 300 && status < 400)
    return {
      kind: 'refused',
      text: `${start}, a redirect, which is not followed: is the configured address or repository name out of date?`,
    };
  if (isRateLimit(status, headers, said)) {
    const retryAfterMs = pauseMs(headers);
    return { kind: 'rate_limited', text: `${start}: too many requests; again in ${Math.ceil(retryAfterMs / 1000)} s`, retryAfterMs };
  }
  if (status === 401) return { kind: 'unauthorized', text: `${start}: the token is wrong or expired; ${callee.remedy}` };
  if (status === 403) return { kind: 'unauthorized', text: `${start}: the token may not do this; ${callee.remedy}${quote}` };
  if (status === 404) return { kind: 'not_found', text: `${start}: it is not there, or the token may not see it${quote}` };
  if (status >= 500 && isWrite) return { kind: 'unknown', text: `${start}${quote}; it may have done what we asked all the same` };
  if (status >= 500) {
    const text = `${start}${quote}; it has trouble of its own, try again in a moment`;
    return { kind: 'unavailable', text, ...(headers.has('retry-after') && { retryAfterMs: pauseMs(headers) }) };
  }
  return { kind: 'refused', text: `${start}: it refused${quote}` };
}

/** The error of a call without an answer. */
export function silenceError({ callee, isWrite }: Asked, cause: unknown): ProviderError {
  const reasons = chain(cause);
  const hidden = reasons.find((reason): reason is PrivateAddress => reason instanceof PrivateAddress);
  if (hidden) {
    const text = `${callee.host} leads to the private address ${hidden.address}; set allowPrivate: true for this provider if it belongs there`;
    return trouble(callee, 'refused', { text, cause });
  }

  const why = reasons.map(nameOf).find((name) => name !== '') ?? 'no answer';
  if (isNeverSent(reasons))
    return trouble(callee, 'unavailable', { text: `${callee.host} cannot be reached (${why}); nothing was sent`, cause });
  if (isWrite)
    return trouble(callee, 'unknown', {
      text: `${callee.host} gave no answer (${why}); it may have done what we asked all the same`,
      cause,
    });
  return trouble(callee, 'unavailable', { text: `${callee.host} gave no answer (${why}); try again in a moment`, cause });
}

/** The codes of the system's errors behind an error, for example ECONNREFUSED. */
export function codesBehind(error: unknown): string[] {
  return chain(error).flatMap(({ code }) => (typeof code === 'string' ? [code] : []));
}

/** An answer that is fine by its status and makes no sense. */
export function strangeAnswer(callee: Callee, what: string): ProviderError {
  return trouble(callee, 'unexpected', { text: `${callee.host} answered in a form we do not know: ${what}` });
}

interface Details {
  text: string;
  retryAfterMs?: number;
  cause?: unknown;
}

function trouble(callee: Callee, kind: ProviderErrorKind, { text, ...rest }: Details): ProviderError {
  return new ProviderError(callee.provider, kind, {
    message: withoutSecrets(callee, text).slice(0, longestText - callee.provider.length - 2),
    ...rest,
  });
}

function withoutSecrets({ secrets }: Callee, text: string): string {
  const hidden = secrets.filter((secret) => secret !== '').reduce((left, secret) => left.replaceAll(secret, '***'), text);
  return hidden.replaceAll(tokenShapes, '***');
}

/** What the vendor says itself: one line, from the fields that vendors use for it. */
function vendorMessage(body: string): string {
  try {
    const parsed: unknown = JSON.parse(body);
    const { message, error } = (parsed ?? {}) as { message?: unknown; error?: unknown };
    const said = [message, error].find((text) => typeof text === 'string') ?? '';
    return said.replaceAll(/\s+/g, ' ').trim();
  } catch {
    return ''; // an HTML page of some proxy helps nobody on a card
  }
}

function isRateLimit(status: number, headers: Headers, said: string): boolean {
  if (status === 429) return true;
  return status === 403 && (headers.has('retry-after') || headers.get('x-ratelimit-remaining') === '0' || /rate limit/i.test(said));
}

/** How long the vendor wants to be left alone, from the headers it may say so in. */
function pauseMs(headers: Headers): number {
  const retryAfter = headers.get('retry-after');
  if (retryAfter !== null && /^\d+$/.test(retryAfter)) return Number(retryAfter) * 1000;
  const until = retryAfter === null ? Number.NaN : Date.parse(retryAfter);
  if (!Number.isNaN(until)) return Math.max(0, until - Date.now());
  const reset = Number(headers.get('x-ratelimit-reset') ?? Number.NaN);
  const isUsedUp = headers.get('x-ratelimit-remaining') === '0';
  return isUsedUp && reset > 0 ? Math.max(1000, reset * 1000 - Date.now()) : defaultPauseMs;
}

/** As much of an error as we read. Node's own errors are told by their form: in another realm `instanceof` does not know them. */
interface Reason {
  name?: unknown;
  code?: unknown;
  syscall?: unknown;
  cause?: unknown;
  errors?: unknown;
}

/** The error with everything it was caused by; undici keeps the interesting one inside. */
function chain(cause: unknown): Reason[] {
  if (typeof cause !== 'object' || cause === null) return [];
  const reason: Reason = cause;
  const inner: unknown = Array.isArray(reason.errors) ? reason.errors[0] : reason.cause;
  return [reason, ...chain(inner)];
}

/** What the usual codes of a broken connection mean. */
const codeWords: Readonly<Record<string, string>> = {
  UND_ERR_SOCKET: 'the connection broke',
  ECONNRESET: 'the connection broke',
  EPIPE: 'the connection broke',
  ECONNREFUSED: 'nobody listens there',
  ENOTFOUND: 'there is no such host',
  UND_ERR_CONNECT_TIMEOUT: 'no connection in time',
};

function nameOf({ name, code }: Reason): string {
  if (name === 'TimeoutError') return 'it took too long';
  if (name === 'AbortError') return 'the call was called off';
  return typeof code === 'string' ? (codeWords[code] ?? code) : '';
}

/** True when the trouble came before the request could have left: no name, no connection, no trusted certificate. */
function isNeverSent(reasons: readonly Reason[]): boolean {
  return reasons.some(({ code, syscall }) => {
    if (syscall === 'connect' || syscall === 'getaddrinfo') return true;
    return typeof code === 'string' && /^(UND_ERR_CONNECT_TIMEOUT|CERT_|ERR_TLS_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_)/.test(code);
  });
}
