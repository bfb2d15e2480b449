import { afterEach, describe, expect, it } from '@jest/globals';
import { Refusal } from '../../../../src/domain/refusal.ts';
import { operators, secretOf, send, start, type Sent } from '../../../support/operators.ts';
import { startWeb, type TestWeb } from '../../../support/web-server.ts';

const running: TestWeb[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map(({ web }) => web.stop()));
});

async function started(change: Parameters<typeof operators>[0] = {}) {
  const parts = operators(change);
  const web = await startWeb({ operate: parts.operate, timeouts: { stop: 50 } });
  running.push(web);
  const { port } = web;
  const ours = { host: `127.0.0.1:${port}`, origin: `http://127.0.0.1:${port}`, 'sec-fetch-site': 'same-origin' };
  return { ...parts, port, ours };
}

type House = Awaited<ReturnType<typeof started>>;

const cookieOf = ({ headers }: Sent): string => String(headers['set-cookie']).split(';')[0] ?? '';

/** Comes in with the key of UADA, and looks at a page. */
async function inside({ port, ours }: House) {
  const login = await send(port, '/operate/login', { headers: ours, form: { key: secretOf('UADA') } });
  const cookie = cookieOf(login);
  const page = await send(port, '/operate/RB-7', { headers: { ...ours, cookie } });
  const [, proof = ''] = /name="proof" value="([0-9a-f]{64})"/.exec(page.body) ?? [];
  const press = (path: string, form: Record<string, string> = {}, headers: Record<string, string> = {}) =>
    send(port, path, { headers: { ...ours, cookie, ...headers }, form: { proof, once: 'pressed-once', ...form } });
  return { login, cookie, page, proof, press };
}

describe('coming in', () => {
  it('takes a key, and gives a cookie that no script reads and no other site sends', async () => {
    const { login } = await inside(await started());
    expect([login.status, login.headers['location']]).toEqual([303, '/operate']);
    expect(String(login.headers['set-cookie'])).toBe('warroom=visit-0; Max-Age=60; Path=/; HttpOnly; SameSite=Strict');
  });

  it('gives it to encrypted connections only, unless this is the same machine', async () => {
    const { port } = await started();
    const headers = { host: 'warroom.example.com', origin: 'https://warroom.example.com', 'sec-fetch-site': 'same-origin' };
    const login = await send(port, '/operate/login', { headers, form: { key: secretOf('UADA') } });
    expect(String(login.headers['set-cookie'])).toBe('__Host-warroom=visit-0; Max-Age=60; Path=/; HttpOnly; Secure; SameSite=Strict');
    expect(login.headers['strict-transport-security']).toBe('max-age=31536000');
  });

  it('is refused without a word why, and after ten tries for a while', async () => {
    const { port, ours } = await started();
    const login = (key: string): Promise<Sent> => send(port, '/operate/login', { headers: ours, form: { key } });
    const first = await login('guess');
    expect([first.status, first.headers['set-cookie']]).toEqual([401, undefined]);
    expect(first.body).toContain('This key opens nothing.');
    for (let wrong = 2; wrong <= 10; wrong += 1) await login('guess');
    expect((await login('guess')).status).toBe(429);
  });

  it('shows nothing to whoever has not', async () => {
    const { port } = await started();
    for (const path of ['/operate', '/operate/RB-7', '/operate/INC-1']) {
      const answer = await send(port, path);
      expect([answer.status, answer.body.includes('Your key'), answer.body.includes('checkout')]).toEqual([401, true, false]);
    }
  });

  it('ends with leaving', async () => {
    const house = await started();
    const { press, cookie } = await inside(house);
    expect((await press('/operate/logout')).headers['set-cookie']).toEqual([expect.stringContaining('Max-Age=0')]);
    expect((await send(house.port, '/operate', { headers: { cookie } })).status).toBe(401);
  });
});

