// What can follow when a rollback was turned down or did not help: asked for again, measured again, decided anew, help called.
import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { wordsIn } from '../../sandbox/slack/test-api.ts';
import { houseTimeoutMs, startHouse, type House } from '../support/house.ts';
import { answerOf, connected, patient, whispered } from '../support/talk.ts';
import { declared, requested } from './play.ts';

jest.setTimeout(houseTimeoutMs);

/** Soon not recovered. */
const configure = (yaml: string): string => yaml.replace('failureLimit: 60', 'failureLimit: 2');

describe('after a rollback that was of no help', () => {
  let house: House;
  let room: string;
  let card: string;
  beforeAll(async () => {
    house = await startHouse({
      mode: 'http',
      configure,
      production: { runSeconds: 0.3 },
    });
    const { production, api } = house;
    await production.campaign.start();
    await api.waitFor(() => production.health(2).checkoutErrorShare > 0.1, {
      ...patient,
      what: 'errors of the bad version',
    });
    await production.github.idle();
    room = await declared(house, { text: 'sev1 checkout fails service:shop' });
    await api.as('ben').visit('join', room);
    await api.as('ben').click(room, 'Take TL', patient);
  }, houseTimeoutMs);
  beforeEach(async () => connected(house.api));
  afterAll(async () => house.stop());

  const person = (name: string) => house.api.as(name);
  const mention = async (name: string) => `<@${await person(name).id()}>`;
  const type = async (name: string, text: string) => answerOf(await person(name).slash(room, text));
  const cardSays = async (words: RegExp) =>
    wordsIn(
      await person('ada').waitForMessage(room, ({ ts, ...rest }) => ts === card && words.test(wordsIn({ ts, ...rest })), {
        timeoutMs: 60_000,
      }),
    );

  /** What the form on top shows once it is more than its first moment. */
  const formOf = async (name: string): Promise<string> => {
    const shown = async () => JSON.stringify(await person(name).modal());
    return house.api.waitFor(async () => (/Back to which version/.test(await shown()) ? shown() : undefined), {
      ...patient,
      what: 'The form stays empty.',
    });
  };
  const fill = async (name: string, fields: Record<string, string>): Promise<void> => {
    await person(name).waitForModal('', patient);
    await person(name).fill(fields);
    expect(await person(name).submit()).toMatchObject({ ok: true });
  };

  it('is asked for again from its card, with the same version and reason, and needs approvals anew', async () => {
    card = (await requested(house, { room, by: 'ben', to: 'v41' })).ts;
    await person('ada').click(room, 'Reject', { ts: card, ...patient });
    await fill('ada', { 'Why not?': 'wait for the partners' });
    await cardSays(/Rejected/);
    await person('ben').click(room, 'Retry', { ts: card, ...patient });
    const form = await formOf('ben');
    expect(form).toContain('because');
    expect(form).toMatch(/"initial_option":\{[^}]*"text":\{[^}]*v41/);
    expect(await person('ben').submit()).toMatchObject({ ok: true });

    card = (await person('ada').waitForMessage(room, /RB-2 · shop[\s\S]*Waiting for approval/, patient)).ts;
  });

  it('offers what can follow when it did not help', async () => {
    house.production.github.setLie('no traffic');
    await person('ada').click(room, 'Approve', { ts: card, ...patient });
    await cardSays(/\*✗ Not recovered\*[\s\S]*After-care/);
    const found = (await person('ada').messages(room)).find(({ ts }) => ts === card);
    const labels = JSON.stringify(found?.blocks);

    for (const label of ['Measure again', 'Retry', 'Roll forward…', 'Undo', 'Give up', 'Escalate']) expect(labels).toContain(`"${label}"`);
  });

  it('calls the owners and those who lead, by name, once', async () => {
    await person('ada').click(room, 'Escalate', { ts: card, ...patient });
    const called = wordsIn(await person('ben').waitForMessage(room, /calls for help with RB-2, shop \(production\)/, patient));
    expect(called).toContain(await mention('ben'));
    await person('ada').click(room, 'Escalate', { ts: card, ...patient });
    expect(await type('ada', '/incident timeline')).toContain('called for help with RB-2');

    expect((await person('ada').messages(room)).filter((message) => /calls for help/.test(wordsIn(message)))).toHaveLength(1);
  });

  it('leads to the form that decides', async () => {
    await person('ada').click(room, 'Roll forward…', { ts: card, ...patient });
    expect((await person('ada').waitForModal('Decide INC-1', patient)).title).toBe('Decide INC-1');
    await person('ada').close();
  });

  it('is measured once more by command, and asked for again by command', async () => {
    const verdicts = async () =>
      (await person('ada').messages(room)).filter((message) => /RB-2 did not help/.test(wordsIn(message))).length;
    const before = await verdicts();
    await type('ada', '/rollback verify RB-2');
    await person('ada').waitForMessage(room, /had RB-2 measured again/, patient);
    await house.api.waitFor(async () => (await verdicts()) > before, {
      timeoutMs: 60_000,
      what: 'There is no second verdict.',
    });
    await type('ben', '/rollback retry RB-2');
    expect(await formOf('ben')).toContain('Roll back shop (production)');
    await person('ben').close();
  });

  it('is unlocked, whatever became of the other rollbacks of the incident', async () => {
    await person('ben').click(room, 'Unlock', { ts: card, ...patient });
    await fill('ben', { 'Why now?': 'v42 is reverted' });

    expect(await cardSays(/1 of 2 done/)).toMatch(/☑ done: Unlock shop[^\n]*“v42 is reverted”/);
  });

  it('is neither measured nor asked for again from where that is not possible, and it is said why', async () => {
    await person('ada').click(room, 'Give up', { ts: card, ...patient });
    await fill('ada', {
      'Why, and what happens instead?': 'we repair forward',
    });
    await cardSays(/Given up/);
    expect(await type('ada', '/rollback verify RB-2')).toContain('RB-2 is given up: verify is not possible now.');
    expect(await type('ben', '/rollback retry RB-2')).toContain('RB-2 is given up: retry is not possible now.');
    expect(await type('ada', '/rollback verify RB-1')).toMatch(/RB-1 is rejected/);
    await type('ada', '/incident resolve repaired forward');
    await person('ada').waitForMessage(room, /resolved the incident/, patient);
    await person('ben').click(room, 'Retry', patient);

    await whispered(person('ben'), room, /INC-1 is resolved: a rollback is not possible any more/);
  });
});
