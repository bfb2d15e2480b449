import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { houseTimeoutMs, startHouse, type House } from '../../support/house.ts';
import { answerOf } from '../../support/talk.ts';
import { declared } from '../play.ts';

jest.setTimeout(houseTimeoutMs);

describe('requests over HTTP that are not what they seem', () => {
  let house: House;
  beforeAll(async () => {
    house = await startHouse({ mode: 'http' });
    await declared(house, { text: 'sev1 checkout fails service:shop' });
  }, houseTimeoutMs);
  afterAll(async () => house.stop());

  /** What there is after all of it: one incident, one room. */
  async function expectOneOfEach(): Promise<void> {
    const list = answerOf(await house.api.as('ada').slash('#general', '/incident list'));
    expect(list).toContain('INC-1');
    expect(list).not.toContain('INC-2');
    expect(await house.api.apiCalls('conversations.create')).toHaveLength(1);
  }

  const declaration = async () => {
    const commands = await house.api.deliveries();
    const entry = commands.find(({ request }) => JSON.stringify(request).includes('declare'));
    return entry?.id ?? -1;
  };

  for (const signature of ['forged', 'stale', 'future', 'missing'] as const) {
    it(`does nothing for a request whose signature is ${signature}`, async () => {
      const answer = await house.api.redeliver({ entry: await declaration(), signature });
      expect(answer).toMatchObject({ ok: false, status: 401 });
      await expectOneOfEach();
    });
  }

  it('does a request that Slack sends twice only once, and answers it the same', async () => {
    const again = await house.api.redeliver({ entry: await declaration(), signature: 'good', retry: 1 });
    expect(JSON.stringify(again)).toContain('*INC-1* is declared');
    await house.api.settled();
    await expectOneOfEach();
  });
});
