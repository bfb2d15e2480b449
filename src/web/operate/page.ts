import { Hono } from 'hono';
import type { Context } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { z } from 'zod';
import { Refusal } from '../../domain/refusal.ts';
import { severities } from '../../domain/words.ts';
import type { OperatorCommand, OperatorInput } from '../../ports.ts';
import type { Html } from '../look.ts';
import { contentPolicy } from '../look.ts';
import type { Door } from './door.ts';
import { enter, inputOf } from './door.ts';
import type { InIncident, Seen } from './draw.ts';
import { incidentPage, loginPage, overviewPage, rollbackPage } from './draw.ts';
import { namesOf } from './names.ts';
import { troubleOf } from './trouble.ts';
import type { Visit } from './visit.ts';
import { beginVisit, endVisit, isFromUs, isLocal, isProof, visitOf } from './visit.ts';

type Env = { Variables: { visit: Visit; form: Form } };

const text = z.string().trim().max(1000);
const Form = z.record(z.string(), text);
type Form = z.infer<typeof Form>;
const Declaration = z.object({ title: text, severity: z.enum(severities) });

/** The page at /operate: what the buttons in Slack do, for people with a key. */
export function operatePage(door: Door): Hono<Env> {
  const app = new Hono<Env>();
  app.use(async (c, next) => {
    await next();
    c.header('content-security-policy', contentPolicy('self'));
    // With less, browsers hide from us where a form comes from.
    c.header('referrer-policy', 'same-origin');
    if (!isLocal(c)) c.header('strict-transport-security', 'max-age=31536000');
  });
  app.use(bodyLimit({ maxSize: 16 * 1024, onError: (c) => c.html(loginPage('That was too long.'), 413) }));
  app.onError((error, c) => failed(door, c, error));
  app.post('/login', (c) => logIn(door, c));
  app.use((c, next) => onlyVisitors(door, c, next));
  app.get('/', async (c) => c.html(await overview(door, c)));
  app.post('/logout', async (c) => {
    await door.keys.close(c.get('visit').session);
    endVisit(c);
    return c.redirect('/operate', 303);
  });
  app.post('/declare', async (c) => {
    const declared = await door.operator.declare(inputFrom(door, c), Declaration.parse(c.get('form')));
    return c.redirect(`/operate/${declared.incident}`, 303);
  });
  app.get('/:incident{INC-[0-9]{1,9}}', async (c) => c.html(await incident(door, c, { incident: c.req.param('incident') })));
  app.post('/:incident{INC-[0-9]{1,9}}/plan', async (c) => {
    const name = c.req.param('incident');
    const { text: what = '' } = c.get('form');
    return c.html(await incident(door, c, { incident: name, plan: { text: what, message: await door.operator.plan(what, name) } }));
  });
  app.post('/:incident{INC-[0-9]{1,9}}/request', async (c) => {
    const { text: what = '' } = c.get('form');
    const { rollback } = await door.operator.request(inputFrom(door, c), { incident: c.req.param('incident'), text: what });
    return c.redirect(`/operate/${rollback}`, 303);
  });
  app.get('/:rollback{RB-[0-9]{1,9}}', async (c) => c.html(await rollbackShown(door, c, { name: c.req.param('rollback') })));
  app.post('/:rollback{RB-[0-9]{1,9}}/:verb', (c) => act(door, c, c.req.param()));
  return app;
}

async function logIn(door: Door, c: Context<Env>): Promise<Response> {
  if (!isFromUs(c)) return c.html(loginPage('That form did not come from this page.'), 403);
  const entry = await enter(door, c, Form.parse(await c.req.parseBody())['key'] ?? '');
  if ('refused' in entry) return c.html(loginPage(refusalWords[entry.refused]), entry.refused);
  beginVisit(c, await door.keys.open(entry.token), door.now());
  return c.redirect('/operate', 303);
}

const refusalWords = { 401: 'This key opens nothing.', 429: 'Too many wrong keys. Wait ten minutes.' } as const;

