import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { Fault } from '../../../sandbox/production/faults.ts';
import { wordsIn } from '../../../sandbox/slack/test-api.ts';
import { houseTimeoutMs, startHouse, type House } from '../../support/house.ts';
import { answerOf, connected, patient, whispered } from '../../support/talk.ts';
import { declared } from '../play.ts';

jest.setTimeout(houseTimeoutMs);

const always = 100_000;

describe('when GitHub does not do what it is asked', () => {
  let house: House;
  let room: string;
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
});
