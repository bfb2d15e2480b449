import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { Fault } from '../../../sandbox/production/faults.ts';
import { wordsIn } from '../../../sandbox/slack/test-api.ts';
import { houseTimeoutMs, startHouse, type House } from '../../support/house.ts';
import { answerOf, connected, patient, whispered } from '../../support/talk.ts';
import { declared, requested, runsOf } from '../play.ts';

jest.setTimeout(houseTimeoutMs);

const always = 100_000;
const dispatch = { method: 'POST', path: '/dispatches' };

describe('when GitHub does not do what it is asked', () => {
  let house: House;
  let room: string;
  /** Each rollback goes to the version that does not run just now. */
  let next = 'v40';
  beforeAll(async () => {
    house = await startHouse({ production: { runSeconds: 0.3 } });
    room = await declared(house, { text: 'sev1 checkout fails service:shop' });
    await house.api.as('ben').visit('join', room);
  }, houseTimeoutMs);
  beforeEach(async () => connected(house.api));
  afterEach(() => house.production.github.faults.clear());
  afterAll(async () => house.stop());

  const ada = () => house.api.as('ada');
  const ben = () => house.api.as('ben');
  const breakGithub = (fault: Fault) => house.production.github.faults.add(fault);

  /** Asks and approves with a fault in between; gives the rollback's name and how many runs there were before. */
  async function approvedWith(fault: Fault): Promise<{ name: string; ts: string; before: number }> {
    const { name, ts } = await requested(house, { room, by: 'ben', to: next });
    const before = runsOf(house).length;
    breakGithub(fault);
    await ada().click(room, 'Approve', { ...patient, ts });
    return { name, ts, before };
  }

  describe('while a rollback is planned', () => {
    const cases: { name: string; fault: Fault; says: RegExp }[] = [
      {
        name: '401',
        fault: { kind: 'unauthorized', times: always },
        says: /answered 401: the token is wrong or expired; set GITHUB_TOKEN/,
      },
      {
        name: '404',
        fault: { kind: 'status', status: 404, times: always },
        says: /answered 404: it is not there, or the token may not see it/,
      },
      {
        name: '503',
        fault: { kind: 'status', status: 503, times: always },
        says: /answered 503.*it has trouble of its own, try again in a moment/,
      },
      {
        name: 'too many requests',
        fault: { kind: 'secondary_limit', retryAfter: 60, times: always },
        says: /too many requests; again in 60 s/,
      },
      {
        name: 'no answer',
        fault: { kind: 'cut_before', times: always },
        says: /gave no answer \(the connection broke\); try again in a moment/,
      },
    ];
    it.each(cases)('answers the request where it was made, and asks nobody to approve: $name', async ({ fault, says }) => {
      breakGithub(fault);
      const said = answerOf(await ben().slash(room, `/rollback request shop to v40 because`)).trim();
      expect(said || (await whispered(ben(), room, says))).toMatch(says);
      expect(said).toMatch(/^Not done: github-actions: /);
      expect((await ada().messages(room)).map(wordsIn).join('\n')).not.toMatch(/RB-\d/);
    });

    it('says that it works on it when GitHub is silent, and then that no answer came', async () => {
      breakGithub({ kind: 'hang_before', times: always });
      expect(answerOf(await ben().slash(room, '/rollback request shop to v40 because'))).toContain('Working on it…');
      expect(await whispered(ben(), room, /it took too long/)).toContain('gave no answer (it took too long); try again in a moment');
      expect((await ada().messages(room)).map(wordsIn).join('\n')).not.toMatch(/RB-\d/);
    });

    it('does not leave a form waiting for versions that do not come', async () => {
      breakGithub({ kind: 'status', status: 503, times: always });
      await ben().slash(room, '/rollback request');
      await house.api.waitFor(async () => JSON.stringify((await ben().modal()) ?? '').includes('Not possible now'), patient);
      expect(await ben().modal()).not.toHaveProperty('submit', expect.any(String));
      await ben().close();
    });
  });

  describe('while a rollback is started', () => {
    const refusals: { name: string; fault: Fault; says: RegExp }[] = [
      { name: '401', fault: { ...dispatch, kind: 'unauthorized' }, says: /answered 401: the token is wrong or expired; set GITHUB_TOKEN/ },
      { name: '404', fault: { ...dispatch, kind: 'status', status: 404 }, says: /answered 404/ },
    ];
    it.each(refusals)('fails with the reason, starts nothing, and can be asked for again: $name', async ({ fault, says }) => {
      const { name, ts, before } = await approvedWith(fault);
      const told = wordsIn(await ada().waitForMessage(room, new RegExp(`${name} failed`), patient));
      expect(told).toMatch(says);
      const card = await ada().waitForMessage(room, (message) => message.ts === ts && wordsIn(message).includes('✗ Failed'), patient);
      expect(wordsIn(card)).toMatch(says);
      expect(wordsIn(card)).toContain('Nothing was changed. It can be requested again.');
      expect(runsOf(house)).toHaveLength(before);
    });

    const survived: { name: string; fault: Fault }[] = [
      { name: 'too many requests', fault: { ...dispatch, kind: 'secondary_limit', retryAfter: 1 } },
      { name: 'the answer is lost after it was done', fault: { ...dispatch, kind: 'cut_after' } },
      { name: 'no answer in time, and it was done', fault: { ...dispatch, kind: 'hang_after' } },
      { name: '502 before it was done', fault: { ...dispatch, kind: 'status', status: 502 } },
      { name: '503 while the run is watched', fault: { method: 'GET', path: '/actions/runs/', kind: 'status', status: 503, times: 5 } },
    ];
    it.each(survived)('recovers with exactly one run: $name', async ({ fault }) => {
      const { name, ts, before } = await approvedWith(fault);
      await ada().waitForMessage(room, new RegExp(`${name} recovered`), { timeoutMs: 60_000 });
      await ada().waitForMessage(room, (message) => message.ts === ts && wordsIn(message).includes('✓ Recovered'), patient);
      expect(runsOf(house)).toHaveLength(before + 1);
      expect(house.production.fleet.live()).toBe(next);
      next = next === 'v40' ? 'v41' : 'v40';
    });
  });
});
