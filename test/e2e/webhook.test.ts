// GitHub is looked at once a minute, and a step goes on all the same when its run moves: GitHub calls.
import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { wordsIn } from '../../sandbox/slack/test-api.ts';
import { houseTimeoutMs, startHouse, type House } from '../support/house.ts';
import { connected, patient } from '../support/talk.ts';
import { declared, requested, runsOf } from './play.ts';

jest.setTimeout(houseTimeoutMs);

const secret = 'hush-hush-hush-hush';
/** Shorter than the time between two looks: what is seen within it was not found by looking. */
const beforeTheNextLook = { timeoutMs: 20_000 };

describe('a provider that calls', () => {
  let house: House;
  let room: string;
  beforeAll(async () => {
    house = await startHouse({
      configure: (yaml) => yaml.replace('poll: 250ms', 'poll: 60s\n    webhookSecret: ${GITHUB_WEBHOOK_SECRET}'),
      env: { GITHUB_WEBHOOK_SECRET: secret },
    });
    house.production.github.setWebhook({ url: `${house.app.url}/hooks/github-actions`, secret });
    room = await declared(house, { text: 'sev1 checkout fails service:shop' });
  }, houseTimeoutMs);
  beforeEach(async () => connected(house.api));
  afterAll(async () => house.stop());

  it('brings a step on at once that would else be looked at a minute later', async () => {
    const { webhooks } = house.production.github;
    const ada = house.api.as('ada');
    const { ts } = await requested(house, { room, by: 'ben', to: 'v40' });
    await ada.click(room, 'Approve', { ts, ...patient });
    await ada.waitForMessage(
      room,
      (message) => message.ts === ts && /Verifying|Recovered|Inconclusive|Not recovered/.test(wordsIn(message)),
      beforeTheNextLook,
    );

    expect(runsOf(house)).toMatchObject([{ effect: 'switched', conclusion: 'success' }]);
    const calls = webhooks.deliveries.filter(({ event }) => event === 'workflow_run');
    expect(calls.map(({ action, status }) => `${action} ${status}`)).toEqual(['requested 202', 'in_progress 202', 'completed 202']);
    expect(house.app.lines.join('\n')).not.toContain(secret);
  });

  it('does nothing by a call that it hears again, and turns a stranger away', async () => {
    const { webhooks } = house.production.github;
    const [first] = webhooks.deliveries;
    const before = runsOf(house).length;
    expect(await webhooks.redeliver(first?.id ?? '')).toBe(200);
    house.production.github.setWebhook({ url: `${house.app.url}/hooks/github-actions`, secret: 'guessed-guessed-guessed' });
    expect(await webhooks.redeliver(first?.id ?? '')).toBe(401);
    expect(runsOf(house)).toHaveLength(before);
  });
});