/** Whoever has no visit, or whose form does not come from it, gets no further. */
async function onlyVisitors({ keys }: Door, c: Context<Env>, next: () => Promise<void>): Promise<Response | void> {
  const visit = await visitOf(keys, c);
  const isForm = c.req.method === 'POST';
  if (visit === undefined) return c.html(loginPage(isForm ? 'Your visit is over. Nothing was recorded.' : undefined), 401);
  if (isForm) {
    const form = Form.parse(await c.req.parseBody());
    if (!isFromUs(c) || !isProof(visit, form['proof'])) return c.html(loginPage('That form did not come from this page.'), 403);
    c.set('form', form);
  }
  c.set('visit', visit);
  return next();
}

const inputFrom = (door: Door, c: Context<Env>): OperatorInput => inputOf(door, c.get('visit').token, c.get('form')['once']);

const seenBy = async ({ operator }: Door, c: Context<Env>, trouble: string | undefined): Promise<Seen> => ({
  visit: c.get('visit'),
  names: await namesOf(operator),
  trouble,
});

async function overview(door: Door, c: Context<Env>, trouble?: string): Promise<Html> {
  const { operator } = door;
  const [waiting, incidents] = await Promise.all([operator.waiting(c.get('visit').token.user), operator.openIncidents()]);
  return overviewPage(await seenBy(door, c, trouble), { waiting, incidents });
}

type Incident = Omit<InIncident, 'rollbacks'> & { trouble?: string };

async function incident(door: Door, c: Context<Env>, { trouble, ...about }: Incident): Promise<Html> {
  return incidentPage(await seenBy(door, c, trouble), { ...about, rollbacks: await door.operator.rollbacksOf(about.incident) });
}

async function rollbackShown(door: Door, c: Context<Env>, { name, trouble }: { name: string; trouble?: string }): Promise<Html> {
  return rollbackPage(await seenBy(door, c, trouble), await door.operator.show(name));
}

/** Where the key is wanted once more, the visit alone is not enough. */
async function act(door: Door, c: Context<Env>, { rollback: name, verb }: { rollback: string; verb: string }): Promise<Response> {
  const { operator, log } = door;
  const { planHash, reason, typed, step, choice, key = '' } = c.get('form');
  const before = await operator.show(name);
  const offer = before.offers.find((each) => each.verb === verb);
  if (offer === undefined) {
    const offers = before.offers.map((each) => each.verb).join(', ') || 'nothing';
    throw new Refusal('bad_operation', { rollback: name, status: before.status, offers });
  }
  if (offer.again === true) {
    const entry = await enter(door, c, key);
    const isSame = 'token' in entry && entry.token.user === c.get('visit').token.user;
    if (!isSame) return c.html(await rollbackShown(door, c, { name, trouble: `Not recorded. ${refusalWords[401]}` }), 401);
  }
  const command: OperatorCommand = { verb, planHash, reason, typed, step, choice };
  const by = inputFrom(door, c);
  await operator.act(by, name, command);
  log.info({ user: by.user, token: c.get('visit').token.id, rollback: name, verb }, 'operator acted');
  return c.redirect(`/operate/${name}`, 303);
}

/** Told where the person is looking: above the card or the form that was pressed. */
async function failed(door: Door, c: Context<Env>, error: unknown): Promise<Response> {
  const known = c.get('visit') as Visit | undefined;
  const { status, message } = troubleOf(error, door.log, { path: c.req.path, user: known?.token.user });
  if (known === undefined || status === 500) return c.html(loginPage(message), status);
  try {
    return c.html(await pageOf(door, c, { trouble: message, isGone: status === 404 }), status);
  } catch (again) {
    door.log.error({ err: again, path: c.req.path }, 'the page of a refusal was not drawn');
    return c.html(loginPage(message), status);
  }
}

/** The page on which something was pressed, by its address. */
async function pageOf(door: Door, c: Context<Env>, { trouble, isGone }: { trouble: string; isGone: boolean }): Promise<Html> {
  const name = c.req.path.split('/')[2] ?? '';
  if (!isGone && name.startsWith('RB-')) return rollbackShown(door, c, { name, trouble });
  if (!isGone && name.startsWith('INC-')) return incident(door, c, { incident: name, trouble });
  return overview(door, c, trouble);
}