describe('a form that does not come from our page (A32)', () => {
  it.each([
    ['comes from another site', { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' }],
    ['comes from a neighbour', { 'sec-fetch-site': 'same-site' }],
    ['names another origin', { origin: 'https://evil.example' }],
    ['hides its origin', { origin: 'null' }],
  ])('counts for nothing when it %s', async (_how, headers) => {
    const house = await started();
    const { press } = await inside(house);
    const answer = await press('/operate/RB-7/reject', { reason: 'x' }, headers);
    expect([answer.status, house.acted]).toEqual([403, []]);
    expect(
      (await send(house.port, '/operate/login', { headers: { ...house.ours, ...headers }, form: { key: secretOf('UADA') } })).status,
    ).toBe(403);
  });

  it('counts for nothing when nothing says where it comes from', async () => {
    const house = await started();
    const { cookie, proof } = await inside(house);
    const answer = await send(house.port, '/operate/RB-7/reject', { headers: { cookie }, form: { proof, reason: 'x' } });
    expect([answer.status, house.acted]).toEqual([403, []]);
  });

  it.each(['', '0'.repeat(64), 'é'.repeat(32)])('counts for nothing with the proof “%s”', async (proof) => {
    const house = await started();
    const { press } = await inside(house);
    const answer = await press('/operate/RB-7/reject', { reason: 'x', proof });
    expect([answer.status, house.acted]).toEqual([403, []]);
  });

  it('is never a link: looking changes nothing', async () => {
    const house = await started();
    const { cookie } = await inside(house);
    expect((await send(house.port, '/operate/RB-7/approve', { headers: { ...house.ours, cookie } })).status).toBe(404);
  });
});

describe('the page of a rollback', () => {
  it('shows the card escaped, and its styles and forms are all it may do (A33)', async () => {
    const { page } = await inside(await started());
    expect(page.body).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
    expect(page.body).not.toMatch(/<script|javascript:| on\w+=/i);
    expect(page.body).toContain('<a href="https://example.com/v41" rel="noreferrer">v41</a>');
    expect(page.body).toContain('asked by @Ben');
    const policy = String(page.headers['content-security-policy']);
    for (const rule of ["default-src 'none'", "form-action 'self'", "frame-ancestors 'none'", "base-uri 'none'"])
      expect(policy).toContain(rule);
    expect(page.headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-store',
      'referrer-policy': 'same-origin',
    });
  });

  it('asks before each thing, naming what it is about', async () => {
    const { page } = await inside(await started());
    expect(page.body).toContain('Roll back shop (production) from v42 to v41? It starts at once.');
    expect(page.body).toContain('<button>Approve: RB-7</button>');
  });

  it('wants the key once more for an approval (A34)', async () => {
    const house = await started();
    const { press } = await inside(house);
    for (const key of ['', 'guess', secretOf('UBEN')]) {
      const answer = await press('/operate/RB-7/approve', { planHash: 'plan-1', key });
      expect([answer.status, house.acted]).toEqual([401, []]);
      expect(answer.body).toContain('Not recorded. This key opens nothing.');
    }
    const answer = await press('/operate/RB-7/approve', { planHash: 'plan-1', key: secretOf('UADA') });
    expect([answer.status, answer.headers['location']]).toEqual([303, '/operate/RB-7']);
    expect(house.acted).toMatchObject([
      { by: { user: 'UADA', at: start, inboxKey: 'operator:uada:pressed-once' }, command: { verb: 'approve', planHash: 'plan-1' } },
    ]);
    expect(house.logged()).not.toContain('_secret');
  });

  it('says why something is refused, above the card', async () => {
    const house = await started({ act: () => Promise.reject(new Refusal('plan_changed')) });
    const { press } = await inside(house);
    const answer = await press('/operate/RB-7/reject', { reason: 'x' });
    expect(answer.status).toBe(409);
    expect(answer.body).toContain('This card is out of date');
    expect(answer.body).toContain('name="proof"');
  });

  it('offers only what can be done now', async () => {
    const house = await started();
    const { press } = await inside(house);
    const answer = await press('/operate/RB-7/cancel', { reason: 'x' });
    expect([answer.status, house.acted]).toEqual([409, []]);
    expect(answer.body).toContain('What can be done now: approve, reject.');
  });
});

describe('the page of an incident', () => {
  it('shows a plan before anything is asked for, and asks then', async () => {
    const house = await started();
    const { press } = await inside(house);
    const plan = await press('/operate/INC-1/plan', { text: 'shop to v41' });
    expect([plan.status, plan.body.includes('plan of shop to v41'), plan.body.includes('value="shop to v41"')]).toEqual([200, true, true]);
    expect((await press('/operate/INC-1/request', { text: 'shop to v41' })).headers['location']).toBe('/operate/RB-7');
  });

  it('is reached from the overview, where an incident can be declared', async () => {
    const house = await started();
    const { press, cookie } = await inside(house);
    const overview = await send(house.port, '/operate', { headers: { cookie } });
    expect(overview.body).toContain('&lt;b&gt;checkout&lt;/b&gt;');
    expect((await press('/operate/declare', { title: 'search is slow', severity: 'SEV2' })).headers['location']).toBe('/operate/INC-2');
  });
});
