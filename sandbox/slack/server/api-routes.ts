/** `/api/<method>`: token, scope, limits, faults, then the method itself. */
import type { HttpBindings } from '@hono/node-server';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import { Hono, type Context } from 'hono';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FaultRule } from '../client-api.ts';
import type { Core } from '../core.ts';
import { methods } from '../methods/index.ts';
import { requireScope, type Method } from '../methods/method.ts';
import { text, type Json } from '../state/json.ts';
import { SlackError } from '../state/slack-error.ts';
import { readArguments, tokenOf } from './read-arguments.ts';

type Env = { Bindings: HttpBindings };

interface Incoming {
  name: string;
  args: Json;
  token: string;
}

/** What goes back: usually HTTP 200 with `ok`, rarely a bare status. */
interface Outgoing {
  status: number;
  body: Json | string;
  headers?: Record<string, string>;
}

/** The Web API. */
export function apiRoutes(core: Core): Hono<Env> {
  const app = new Hono<Env>();
  app.on(['GET', 'POST'], '/:method', async (c) => {
    const args = await readArguments(c);
    return respond(core, c, { name: c.req.param('method'), args, token: tokenOf(c, args) });
  });
  return app;
}

async function respond(core: Core, c: Context<Env>, call: Incoming): Promise<Response> {
  const started = performance.now();
  const latency = core.faults.latency(call.name);
  if (latency > 0) await sleep(latency);
  const rule = core.faults.take(call.name);
  const note = (out: Outgoing | string) => logCall(core, call, { out, ms: Math.round((performance.now() - started) * 10) / 10 });
  if (rule?.kind === 'hang' || rule?.kind === 'cut_before') {
    note(rule.kind);
    if (rule.kind === 'cut_before') c.env.incoming.socket.destroy();
    return RESPONSE_ALREADY_SENT;
  }
  const out = (rule && faultAnswer(rule)) ?? limited(core, call) ?? (await answer(core, call));
  if (rule?.kind === 'cut_after') {
    note(rule.kind);
    c.env.incoming.socket.destroy();
    return RESPONSE_ALREADY_SENT;
  }
  note(out);
  return send(core, out, call.name);
}

function faultAnswer({ kind, value, error }: FaultRule): Outgoing | undefined {
  if (kind === 'status') return { status: value ?? 500, body: 'the sandbox was told to fail' };
  if (kind === 'rate_limited') return tooMany(value ?? 1);
  return kind === 'error' ? { status: 200, body: { ok: false, error: error ?? 'internal_error' } } : undefined;
}

function tooMany(seconds: number): Outgoing {
  return { status: 429, body: { ok: false, error: 'ratelimited' }, headers: { 'retry-after': String(seconds) } };
}

function limited(core: Core, { name, args }: Incoming): Outgoing | undefined {
  if (!core.faults.current().rateLimits) return undefined;
  const wait = core.limiter(name, text(args['channel']));
  return wait > 0 ? tooMany(wait) : undefined;
}

async function answer(core: Core, { name, args, token }: Incoming): Promise<Outgoing> {
  try {
    const method = methods.get(name);
    if (!method) throw new SlackError('unknown_method', { req_method: name });
    checkToken(core, method, token);
    requireScope(core, method.scopes);
    const fields = await method.run({ core, args, bot: core.store.app.botUserId });
    return { status: 200, body: { ok: true, ...fields } };
  } catch (error) {
    if (!(error instanceof SlackError)) throw error;
    return { status: 200, body: { ok: false, error: error.code, ...error.extras } };
  }
}

/** `xapp-` is for apps.connections.open alone, `xoxb-` for everything else. */
function checkToken(core: Core, method: Method, token: string): void {
  if (method.token === 'none') return;
  if (token === '') throw new SlackError('not_authed');
  const known = [core.tokens.bot, core.tokens.app].includes(token);
  if (!known) throw new SlackError('invalid_auth');
  const wanted = method.token === 'app' ? core.tokens.app : core.tokens.bot;
  if (token !== wanted) throw new SlackError('not_allowed_token_type');
}

function send(core: Core, out: Outgoing, name: string): Response {
  const accepted = methods.get(name)?.scopes.join(',') ?? '';
  const isText = typeof out.body === 'string';
  return new Response(typeof out.body === 'string' ? out.body : JSON.stringify(out.body), {
    status: out.status,
    headers: {
      'content-type': isText ? 'text/plain; charset=utf-8' : 'application/json; charset=utf-8',
      'x-oauth-scopes': core.manifest.scopes.join(','),
      'x-accepted-oauth-scopes': accepted,
      'x-slack-req-id': randomUUID().replaceAll('-', ''),
      ...out.headers,
    },
  });
}

function logCall(core: Core, { name, args }: Incoming, { out, ms }: { out: Outgoing | string; ms: number }): void {
  const entry = { kind: 'api' as const, name, ms, request: unfolded(args) };
  if (typeof out === 'string') return void core.log.add({ ...entry, ok: false, error: out });
  if (typeof out.body === 'string') return void core.log.add({ ...entry, ok: false, error: `http_${out.status}` });
  const ok = out.body['ok'] === true;
  core.log.add({ ...entry, ok, response: out.body, ...(!ok && { error: text(out.body['error']) }) });
}

/** Forms carry JSON in strings; the inspector shows what is inside. */
function unfolded(args: Json): Json {
  return Object.fromEntries(
    Object.entries(args).map(([key, value]) => {
      if (typeof value !== 'string' || !/^[[{]/.test(value)) return [key, value];
      try {
        return [key, JSON.parse(value) as unknown];
      } catch {
        return [key, value];
      }
    }),
  );
}
