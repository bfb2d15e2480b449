// The case this product was made for, step by step, the same over each connection and on each store.
import { afterAll, beforeAll, beforeEach, expect, it, jest } from '@jest/globals';
import { wordsIn } from '../../sandbox/slack/test-api.ts';
import { houseTimeoutMs, startHouse, type House, type HouseOptions } from '../support/house.ts';
import { answerOf, connected, drawingsOf, fieldErrorsOf, patient, whispered } from '../support/talk.ts';
import { timelineIsWhole } from './timeline.ts';

const title = 'Checkout fails for a third of customers';
const impact = 'About one checkout in three fails with an error page';

/** Registers the steps. They build on each other: the first that fails explains the rest. */
export function playScenario(options: Required<Pick<HouseOptions, 'mode' | 'store'>>): void {
  jest.setTimeout(60_000);
  const scene: Scene = { room: '' };
  beforeAll(async () => {
    scene.house = await startHouse({ ...options, production: { runSeconds: 2 } });
    const { production, api } = scene.house;
    await production.campaign.start();
    await api.waitFor(() => production.health(2).checkoutErrorShare > 0.1, { ...patient, what: 'errors of the bad version' });
    await production.github.idle();
  }, houseTimeoutMs);
  beforeEach(async () => connected(inside(scene).api));
  afterAll(async () => scene.house?.stop(), houseTimeoutMs);

  declareSteps(scene);
  roleSteps(scene);
  requestSteps(scene);
  runSteps(scene);
  updateSteps(scene);
  endSteps(scene, options.store);
}

interface Scene {
  house?: House;
  room: string;
}

function inside({ house, room }: Scene) {
  if (!house) throw new Error('the house did not start');
  const { api, production } = house;
  return { house, api, production, room, ada: api.as('ada'), ben: api.as('ben'), cleo: api.as('cleo') };
}

function declareSteps(scene: Scene): void {
  it('opens the form at once and a war room on submit, and says so where the person is', async () => {
    const { api, ada } = inside(scene);
    await ada.slash('#general', '/incident declare');
    await ada.waitForModal('Declare an incident', patient);
    await ada.fill({ title, severity: 'SEV1', service: 'shop', impact });
    expect(await ada.submit()).toMatchObject({ ok: true });

    const { name } = await api.waitForChannel(/^inc-1-\d{8}-checkout-fails/, patient);
    scene.room = name;
    expect(name.length).toBeLessThanOrEqual(80);
    const { user } = await ada.waitForMessage('@app', /You are Incident Commander of INC-1/, patient);
    expect(user).toBe((await ada.snapshot()).app.botUserId);
  });

  it('invites the declarer and the owners, sets the topic, the bookmarks and the pinned headline', async () => {
    const { api, ada, room } = inside(scene);
    const ids = Object.fromEntries((await ada.snapshot()).people.map((person) => [person.name, person.id]));
    const isInvited = async () => (await api.channel(room)).members.includes(ids['dan'] ?? '');
    await api.waitFor(isInvited, { ...patient, what: 'The owners were not invited.' });
    const channel = await api.waitFor(async () => {
      const now = await api.channel(room);
      return now.topic !== '' && now.bookmarks.length === 2 && now.pins.length === 1 ? now : undefined;
    }, patient);

    expect(channel.members).toEqual(expect.arrayContaining([ids['ada'], ids['cleo'], ids['dan']]));
    expect(channel.members).not.toContain(ids['eve']);
    expect(channel.topic).toBe(`SEV1 · Investigating · IC <@${ids['ada']}> · TL — · CC —`);
    expect(channel.bookmarks.map(({ title: name }) => name)).toEqual(['runbook (shop)', 'dashboard (shop)']);
    const headline = await ada.waitForMessage(room, (message) => channel.pins.includes(message.ts), patient);
    expect(wordsIn(headline)).toContain(`INC-1 · SEV1 · Investigating — ${title}`);
    expect(wordsIn(headline)).toContain(impact);
  });

  it('shows one headline in the digest channel and the first minute in the room', async () => {
    const { api, ada, room } = inside(scene);
    const digest = await ada.waitForMessage('#incidents', /INC-1 · SEV1 · Investigating/, patient);
    expect(wordsIn(digest)).toContain(`<#${(await api.channel(room)).id}>`);
    const welcome = await ada.waitForMessage(room, 'The first minute', patient);
    expect(wordsIn(welcome)).toContain('*shop*');
  });
}

