import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { wordsIn } from '../../../sandbox/slack/test-api.ts';
import { houseTimeoutMs, startHouse, type House } from '../../support/house.ts';
import { answerOf, connected, patient, whispered } from '../../support/talk.ts';
import { declared } from '../play.ts';

jest.setTimeout(houseTimeoutMs);

describe('when Slack does not do what it is asked', () => {
  let house: House;
  beforeAll(async () => {
    house = await startHouse();
  }, houseTimeoutMs);
  afterEach(async () => house.api.faults({ rules: [], rateLimits: false }));
  beforeEach(async () => connected(house.api));
  afterAll(async () => house.stop());

  const ada = () => house.api.as('ada');

  /** Everything a room begins with stands there once, in the room and in the digest. */
  async function expectEverythingOnce(name: string, incident: string): Promise<void> {
    const room = await house.api.waitFor(async () => {
      const now = await house.api.channel(name);
      return now.bookmarks.length === 2 && now.pins.length === 1 && now.topic !== '' ? now : undefined;
    }, patient);
    await ada().waitForMessage('#incidents', new RegExp(`${incident} ·`), patient);
    await ada().waitForMessage('@app', new RegExp(`You are Incident Commander of ${incident}`), patient);
    const count = async (where: string, words: RegExp) =>
      (await ada().messages(where)).filter((message) => words.test(wordsIn(message))).length;
    expect(room.members).toContain(await ada().id());
    expect(await count(name, new RegExp(`${incident} · SEV`))).toBe(1);
    expect(await count(name, /The first minute/)).toBe(1);
    expect(await count('#incidents', new RegExp(`${incident} · SEV`))).toBe(1);
    expect(await count('@app', new RegExp(`Incident Commander of ${incident}`))).toBe(1);
  }

  it('takes the next free name when the room’s name is taken', async () => {
    await house.api.break({ method: 'conversations.create', kind: 'error', error: 'name_taken', times: 1 });
    const name = await declared(house, { text: 'sev1 checkout fails service:shop' });
    expect(name).toMatch(/^inc-1-\d{8}-checkout-fails-2$/);
    await expectEverythingOnce(name, 'INC-1');
  });

  it('posts nothing twice when the answers to its posts are lost', async () => {
    await house.api.break({ method: 'chat.postMessage', kind: 'cut_after', times: 3 });
    await expectEverythingOnce(await declared(house, { text: 'sev1 payments fail service:shop' }), 'INC-2');
  });

  it('posts everything in the end when Slack asks it to slow down', async () => {
    await house.api.break({ method: '*', kind: 'rate_limited', value: 1, times: 6 });
    await expectEverythingOnce(await declared(house, { text: 'sev1 search fails service:shop' }), 'INC-3');
  });

  it('opens one room when the answer to creating it is lost', async () => {
    await house.api.break({ method: 'conversations.create', kind: 'cut_after', times: 1 });
    await expectEverythingOnce(await declared(house, { text: 'sev1 login fails service:shop' }), 'INC-4');
    const { channels } = await ada().snapshot();
    expect(channels.filter(({ name }) => name.startsWith('inc-4-'))).toHaveLength(1);
  });

  it('tells the declarer when this workspace does not let apps create rooms, and records the incident all the same', async () => {
    await house.api.break({ method: 'conversations.create', kind: 'error', error: 'restricted_action' });
    await ada().slash('#general', '/incident declare sev2 mail fails');
    const told = await whispered(ada(), '#general', /It has no war room/);
    expect(told).toContain('this workspace does not let apps create channels; an admin can allow it');
    expect(told).toContain('The incident is recorded; work on in this channel meanwhile, and name INC-5 in commands.');
    const digest = await ada().waitForMessage('#incidents', /INC-5 · SEV2/, patient);
    expect(wordsIn(digest)).toContain('No war room yet');
    await ada().slash('#general', '/incident status INC-5 identified');
    expect(answerOf(await ada().slash('#general', '/incident timeline INC-5'))).toContain('Status is now Identified');
    await ada().slash('#general', '/incident resolve INC-5 over');
    expect(answerOf(await ada().slash('#general', '/incident list'))).not.toContain('INC-5');
  });
});
