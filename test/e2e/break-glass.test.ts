import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { wordsIn } from '../../sandbox/slack/test-api.ts';
import { houseTimeoutMs, startHouse, type House } from '../support/house.ts';
import { answerOf, connected, fieldErrorsOf, patient, whispered } from '../support/talk.ts';
import { declared, requested, runsOf } from './play.ts';

jest.setTimeout(houseTimeoutMs);

const minutes = { timeoutMs: 60_000 };
const whyLabel = 'Why can it not wait?';
const nameLabel = 'Type the name of the service: shop';
const why = 'customers lose their orders, and nobody answers';

describe('breaking the glass', () => {
  let house: House;
  beforeAll(async () => {
    house = await startHouse({ production: { runSeconds: 0.3 } });
  }, houseTimeoutMs);
  beforeEach(async () => connected(house.api));
  afterAll(async () => house.stop());

  const person = (name: string) => house.api.as(name);
  const shows = (room: string, words: RegExp) => person('ada').waitForMessage(room, (message) => words.test(wordsIn(message)), patient);

  async function asked(title: string, to: string): Promise<{ room: string; name: string }> {
    const room = await declared(house, { text: `sev2 ${title} service:shop` });
    await person('cleo').visit('join', room);
    await person('ben').slash(room, '/incident tl me');
    return { room, ...(await requested(house, { room, by: 'ben', to })) };
  }

  /** Fills the form and sends it; what is wrong comes back by field. */
  async function broken(by: string, room: string, form: { reason: string; typed: string }): Promise<Record<string, string>> {
    if ((await person(by).modal()) === undefined) await person(by).click(room, 'Break glass…', patient);
    await person(by).waitForModal(/^Break glass: RB-/, patient);
    await person(by).fill({ [whyLabel]: form.reason, [nameLabel]: form.typed });
    const sent = await person(by).submit();
    return sent.ok ? fieldErrorsOf(sent) : { refused: sent.message };
  }

  const first: { room?: string } = {};
  const roomOfFirst = (): string => {
    if (first.room === undefined) throw new Error('it did not get as far as a room');
    return first.room;
  };

  it('takes a reason of twenty characters, the right name and the right person, and records nothing before', async () => {
    const { room } = await asked('checkout fails', 'v40');
    first.room = room;
    await person('ada').click(room, 'Break glass…', patient);
    const form = await person('ada').waitForModal('Break glass: RB-1', patient);
    expect(JSON.stringify(form.blocks)).toContain('It starts at once, without the approval of');
    expect(await broken('ada', room, { reason: 'too short', typed: 'shop' })).toEqual({ refused: 'Enter at least 20 characters.' });
    expect(await broken('ada', room, { reason: `${' '.repeat(30)}short`, typed: 'shop' })).toEqual({
      reason: 'At least 20 characters: everybody you skip reads it',
    });
    expect(await broken('ada', room, { reason: why, typed: 'shpo' })).toEqual({
      typed: 'Not recorded: type the name of the service, `shop`, to show that you mean it.',
    });
    expect(await broken('cleo', room, { reason: why, typed: 'shop' })).toEqual({
      reason: 'Only the Incident Commander may break the glass.',
    });
    await person('cleo').close({ all: true });
    expect(answerOf(await person('cleo').slash(room, '/incident timeline'))).not.toContain('broke the glass');
    expect(runsOf(house)).toEqual([]);
  });

  it('starts it at once, and says so on the card, in the room and in the digest', async () => {
    const room = roomOfFirst();
    expect(await broken('ada', room, { reason: why, typed: 'shop' })).toEqual({});
    const told = await person('ada').waitForMessage(room, /broke the glass: RB-1 goes ahead without/, patient);
    expect(wordsIn(told)).toContain(why);
    const digest = await person('eve').waitForMessage('#incidents', /broke the glass: RB-1 goes ahead without/, patient);
    expect(digest.threadTs).toBeDefined();
    await person('ada').waitForMessage(room, /RB-1 recovered/, minutes);
    expect(runsOf(house)).toHaveLength(1);
  });

  it('tells everybody who was skipped, once, and neither the requester nor whoever did it', async () => {
    for (const name of ['cleo', 'dan']) {
      const words = wordsIn(await person(name).waitForMessage('@app', /RB-1 went ahead without your approval/, patient));
      expect(words).toContain('<@U0ADA00000> broke the glass');
      expect(words).toContain(why);
      expect(words).toContain('You need not do anything. It is reviewed in the postmortem');
      const all = (await person(name).messages('@app')).filter((message) => wordsIn(message).includes('went ahead without'));
      expect(all).toHaveLength(1);
    }
    for (const name of ['ada', 'ben']) {
      const direct = (await person(name).messages('@app')).map(wordsIn).join('\n');
      expect(direct).not.toContain('went ahead without your approval');
    }
  });

  it('leaves a review, which somebody else has to do', async () => {
    const room = roomOfFirst();
    const card = wordsIn(await shows(room, /Review the break-glass of RB-1 in the postmortem/));
    expect(card).toContain(why);
    await person('ada').click(room, 'Review', patient);
    await whispered(person('ada'), room, /You broke the glass, so somebody else reviews it\./);
    expect(await person('ada').modal()).toBeUndefined();
    await person('cleo').click(room, 'Review', patient);
    await person('cleo').waitForModal('Review of RB-1', patient);
    await person('cleo').fill({ 'What did you find?': 'it was right: nobody else was awake' });
    expect(fieldErrorsOf(await person('cleo').submit())).toEqual({});
    await shows(room, /☑ done: Review the break-glass of RB-1/);
  });

  it('goes past a check that stops an approval, where that check may be overridden, and names what it went past', async () => {
    await house.api.waitFor(() => house.production.fleet.live() === 'v40', patient);
    await fetch(`${house.production.githubUrl}/repos/acme/shop/deployments`, {
      method: 'POST',
      headers: { authorization: `Bearer ${house.appOptions.githubToken}`, 'content-type': 'application/json' },
      body: JSON.stringify({ ref: 'v42', environment: 'production', auto_merge: false, required_contexts: [] }),
    });
    const { room } = await asked('payments fail', 'v41');
    const card = wordsIn(await shows(room, /The checks stop it\./));
    expect(card).toContain(
      'It cannot be approved. *Edit plan* has the checks run again; only the Incident Commander can go past them, with *Break glass*.',
    );
    expect(card).toMatch(/A deployment of \S+ has not ended/);
    const buttons = JSON.stringify((await shows(room, /The checks stop it\./)).blocks);
    expect(buttons).not.toContain('"rollback.approve"');
    const no = answerOf(await person('cleo').slash(room, '/rollback approve RB-2'));
    expect(no).toContain('Not recorded: the checks stop RB-2:');
    expect(no).toContain(
      'Clear that up and press Edit plan, which looks again. Only the Incident Commander may go past it, by breaking the glass.',
    );

    await person('ada').click(room, 'Break glass…', patient);
    const form = await person('ada').waitForModal('Break glass: RB-2', patient);
    expect(JSON.stringify(form.blocks)).toContain('*It also goes past what the checks stop:*');
    expect(await broken('ada', room, { reason: why, typed: 'shop' })).toEqual({});
    await person('ada').waitForMessage(room, /broke the glass: RB-2 goes ahead without/, patient);
    await person('ada').waitForMessage(room, /RB-2 recovered/, minutes);
    expect(runsOf(house)).toHaveLength(2);
  });

  it('is refused to the same person a third time in 24 hours', async () => {
    const { room } = await asked('search fails', 'v38');
    const refused = {
      reason: 'You broke the glass 2 times in the last 24 hours; that is the limit. Somebody else has to, or ask for approvals.',
    };
    expect(await broken('ada', room, { reason: why, typed: 'shop' })).toEqual(refused);
    await person('ada').close({ all: true });
    expect(answerOf(await person('ada').slash(room, '/incident timeline'))).not.toContain('broke the glass');
    expect(runsOf(house)).toHaveLength(2);
    await person('cleo').click(room, 'Details', patient);
    await whispered(person('cleo'), room, /RB-3: details/);
  });
});