function roleSteps(scene: Scene): void {
  it('gives a role to who presses its button, and the role card by direct message', async () => {
    const { ben, ada, room } = inside(scene);
    await ben.visit('join', room);
    await ben.click(room, 'Take TL', patient);
    const brief = await ben.waitForMessage('@app', /You are Technical Lead of INC-1/, patient);
    expect(wordsIn(brief)).toContain('/rollback request &lt;service&gt;');
    await ada.waitForMessage(room, `<@${await ben.id()}> is Technical Lead`, patient);
  });

  it('names the suspect in the first minute: what was deployed last', async () => {
    // A provider that is slow just then leaves it out; the card is drawn again when a role is taken.
    const { ada, room } = inside(scene);
    const welcome = await ada.waitForMessage(room, /\*shop\*: v42 was deployed/, patient);
    expect(wordsIn(welcome)).toContain('The first minute');
  });

  it('gives a role by command, takes it back, and never leaves the incident without a commander', async () => {
    const { api, ada, cleo, room } = inside(scene);
    const eve = await api.person('eve');
    await ada.slash(room, `/incident cc <@${eve.id}|eve>`);
    await api.as('eve').waitForMessage('@app', /You are Comms Coordinator of INC-1/, patient);
    await cleo.slash(room, '/incident cc me');
    await cleo.waitForMessage('@app', /You are Comms Coordinator of INC-1/, patient);
    await api.waitFor(async () => (await api.channel(room)).topic.endsWith(`CC <@${await cleo.id()}>`), patient);

    expect(answerOf(await ada.slash(room, '/incident ic none'))).toContain('An incident always has an Incident Commander');
    const holder = `*CC* <@${await cleo.id()}>`;
    const headline = await ada.waitForMessage(room, (message) => message.isPinned && wordsIn(message).includes(holder), patient);
    expect(wordsIn(headline)).not.toContain('nobody yet');
  });

  it('moves the status by its shortest beginning, in the room and under the headline of the digest', async () => {
    const { api, ben, ada, room } = inside(scene);
    await ben.slash(room, '/incident status ident errors began with v42');
    await ada.waitForMessage(room, /Status is now Identified, it was Investigating/, patient);
    await ada.waitForMessage('#incidents', ({ threadTs, text }) => threadTs !== undefined && text.includes('Identified'), patient);
    await api.waitFor(async () => (await api.channel(room)).topic.includes('Identified'), patient);
    expect(answerOf(await ben.slash(room, '/incident status fine'))).toContain('“fine” is no status');
  });
}

function requestSteps(scene: Scene): void {
  it('plans without requesting anything', async () => {
    const { ben, room, production } = inside(scene);
    const before = production.github.ledger().length;
    await ben.slash(room, '/rollback plan shop to v41');
    const plan = await whispered(ben, room, /Nothing was requested/).catch(() => '');
    expect(plan).toContain('Plan: roll back shop (production) to v41');
    expect(production.github.ledger()).toHaveLength(before);
  });

  it('requests it, with what speaks for and against it on the card', async () => {
    const { ben, ada, room } = inside(scene);
    expect(answerOf(await ben.slash(room, '/rollback request shop to v41 errors began with v42')).trim()).toBe('');
    const card = wordsIn(await ada.waitForMessage(room, /Waiting for approval/, patient));
    expect(card).toContain('RB-1 · shop · production · v42 → v41');
    expect(card).toContain('approvals 0 of 1');
    expect(card).toContain('errors began with v42');
    expect(card).toMatch(/✓/);
    await ada.waitForMessage(room, /asked for RB-1/, patient);
  });

  it('refuses the approval of the one who asked', async () => {
    const { ben, room, production } = inside(scene);
    const before = production.github.ledger().length;
    await ben.click(room, 'Approve', patient);
    expect(await whispered(ben, room, /somebody else has to approve/)).toContain('You asked for this rollback');
    expect(production.github.ledger()).toHaveLength(before);
  });
}

