// GitHub errs, slows down, hangs and hangs up, and takes the token away in the middle: the card says what is waited for, and nothing doubles.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { Fault } from '../../sandbox/production/faults.ts';
import { wordsIn } from '../../sandbox/slack/test-api.ts';
import { declared, requested, runsOf } from '../e2e/play.ts';
import { houseTimeoutMs, startHouse, type House } from '../support/house.ts';
import { connected, drawingsOf, patient } from '../support/talk.ts';
import { impatient, wellAtOnce } from './rounds.ts';

jest.setTimeout(houseTimeoutMs);

const always = 100_000;
const dispatch = { method: 'POST', path: '/dispatches' };
const look = { method: 'GET', path: '/actions/runs/' };
const secret = 'ghp_canary0123456789canary0123456789';

describe('when GitHub does not do what it is asked while a rollback is started', () => {
  let house: House;
  let room: string;
  /** Each rollback goes to the version that does not run just now. */
  let next = 'v40';
  beforeAll(async () => {
    const production = { runSeconds: 0.3, load: { perSecond: 5 } };
    house = await startHouse({
      configure: wellAtOnce,
      env: { ...impatient, GITHUB_TOKEN: secret },
      production: { ...production, githubToken: secret },
    });
    room = await declared(house, { text: 'sev1 checkout fails service:shop' });
    await house.api.waitFor(canPlan, { timeoutMs: 60_000, what: 'GitHub was not reached, on purpose or not' });
  }, houseTimeoutMs);
  beforeEach(async () => connected(house.api));
  afterEach(() => house.production.github.faults.clear());
  afterAll(async () => house.stop());

  const ada = () => house.api.as('ada');
  const breakGithub = (fault: Fault) => house.production.github.faults.add(fault);

  /** A busy machine may not get through to GitHub in time, and that is no fault of these tests' making. */
  async function canPlan(): Promise<boolean> {
    await house.api.as('ben').visit('join', room);
    await house.api.as('ben').slash(room, '/rollback plan shop to v40');
    return (await house.api.as('ben').ephemerals(room)).some((message) => wordsIn(message).includes('Nothing was requested'));
  }

  /** Asks and approves with a fault in between; gives the rollback's name and how many runs there were before. */
  async function approvedWith(...faults: Fault[]): Promise<{ name: string; ts: string; before: number }> {
    const { name, ts } = await requested(house, { room, by: 'ben', to: next });
    const before = runsOf(house).length;
    for (const fault of faults) breakGithub(fault);
    await ada().click(room, 'Approve', { ...patient, ts });
    return { name, ts, before };
  }

  const cardSays = (ts: string, words: RegExp) =>
    ada().waitForMessage(room, (message) => message.ts === ts && words.test(wordsIn(message)), { timeoutMs: 60_000 });

  /** It came to a good end, by one run. */
  async function expectOneRun({ name, ts, before }: Awaited<ReturnType<typeof approvedWith>>): Promise<void> {
    await ada().waitForMessage(room, new RegExp(`${name} recovered`), { timeoutMs: 60_000 });
    await cardSays(ts, /✓ Recovered/);
    expect(runsOf(house)).toHaveLength(before + 1);
    expect(house.production.fleet.live()).toBe(next);
    next = next === 'v40' ? 'v41' : 'v40';
  }

  const passing: { name: string; fault: Fault; says: RegExp }[] = [
    {
      name: '403 for too many requests at the call',
      fault: { ...dispatch, kind: 'secondary_limit', retryAfter: 3 },
      says: /waiting for GitHub, next try \d\d:\d\d:\d\d UTC: [^ ]+ answered 403: too many requests; again in 3 s/,
    },
    {
      name: '500 before the call',
      fault: { method: 'GET', path: '/deployments', kind: 'status', status: 500, times: 3 },
      says: /waiting for GitHub, next try \d\d:\d\d:\d\d UTC: [^ ]+ answered 500/,
    },
    {
      name: '502 at the call, and nothing was done',
      fault: { ...dispatch, kind: 'status', status: 502 },
      says: /waiting for GitHub, next look \d\d:\d\d:\d\d UTC, before anything is started again: [^ ]+ answered 502/,
    },
    {
      name: 'no answer in time while the run is watched',
      fault: { ...look, kind: 'hang_before' },
      says: /waiting for GitHub, next try \d\d:\d\d:\d\d UTC: [^ ]+ gave no answer \(it took too long\)/,
    },
  ];
  it.each(passing)(
    'F26: the card says until when GitHub is waited for, and there is one run in the end: $name',
    async ({ fault, says }) => {
      const asked = await approvedWith(fault);
      await expectOneRun(asked);
      expect((await drawingsOf(house.api, asked.ts)).some((drawing) => says.test(drawing))).toBe(true);
    },
  );

  const lost: { name: string; fault: Fault }[] = [
    { name: 'the answer is cut off', fault: { ...dispatch, kind: 'cut_after' } },
    { name: '502 after it was done', fault: { ...dispatch, kind: 'status_after', status: 502 } },
  ];
  it.each(lost)(
    'F27: the run is found again when the call was accepted and its answer got lost, never a second one: $name',
    async ({ fault }) => {
      await expectOneRun(await approvedWith(fault));
    },
  );

  const refusals: { name: string; fault: Fault; says: RegExp }[] = [
    { name: '401', fault: { ...dispatch, kind: 'unauthorized' }, says: /answered 401: the token is wrong or expired; set GITHUB_TOKEN/ },
    { name: '404', fault: { ...dispatch, kind: 'status', status: 404 }, says: /answered 404/ },
  ];
  it.each(refusals)('F29: fails with the reason, starts nothing, and can be asked for again: $name', async ({ fault, says }) => {
    const { name, ts, before } = await approvedWith(fault);
    expect(wordsIn(await ada().waitForMessage(room, new RegExp(`${name} failed`), patient))).toMatch(says);
    const card = wordsIn(await cardSays(ts, /✗ Failed/));
    expect(card).toMatch(says);
    expect(card).toContain('Nothing was changed. It can be requested again.');
    expect(runsOf(house)).toHaveLength(before);
  });

  it('F29: a token revoked in the middle stops it for a person to decide, and is in no message and in no log', async () => {
    const { github } = house.production;
    github.setRunSeconds(3);
    const echo: Fault = {
      method: 'GET',
      path: '/actions/runs/',
      kind: 'status',
      status: 403,
      says: `the token ${secret} was revoked`,
      times: always,
    };
    const asked = await approvedWith();
    await cardSays(asked.ts, /… running/);
    github.setToken('ghp_another');
    const card = wordsIn(await cardSays(asked.ts, /Waiting for your decision/));
    expect(card).toContain('answered 401: the token is wrong or expired; set GITHUB_TOKEN');
    expect(runsOf(house)).toHaveLength(asked.before + 1);

    github.setToken(secret);
    github.setRunSeconds(0.3);
    await github.idle();
    await ada().click(room, 'Look and measure', { ts: asked.ts, ...patient });
    await expectOneRun(asked);

    // The same once more, from a GitHub that quotes the token back.
    const quoted = await approvedWith(echo);
    expect(wordsIn(await cardSays(quoted.ts, /Waiting for your decision/))).toContain('*** was revoked');
    const seen = JSON.stringify([await house.api.apiCalls(), await house.api.deliveries(), house.app.lines]);
    expect(seen).toContain('was revoked');
    expect(seen).not.toContain('canary0123456789');
  });
});
