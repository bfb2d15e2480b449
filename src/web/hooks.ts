/** Where providers call when something happened to a run. Nothing they say is believed: it is a reason to look. */
import { Hono } from 'hono';
import type { Context } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { NotShallowJson, parseShallow } from '../lib/shallow-json.ts';
import type { Hint, Log, Webhook } from '../ports.ts';
import type { Metrics } from './metrics.ts';
import { within } from './within.ts';

export interface Hooks {
  /** By provider; one that is not here has no address. */
  webhooks: ReadonlyMap<string, Webhook>;
  /** Takes what a verified call is about; `repeated` when this delivery came before, and nothing happened now. */
  hear: (provider: string, said: { delivery: string; hints: readonly Hint[] }) => Promise<'taken' | 'repeated'>;
}

export interface HooksDoor extends Hooks {
  metrics: Pick<Metrics, 'hookAnswered'>;
  log: Log;
  /** For the store to take a call. */
  takeMs: number;
}

/** GitHub's calls about runs are some 30 KB. */
const maxBytes = 1024 * 1024;
const maxDepth = 32;

const meanings = {
  400: 'This is no JSON, or it is nested too deeply.',
  401: 'The signature is not ours.',
  413: 'The body is larger than 1 MB.',
  415: 'Send application/json, uncompressed.',
  503: 'Not taken just now. Nothing is lost: runs are looked at anyway.',
} as const;
type No = keyof typeof meanings;

/** `POST /<provider>`: signed calls only, of which no word is logged. */
export function hooksDoor(door: HooksDoor): Hono {
  const app = new Hono();
  const refuse = (c: Context, status: No): Response => {
    door.metrics.hookAnswered(c.req.param('provider') ?? '', status);
    // Of what is too large the rest stays unread, so the connection cannot serve another request.
    return c.json({ error: meanings[status] }, status, status === 413 ? { connection: 'close' } : {});
  };
  app.use('/:provider', async (c, next) => {
    if (!door.webhooks.has(c.req.param('provider'))) return c.json({ error: 'not_found' }, 404);
    return next();
  });
  app.post('/:provider', bodyLimit({ maxSize: maxBytes, onError: (c) => refuse(c, 413) }), async (c) => {
    const status = await take(door, c);
    if (status !== 200 && status !== 202) return refuse(c, status);
    door.metrics.hookAnswered(c.req.param('provider'), status);
    return c.body(null, status);
  });
  return app;
}

/** Nothing reads the body before its signature was found good. */
async function take({ webhooks, hear, log, takeMs }: HooksDoor, c: Context): Promise<200 | 202 | No> {
  const provider = c.req.param('provider') ?? '';
  const header = (name: string): string | undefined => c.req.header(name);
  if (!isPlainJson(c)) return 415;
  const rawBody = new Uint8Array(await c.req.arrayBuffer());
  const webhook = webhooks.get(provider);
  const verified = webhook?.verify(header, rawBody);
  if (!webhook || !verified) return 401;
  try {
    const hints = webhook.hints(header, parseShallow(new TextDecoder().decode(rawBody), maxDepth));
    if (hints.length === 0) return 202;
    const taken = await within(takeMs, () => hear(provider, { ...verified, hints }));
    return taken === 'repeated' ? 200 : 202;
  } catch (error) {
    if (error instanceof NotShallowJson) return 400;
    log.warn({ provider, delivery: verified.delivery, err: error }, 'webhook not taken; the next look at the run comes by itself');
    return 503;
  }
}

/** What is packed could unpack to any size. */
function isPlainJson(c: Context): boolean {
  const type = c.req.header('content-type') ?? '';
  return /^application\/json\s*(;|$)/i.test(type) && c.req.header('content-encoding') === undefined;
}