function runSteps(scene: Scene): void {
  it('starts when somebody else approves, and is not to be resolved before it is over', async () => {
    const { ada, room } = inside(scene);
    await ada.click(room, 'Approve', patient);
    expect(answerOf(await ada.slash(room, '/incident resolve all good'))).toContain('Not yet: RB-1 is still');
    await ada.waitForMessage(room, /approved RB-1, 1 of 1/, patient);
  });

  it('shows the run while it runs, measures, and says Recovered only on numbers', async () => {
    const { api, ada, room, production } = inside(scene);
    const card = await ada.waitForMessage(room, 'RB-1 · shop', patient);
    await ada.waitForMessage(room, /RB-1 recovered: shop \(production\) is measured well again/, patient);
    const result = await ada.waitForMessage(room, (message) => message.ts === card.ts && /✓ Recovered/.test(wordsIn(message)), patient);

    const drawings = (await drawingsOf(api, card.ts)).join('\n');
    expect(drawings).toContain('*Running*');
    expect(drawings).toMatch(/verifying\*/);
    expect(wordsIn(result)).toContain('checkout errors');
    expect(production.fleet.live()).toBe('v41');
    expect(production.health(1).checkoutErrorShare).toBeLessThan(0.01);
    expect(production.github.ledger().filter(({ workflow }) => workflow === 'rollback.yml')).toHaveLength(1);
  });

  it('moved the status by itself, to Mitigating and then to Monitoring', async () => {
    const { ada, room } = inside(scene);
    await ada.waitForMessage(room, /Status is now Mitigating, it was Identified: RB-1 is running/, patient);
    const last = await ada.waitForMessage(room, /Status is now Monitoring/, patient);
    expect(wordsIn(last)).toContain('it was Mitigating: RB-1 recovered the service');
  });
}

const texts = {
  internal: 'Rolled back to v41, checkout errors are gone. We keep watching for half an hour.',
  external: 'Some checkouts failed a few minutes ago. It works again. Whoever got an error can simply try once more.',
  support: 'Checkout works again. Customers who saw an error page can simply try again.',
};
const places = { internal: '#incidents', external: '#partners', support: '#support' };

function updateSteps(scene: Scene): void {
  it('does not publish to customers what they must not read, and keeps what was typed', async () => {
    const { cleo, room, api } = inside(scene);
    await cleo.slash(room, '/incident update external');
    await cleo.waitForModal('Update: external', patient);
    await cleo.fill({ Text: 'We went back from v42 on db-1.prod.internal.' });
    const errors = fieldErrorsOf(await cleo.submit());
    expect(errors['text']).toContain('Not published: customers would read');
    expect(errors['text']).toContain('v42');
    expect(await cleo.modal()).toMatchObject({ title: 'Update: external', errors });
    expect((await api.as('ada').messages('#partners')).filter(({ text }) => text.includes('db-1'))).toEqual([]);
    await cleo.close();
  });

  for (const audience of ['internal', 'external', 'support'] as const) {
    it(`opens a ready draft for ${audience} and takes the text to ${places[audience]}`, async () => {
      const { cleo, room } = inside(scene);
      await cleo.slash(room, `/incident update ${audience}`);
      const form = await cleo.waitForModal(`Update: ${audience}`, patient);
      expect(JSON.stringify(form.blocks)).toContain(audience === 'internal' ? 'Impact now' : impact);
      await cleo.fill({ Text: texts[audience] });
      expect(await cleo.submit()).toMatchObject({ ok: true });
      const posted = await cleo.waitForMessage(places[audience], (message) => wordsIn(message).includes(texts[audience]), patient);
      // The digest keeps one headline per incident; what belongs to it stands below it.
      expect(posted.threadTs !== undefined).toBe(audience === 'internal');
    });
  }
}

function endSteps(scene: Scene, store: 'embedded' | 'servers'): void {
  it('resolves, in the room, the headline and the digest', async () => {
    const { api, ada, room } = inside(scene);
    expect(answerOf(await ada.slash(room, '/incident resolve rolled back to v41')).trim()).toBe('');
    await ada.waitForMessage(room, /resolved the incident: rolled back to v41\. It took/, patient);
    await ada.waitForMessage('#incidents', /✅ INC-1 · SEV1 · Resolved/, patient);
    await api.waitFor(async () => (await api.channel(room)).topic.includes('Resolved'), patient);
    expect(answerOf(await ada.slash(room, '/rollback request shop to v40'))).toContain('INC-1 is resolved');
  });

  it('has everything in the timeline, in order, in a chain that shows any change', async () => {
    const { ada, room, house } = inside(scene);
    const timeline = answerOf(await ada.slash(room, '/incident timeline'));
    const told = [
      /declared INC-1, SEV1/,
      /Technical Lead/,
      /Identified/,
      /asked for RB-1/,
      /approved RB-1/,
      /RB-1: step 1 of 1 is running/,
    ];
    const later = [/measured whether it helped/, /RB-1 recovered/, /update \(internal\)/, /resolved the incident/];
    const at = [...told, ...later].map((words) => timeline.search(words));
    expect(at).not.toContain(-1);
    expect(at).toEqual(at.toSorted((a, b) => a - b));
    if (store === 'servers') await timelineIsWhole(house.databaseUrl ?? '');
  });
}
