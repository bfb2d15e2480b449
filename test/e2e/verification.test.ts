// What was bad before the bad version says nothing about going back: seen in the running house, in the sandbox's real past.
import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { wordsIn } from '../../sandbox/slack/test-api.ts';
import { houseTimeoutMs, startHouse, type House } from '../support/house.ts';
import { answerOf, connected, patient } from '../support/talk.ts';
import { declared, requested } from './play.ts';

jest.setTimeout(90_000);

const gate = (name: string, pass: string) => `
          - name: ${name}
            provider: prometheus
            query: 'sum(rate(http_requests_total{service="shop",route="/checkout"}[{window}]))'
            unit: none
            pass: '${pass}'
            window: 2s
            settle: 0s
            interval: 500ms
            count: 1
            timeout: 20s
`;

/** Checkouts come at several a second: to ask for fewer is a measurement that never was good. */
const never = gate('idle checkouts', '< 0.1');

describe('a measurement that was bad before the bad version', () => {
  let started: House | undefined;
  let room: string;
  beforeAll(async () => {
    const house = await startHouse({
      configure: (yaml) =>
        yaml.replace(/^( +minimumTraffic:\n.+\n.+\n)/m, `$1${never.slice(1)}`).replace('plans:\n', `plans:\n${onlyNever}`),
    });
    started = house;
    const { production, api } = house;
    const busy = () => production.health(3).requests > 30;
    await api.waitFor(busy, { ...patient, what: 'customers before the deployment' });
    await production.campaign.start();
    await production.github.idle();
    await api.waitFor(() => production.health(1).checkoutErrorShare > 0.1, { ...patient, what: 'errors of the bad version' });
    room = await declared(house, { text: 'sev1 shop Checkout fails' });
    const ben = api.as('ben');
    await ben.visit('join', room);
    await ben.click(room, 'Take TL', patient);
  }, houseTimeoutMs);
  beforeEach(async () => connected(inside().api));
  afterAll(async () => started?.stop(), houseTimeoutMs);

  function inside(): House {
    if (!started) throw new Error('the house did not start');
    return started;
  }

  const ignored = /idle checkouts: ignored, it was already [\d.]+ before v42 was deployed: it says nothing about this rollback/;

  it('is ignored and said so, and the others decide', async () => {
    const house = inside();
    const ada = house.api.as('ada');
    const { ts } = await requested(house, { room, by: 'ben', to: 'v41' });
    await ada.click(room, 'Approve', { ts, ...patient });
    const card = await ada.waitForMessage(room, (message) => message.ts === ts && /Recovered/.test(wordsIn(message)), {
      timeoutMs: 45_000,
    });

    expect(wordsIn(card)).toMatch(ignored);
    expect(wordsIn(card)).toMatch(/✓ checkout errors 0 %: 2 of 2 in a row/);
    expect(wordsIn(card)).toContain('the measurements that count are good');
    await ada.waitForMessage(room, /RB-1 was measured: idle checkouts is ignored, it was already/, patient);
    const timeline = answerOf(await ada.slash(room, '/incident timeline'));
    expect(timeline).toMatch(/idle checkouts is ignored[\s\S]*RB-1 recovered[^\n]*idle checkouts was already/);
  });

  it('leaves the verdict inconclusive when nothing else is measured', async () => {
    const { api, production } = inside();
    await production.campaign.start();
    await production.github.idle();
    const [ada, ben] = [api.as('ada'), api.as('ben')];
    expect(answerOf(await ben.slash(room, '/rollback request never to v41 again')).trim()).toBe('');
    const card = await ada.waitForMessage(
      room,
      (message) => /RB-\d+ · shop/.test(wordsIn(message)) && /Waiting for approval/.test(wordsIn(message)),
      patient,
    );
    await ada.click(room, 'Approve', { ts: card.ts, ...patient });
    const ended = await ada.waitForMessage(room, ({ ts, ...rest }) => ts === card.ts && /Inconclusive/.test(wordsIn({ ts, ...rest })), {
      timeoutMs: 45_000,
    });

    expect(wordsIn(ended)).toMatch(ignored);
    expect(wordsIn(ended)).not.toContain('Recovered');
    expect(wordsIn(ended)).toContain('measuring again tells nothing new');
  });
});

const onlyNever = `  never:
    description: The code alone, measured by what never was good
    service: shop
    environment: production
    steps:
      - { id: code, kind: code }
    verify:${never.replaceAll('\n    ', '\n')}`;
