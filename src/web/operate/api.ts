import { Hono } from 'hono';
import type { Context } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { z } from 'zod';
import { severities } from '../../domain/words.ts';
import type { OperatorInput, OperatorToken, OperatorView } from '../../ports.ts';
import type { Message } from '../../views/blocks.ts';
import type { Names } from '../../views/readable.ts';
import { plainText, readable } from '../../views/readable.ts';
import type { Door } from './door.ts';
import { enter, inputOf } from './door.ts';
import { namesOf } from './names.ts';
import { troubleOf } from './trouble.ts';

type Env = { Variables: { token: OperatorToken } };

const text = z.string().trim().max(1000);
const Plan = z.strictObject({ text, incident: text.optional() });
const Request = z.strictObject({ text, incident: text });
const Act = z.strictObject({
  planHash: text.optional(),
  reason: text.optional(),
  typed: text.optional(),
  step: text.optional(),
  choice: text.optional(),
});
const Declare = z.strictObject({ title: text, severity: z.enum(severities), service: text.optional() });

/** What `npx warroom rollback …` talks to: JSON in, JSON and a text for people out. */
export function operateApi(door: Door): Hono<Env> {
  const { operator, log } = door;
  const api = new Hono<Env>();
  api.use(
    bodyLimit({ maxSize: 16 * 1024, onError: (c) => c.json({ error: 'too_large', message: 'The body is larger than 16 KB.' }, 413) }),
  );
  api.use(async (c, next) => {
    const entry = await enter(door, c, bearerOf(c));
    if ('refused' in entry) return refusal(c, entry.refused);
    c.set('token', entry.token);
    return next();
  });
  api.get('/incidents', async (c) => c.json({ incidents: await operator.openIncidents() }));
  api.post('/incidents', async (c) => {
    const { incident, reply } = await operator.declare(input(door, c), Declare.parse(await c.req.json()));
    return c.json({ incident, text: words(reply, await namesOf(operator)) });
  });
  api.get('/rollback/waiting', async (c) => c.json(await answers(door, await operator.waiting(c.get('token').user))));
  api.get('/rollback', async (c) => c.json(await answers(door, await operator.rollbacksOf(c.req.query('incident') ?? ''))));
  api.post('/rollback/plan', async (c) => {
    const { text: what, incident } = Plan.parse(await c.req.json());
    return c.json({ text: words(await operator.plan(what, incident), await namesOf(operator)) });
  });
  api.post('/rollback/request', async (c) => {
    return c.json(await answer(door, await operator.request(input(door, c), Request.parse(await c.req.json()))));
  });
  api.get('/rollback/:rollback', async (c) => c.json(await answer(door, await operator.show(c.req.param('rollback')))));
  api.post('/rollback/:rollback/:verb', async (c) => {
    const { rollback, verb } = c.req.param();
    const by = input(door, c);
    const command = Act.parse(await c.req.json());
    const view = await operator.act(by, rollback, { ...command, verb });
    log.info({ user: by.user, token: c.get('token').id, rollback: view.rollback, verb }, 'operator acted');
    return c.json(await answer(door, view));
  });
  api.onError((error, c) => {
    const { status, ...trouble } = troubleOf(error, log, { path: c.req.path, user: (c.get('token') as OperatorToken | undefined)?.user });
    return c.json(trouble, status);
  });
  return api;
}

function bearerOf(c: Context): string {
  return /^Bearer (\S{1,200})$/i.exec(c.req.header('authorization') ?? '')?.[1] ?? '';
}

/** The same words for every reason. */
function refusal(c: Context, status: 401 | 429): Response {
  if (status === 429)
    return c.json({ error: 'too_many', message: 'Too many wrong keys. Wait ten minutes.' }, 429, { 'retry-after': '600' });
  return c.json({ error: 'unauthorized', message: 'This key opens nothing.' }, 401, { 'www-authenticate': 'Bearer realm="warroom"' });
}

const input = (door: Door, c: Context<Env>): OperatorInput => inputOf(door, c.get('token'), c.req.header('idempotency-key'));

const words = (message: Message, names: Names): string => plainText(readable(message, names));

type Answer = Omit<OperatorView, 'card'> & { text: string };

const answerOf = ({ card, ...view }: OperatorView, names: Names): Answer => ({ ...view, text: words(card, names) });

const answer = async ({ operator }: Door, view: OperatorView): Promise<Answer> => answerOf(view, await namesOf(operator));

async function answers({ operator }: Door, views: readonly OperatorView[]): Promise<{ rollbacks: Answer[] }> {
  const names = await namesOf(operator);
  return { rollbacks: views.map((view) => answerOf(view, names)) };
}
