import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { wordsIn } from '../../../sandbox/slack/test-api.ts';
import { houseTimeoutMs, startHouse, type House } from '../../support/house.ts';
import { answerOf, connected, patient, whispered } from '../../support/talk.ts';
import { declared, requested, runsOf } from '../play.ts';
import { planEdited, standingOf, unchanged } from './standing.ts';

jest.setTimeout(houseTimeoutMs);

describe('votes that do not count (any more), and cards that are out of date', () => {
  let house: House;
  beforeAll(async () => {
    house = await startHouse({ production: { runSeconds: 0.3 } });
  }, houseTimeoutMs);
  beforeEach(async () => connected(house.api));
  afterAll(async () => house.stop());

  const person = (name: string) => house.api.as(name);
  const shows = (room: string, words: RegExp) => person('ada').waitForMessage(room, (message) => words.test(wordsIn(message)), patient);
  const stuck = () => house.api.break({ method: 'chat.update', kind: 'error', error: 'internal_error' });
  const unstuck = () => house.api.faults({ rules: [] });

  /** A war room with a request that needs two. */
  async function asked(title: string): Promise<{ room: string; name: string }> {
    const room = await declared(house, { text: `sev2 ${title} service:shop` });
    for (const name of ['ben', 'cleo', 'dan']) await person(name).visit('join', room);
    const { name } = await requested(house, { room, by: 'ben', to: 'v40' });
    return { room, name };
  }

  const edited = (by: string, room: string) => planEdited(house, { room, by, to: 'v38' });

  it('A10: lets no vote stand of somebody who left the group before the start, and opens the request again', async () => {
    const { room, name } = await asked('payments fail');
    await person('cleo').click(room, 'Approve', patient);
    await shows(room, /approvals 1 of 2/);
    await house.api.addUserGroup('sre-leads', ['dan']);
    await person('ada').click(room, 'Approve', patient);
    const told = await person('ada').waitForMessage(room, new RegExp(`${name} is open for approval again`), patient);
    expect(wordsIn(told)).toContain('does not count any more');
    const card = wordsIn(await shows(room, /approvals 1 of 2\*: ✓ <@U0ADA00000>/));
    expect(card).not.toContain('✓ <@U0CLEO0000>');
    expect(runsOf(house)).toEqual([]);
    await unchanged(house, { room, name }, async () => {
      await person('cleo').click(room, 'Approve', patient);
      await whispered(person('cleo'), room, /You are not one of them/);
    });
    await house.api.addUserGroup('sre-leads', ['cleo', 'dan']);
    await person('ben').slash(room, `/rollback reject ${name} another way`);
    await shows(room, /\*Rejected\*/);
  });

  it('A18: voids the votes when the plan is changed, says who changed what, and refuses the press on the old card', async () => {
    const { room, name } = await asked('search fails');
    await person('cleo').click(room, 'Approve', patient);
    await shows(room, /approvals 1 of 2/);
    await stuck();
    await edited('ben', room);
    const told = wordsIn(await person('ada').waitForMessage(room, /changed the plan of/, patient));
    expect(told).toMatch(/<@U0BEN00000> changed the plan of RB-\d+: to v38 instead of v40/);
    expect(told).toContain('What <@U0CLEO0000> approved does not count any more');
    await unchanged(house, { room, name }, async () => {
      await person('ada').click(room, 'Approve', patient);
      const old = await whispered(person('ada'), room, /This card is out of date/);
      expect(old).toContain('the plan changed since it was drawn. Look at the current card before you approve.');
    });
    await unstuck();
    const card = wordsIn(await shows(room, /approvals 0 of 2/));
    expect(card).toContain('v38');
    expect(runsOf(house)).toEqual([]);
    await person('ben').slash(room, `/rollback reject ${name} another way`);
    await shows(room, /\*Rejected\*/);
  });

  it('A18: lets whoever changed the plan approve it no more', async () => {
    const { room, name } = await asked('the cart is empty');
    await edited('cleo', room);
    await shows(room, /needs 2 approvals .* nobody who changed the plan/);
    await unchanged(house, { room, name }, async () => {
      await person('cleo').click(room, 'Approve', patient);
      const refused = await whispered(person('cleo'), room, /You changed this plan/);
      expect(refused).toContain('so somebody else has to approve it: the Incident Commander, the Technical Lead or @sre-leads.');
    });
    await person('ben').slash(room, `/rollback reject ${name} another way`);
    await shows(room, /\*Rejected\*/);
  });

  it('A13: does nothing outside of the incident’s room unless the incident is named, and says there what was done', async () => {
    const { room, name } = await asked('mails are late');
    const elsewhere = await declared(house, { text: 'sev2 the page is slow service:shop' });
    await unchanged(house, { room, name }, async () => {
      for (const place of ['#general', '@app']) {
        const answer = answerOf(await person('ada').slash(place, '/rollback request shop to v38 because'));
        expect(answer).toContain('This is not a war room. Name the incident, for example `/rollback request INC-12 shop`.');
      }
    });
    const inRoom = async () => JSON.stringify(await person('ada').messages(elsewhere));
    await person('cleo').slash('@app', `/rollback approve ${name}`);
    await person('ada').waitForMessage(room, new RegExp(`approved ${name}, 1 of 2`), patient);
    await person('dan').visit('join', elsewhere);
    const joined = await inRoom();
    await person('dan').slash(elsewhere, `/rollback reject ${name} not needed`);
    await person('ada').waitForMessage(room, new RegExp(`rejected ${name}: not needed`), patient);
    expect(await inRoom()).toBe(joined);
    const number = /^inc-(\d+)/.exec(room)?.[1] ?? '';
    await person('ada').slash('#general', `/rollback request INC-${number} shop to v38 because`);
    await person('ada').waitForMessage(room, /asked for RB-\d+, roll back shop \(production\) from v41 to v38/, patient);
  });

  it('A14: refuses every button of a card whose rollback is done, and draws the card anew', async () => {
    const { room, name } = await asked('images are missing');
    const old = await standingOf(house, { room, name });
    await stuck();
    await person('cleo').click(room, 'Approve', patient);
    await person('ada').click(room, 'Approve', patient);
    await person('ada').waitForMessage(room, new RegExp(`${name} recovered`), { timeoutMs: 60_000 });
    expect((await standingOf(house, { room, name })).card).toBe(old.card);
    await unchanged(house, { room, name }, async () => {
      await person('dan').click(room, 'Approve', patient);
      await whispered(person('dan'), room, new RegExp(`${name} is recovered: approve is not possible now`));
      await person('dan').click(room, 'Break glass…', patient);
      await person('dan').fill({ 'Why can it not wait?': 'customers lose their orders', 'Type the name of the service: shop': 'shop' });
      expect(answerOf(await person('dan').submit())).not.toContain('Something failed');
      expect(JSON.stringify((await person('dan').modal())?.errors)).toContain(`${name} is recovered: break glass is not possible now`);
      await person('dan').close({ all: true });
    });
    await unstuck();
    await shows(room, /\*✓ Recovered\*/);
    expect(runsOf(house)).toHaveLength(1);
  });
});
