// The one way out to providers: time limits, no redirects, no private network, and reads asked again while writes never are.
import { setTimeout as sleep } from 'node:timers/promises';
import { Agent, fetch } from 'undici';
import type { z } from 'zod';
import { ProviderError } from '../ports.ts';
import { publicLookup, refusePrivateLiteral } from './addresses.ts';
import { answeredError, silenceError, strangeAnswer, type Asked, type Callee } from './http-trouble.ts';

export interface TransportOptions {
  provider: string;
  /** The configured address: only used to name the host in errors. */
  url: string;
  /** What a person does about a wrong token, for example `set GITHUB_TOKEN`. */
  remedy: string;
  token?: string | undefined;
  /** The address may be one of the private network. */
  allowPrivate?: boolean | undefined;
  /** Bytes of an answer that are read at most; more makes no sense here. */
  largestAnswer?: number;
  timeouts?: { connectMs?: number | undefined; callMs?: number | undefined } | undefined;
}

export interface Ask {
  method?: string;
  headers?: Record<string, string>;
  body?: string;
  signal?: AbortSignal | undefined;
  /** Nothing is changed by it, whatever its method: it may be asked again. */
  readOnly?: boolean;
  /** Asked once even though it is a read: its failure is what one wants to know. */
  once?: boolean;
}

export interface Transport {
  /** Answers 2xx with the body already read. @throws ProviderError for everything else */
  fetch: (url: string, ask?: Ask) => Promise<Response>;
  /** Checks an answer against the shape we read. @throws ProviderError of kind `unexpected` */
  read: <Shape extends z.ZodType>(shape: Shape, data: unknown) => z.output<Shape>;
}

const readRetries = 2;
const backoffMs = 200;
/** A pause asked for by the vendor that is longer than this belongs to the job queue, not into a call. */
const longestPauseMs = 3_000;
const defaultLargestAnswer = 25_000_000;
const emptyStatuses = [204, 205];

/** Opens the way to one provider. */
export function createTransport(options: TransportOptions): Transport {
  const {
    provider,
    url,
    remedy,
    token,
    largestAnswer = defaultLargestAnswer,
    timeouts: { connectMs = 3_000, callMs = 8_000 } = {},
  } = options;
  const callee: Callee = { provider, host: new URL(url).host, remedy, secrets: token === undefined ? [] : [token] };
  const reads = newAgent(options, { timeout: connectMs });
  // A kept socket that died meanwhile would turn a write that never left into an unknown outcome: writes get a fresh one.
  const writes = newAgent(options, { timeout: connectMs, fresh: true });
  const once = async (address: string, ask: Ask): Promise<Response> => {
    const asked = { callee: { ...callee, host: new URL(address).host }, isWrite: isWrite(ask) };
    const timeout = AbortSignal.timeout(callMs);
    const signal = ask.signal ? AbortSignal.any([ask.signal, timeout]) : timeout;
    const { status, headers, body } = await exchange(asked, async () => {
      if (!options.allowPrivate) refusePrivateLiteral(new URL(address).hostname);
      const response = await fetch(address, { ...requestOf(ask), redirect: 'manual', signal, dispatcher: asked.isWrite ? writes : reads });
      return { status: response.status, headers: new Headers([...response.headers]), body: await wholeBody(response, largestAnswer) };
    });
    if (status >= 200 && status < 300) return new Response(emptyStatuses.includes(status) ? null : body, { status, headers });
    throw answeredError(asked, { status, headers, body });
  };

  return {
    fetch: (address, ask = {}) => (isWrite(ask) || ask.once ? once(address, ask) : askAgain(() => once(address, ask), ask.signal)),
    read: (shape, data) => {
      const parsed = shape.safeParse(data);
      if (parsed.success) return parsed.data;
      const [issue] = parsed.error.issues;
      throw strangeAnswer(callee, `${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`.trim());
    },
  };
}

function newAgent({ allowPrivate }: TransportOptions, { timeout, fresh = false }: { timeout: number; fresh?: boolean }): Agent {
  return new Agent({ pipelining: fresh ? 0 : 1, connect: { timeout, ...(allowPrivate ? {} : { lookup: publicLookup }) } });
}

function isWrite({ method = 'GET', readOnly = false }: Ask): boolean {
  return !readOnly && !['GET', 'HEAD'].includes(method.toUpperCase());
}

function requestOf({ method = 'GET', headers = {}, body }: Ask): { method: string; headers: Record<string, string>; body?: string } {
  return { method, headers, ...(body !== undefined && { body }) };
}

type Answered = Awaited<ReturnType<typeof fetch>>;

interface Whole {
  status: number;
  headers: Headers;
  body: string;
}

/** Thrown while reading: what comes is more than anybody here can use. */
class TooLarge extends Error {
  override name = 'TooLarge' as const;
}

/** One request with its whole answer: a connection cut in the middle of the body is silence as well. */
async function exchange(asked: Asked, send: () => Promise<Whole>): Promise<Whole> {
  try {
    return await send();
  } catch (error) {
    if (error instanceof TooLarge && !asked.isWrite) throw strangeAnswer(asked.callee, error.message);
    throw silenceError(asked, error);
  }
}

async function wholeBody(response: Answered, largest: number): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    size += chunk.byteLength;
    if (size > largest) throw new TooLarge(`it is larger than ${Math.floor(largest / 1024)} KB`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** Reads have no effect, so a short fault is worth another try. A call that ran into its time limit has cost enough already. */
async function askAgain(once: () => Promise<Response>, signal: AbortSignal | undefined): Promise<Response> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await once();
    } catch (error) {
      const waitMs = error instanceof ProviderError && attempt < readRetries ? retryDelay(error, attempt) : undefined;
      if (waitMs === undefined || signal?.aborted) throw error;
      await sleep(waitMs);
    }
  }
}

function retryDelay({ kind, retryAfterMs, cause }: ProviderError, attempt: number): number | undefined {
  if (kind !== 'rate_limited' && kind !== 'unavailable') return undefined;
  if (ranOutOfTime(cause)) return undefined;
  if (retryAfterMs !== undefined) return retryAfterMs <= longestPauseMs ? retryAfterMs : undefined;
  return backoffMs * 2 ** attempt * (0.5 + Math.random());
}

function ranOutOfTime(cause: unknown): boolean {
  const { name } = (cause ?? {}) as { name?: unknown };
  return name === 'TimeoutError' || name === 'AbortError';
}
