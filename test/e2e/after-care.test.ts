// What a rollback leaves behind, as people use it: ticked from the card, by itself and by command, reminded of until it is done.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { wordsIn } from '../../sandbox/slack/test-api.ts';
import { processClock } from '../support/clock.ts';
import { houseTimeoutMs, startHouse, type House } from '../support/house.ts';
import { answerOf, connected, patient } from '../support/talk.ts';
import { declared } from './play.ts';

jest.setTimeout(houseTimeoutMs);

const hour = 60 * 60_000;

const isReminder = (words: string): boolean => /still has \d+ things? to put right/.test(words);

describe('after-care', () => {
  const folder = mkdtempSync(join(tmpdir(), 'warroom-care-'));
  const clock = processClock(folder);
  let house: House;
  let room: string;
  let card: string;
  let ahead = 0;
  beforeAll(async () => {
    house = await startHouse({ mode: 'http', env: clock.env, production: { runSeconds: 0.3 } });
    const { production, api } = house;
    await production.campaign.start();
    await api.waitFor(() => production.health(2).checkoutErrorShare > 0.1, { ...patient, what: 'errors of the bad version' });
    await production.github.idle();
    room = await declared(house, { text: 'sev1 checkout fails service:shop' });
    await api.as('ben').visit('join', room);
    await api.as('ben').click(room, 'Take TL', patient);
    await says(/\*TL\* <@/);
  }, houseTimeoutMs);
  beforeEach(async () => connected(house.api));
  afterAll(async () => {
    await house.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const person = (name: string) => house.api.as(name);
  const mention = async (name: string) => `<@${await person(name).id()}>`;
  const says = (words: RegExp) => person('ada').waitForMessage(room, words, patient);
  const type = async (name: string, text: string, where = room) => answerOf(await person(name).slash(where, text));

  /** The words of the card once they say this. */
  const cardSays = async (words: RegExp) =>
    wordsIn(
      await person('ada').waitForMessage(room, ({ ts, ...rest }) => ts === card && words.test(wordsIn({ ts, ...rest })), {
        timeoutMs: 45_000,
      }),
    );

  async function submit(name: string, fields: Record<string, string>): Promise<void> {
    await person(name).waitForModal('', patient);
    await person(name).fill(fields);
    expect(await person(name).submit()).toMatchObject({ ok: true });
  }

  async function later(ms: number): Promise<void> {
    ahead += ms;
    clock.setAhead(ahead);
    await house.api.advanceClock(ms);
  }

  const reminders = async (): Promise<string[]> => (await person('ada').messages(room)).map(wordsIn).filter(isReminder);

  /** How often Warroom looked whether somebody has to be reminded. */
  async function looks(): Promise<number> {
    const text = await (await fetch(`${house.app.url}/metrics`)).text();
    const [, count = '0'] = /^warroom_jobs_total\{kind="care\.remind",end="done"\} (\d+)$/m.exec(text) ?? [];
    return Number(count);
  }
  const looked = (times: number) =>
    house.api.waitFor(async () => (await looks()) >= times, { ...patient, what: `It was not looked ${times} times.` });

  it('appears when the rollback has ended: what was really done, and who sees to it', async () => {
    await type('ben', '/rollback request campaign to v41 errors began with v42');
    card = (await says(/RB-1 · shop[\s\S]*Waiting for approval/)).ts;
    await person('ada').click(room, 'Approve', { ts: card, ...patient });
    const words = await cardSays(/\*✓ Recovered\*[\s\S]*After-care/);

    expect(words).toContain(`*After-care* · 4 things to do · owner ${await mention('ben')}`);
    expect(words).toContain('1. ☐ to do: Unlock shop');
    expect(words).toMatch(/☐ to do: Send traffic as before/);
    expect(words).toMatch(/☐ to do: Put promo-banner back from false to true/);
    expect(words).toMatch(/4\. ☐ to do: Revert v42 in the repository/);
    await says(/RB-1 leaves behind: Unlock shop/);
  });

  it('is ticked by whoever did it elsewhere, from the card', async () => {
    await person('cleo').visit('join', room);
    await person('cleo').click(room, 'Done', { ts: card, ...patient });

    expect(await cardSays(/1 of 4 done/)).toMatch(new RegExp(`☑ done: Send traffic.* · by ${await mention('cleo')}`));
  });

  it('unlocks the service with a reason, and ticks that by itself', async () => {
    await person('ben').click(room, 'Unlock', { ts: card, ...patient });
    expect(JSON.stringify((await person('ben').waitForModal('After-care of RB-1', patient)).blocks)).toContain('Deploys of shop are held');
    await submit('ben', { 'Why now?': 'v43 has the fix' });

    expect(await cardSays(/2 of 4 done/)).toMatch(/☑ done: Unlock shop[^\n]*“v43 has the fix”/);
    await says(/Deploys of shop are held no more, released by .*: v43 has the fix/);
  });

  it('is listed by command, keeps its numbers, and is ticked by number', async () => {
    expect(await type('ada', '/rollback care')).toMatch(
      /\*RB-1\*, shop \(production\), owner <@\w+>\n3\. Put promo-banner back[^\n]*\n4\. Revert v42/,
    );
    expect(await type('ben', '/rollback care', '#general')).toMatch(/1 rollback with after-care of yours[\s\S]*4\. Revert v42/);
    expect(await type('ada', '/rollback care', '#general')).toContain('You have no after-care to see to.');
    expect(await type('ada', '/rollback care RB-1 done 9')).toContain('RB-1 has no number 9. Its list has 4');
    await type('ada', '/rollback care RB-1 done 4 reverted in #812');

    expect(await cardSays(/3 of 4 done/)).toMatch(/☑ done: Revert v42[^\n]*“reverted in #812”/);
  });

  it('is taken over, and shown at home', async () => {
    await person('cleo').click(room, 'Take over', { ts: card, ...patient });
    await cardSays(new RegExp(`owner ${await mention('cleo')}`));
    await person('cleo').openHome();

    expect(JSON.stringify(await person('cleo').waitForHome('Your after-care', patient))).toContain('3. Put promo-banner back');
  });

  it('outlives the incident: the form that resolves says so, and the headline counts it', async () => {
    await person('ada').click(room, 'Resolve', patient);
    const form = JSON.stringify((await person('ada').waitForModal('Resolve INC-1', patient)).blocks);
    expect(form).toContain('stays open after resolving');
    expect(form).toContain(`• RB-1, ${await mention('cleo')}: Put promo-banner back`);
    await submit('ada', { 'What ended it?': 'rolled back to v41' });

    await person('ada').waitForMessage('#incidents', /\*After-care\* 1 thing still to put right: RB-1 \(1, <@/, patient);
  });

  it('is reminded of by name after four hours, not before, and again a day later', async () => {
    await later(3.9 * hour);
    await type('ada', '/incident timeline');
    expect(await reminders()).toEqual([]);
    await later(0.2 * hour);
    await looked(1);
    const [first] = await house.api.waitFor(async () => ((await reminders()).length > 0 ? reminders() : undefined), patient);
    expect(first).toContain(`${await mention('cleo')}, RB-1 still has 1 thing to put right`);
    expect(first).toContain('3. Put promo-banner back');

    await later(24.1 * hour);
    await looked(2);
    await house.api.waitFor(async () => (await reminders()).length === 2, { ...patient, what: 'No second reminder came.' });
  });

  it('is reminded of in a direct message once the room is archived', async () => {
    await person('ada').visit('archive', room);
    await later(24.1 * hour);
    const told = await person('cleo').waitForMessage('@app', (message) => isReminder(wordsIn(message)), patient);

    expect(wordsIn(told)).toContain('INC-1 · checkout fails');
    expect((await person('ben').messages('@app')).map(wordsIn).filter(isReminder)).toEqual([]);
  });

  it('is not reminded of once all of it is done', async () => {
    const before = await looks();
    await type('cleo', '/rollback care RB-1 done 3 the campaign is over', '#general');
    expect(await type('cleo', '/rollback care RB-1', '#general')).toContain('*After-care* · all 4 things done');
    await later(24.1 * hour);
    await looked(before + 1);
    await later(48 * hour);
    await house.api.settled();

    expect(await looks()).toBe(before + 1);
    expect((await person('cleo').messages('@app')).map(wordsIn).filter(isReminder)).toHaveLength(1);
  });
});
