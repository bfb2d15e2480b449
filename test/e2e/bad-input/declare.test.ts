import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { wordsIn } from '../../../sandbox/slack/test-api.ts';
import { houseTimeoutMs, startHouse, type House } from '../../support/house.ts';
import { answerOf, connected, fieldErrorsOf, patient, whispered } from '../../support/talk.ts';

jest.setTimeout(houseTimeoutMs);

describe('declaring with something wrong', () => {
  let house: House;
  beforeAll(async () => {
    house = await startHouse();
  });
  beforeEach(async () => connected(house.api));
  afterAll(async () => house.stop());

  const person = (name: string) => house.api.as(name);
  const declare = async (text: string, name = 'ada') => answerOf(await person(name).slash('#general', `/incident ${text}`));

  /** Nothing was begun: no room was asked for, and no incident is open. */
  async function nothingWasBegun(): Promise<void> {
    expect(await house.api.apiCalls('conversations.create')).toEqual([]);
    expect(await declare('list')).toContain('No incident is open');
  }

  it('names the services there are, the severities there are, and the verb that was meant', async () => {
    expect(await declare('declare sev1 checkout fails service:shopp')).toContain('There is no service “shopp”. Known: shop.');
    expect(await declare('declare sev9 checkout fails')).toContain('“sev9” is no severity. Use sev1, sev2, sev3 or sev4.');
    expect(await declare('delcare sev1 checkout fails')).toContain('`/incident delcare` is not known. Did you mean `/incident declare`?');
    const aprove = answerOf(await person('ada').slash('#general', '/rollback aprove RB-1'));
    expect(aprove).toContain('Did you mean `/rollback approve`?');
    expect(await declare('frobnicate')).toContain('`/incident help` lists what can be done.');
    await nothingWasBegun();
  });

  it('refuses a title of 5000 characters, in the command and under the field of the form', async () => {
    expect(await declare(`declare sev2 ${'x'.repeat(5000)}`)).toContain('The title has 5000 characters; at most 200 fit.');

    const ada = person('ada');
    await declare('declare');
    await ada.waitForModal('Declare an incident', patient);
    await ada.fill({ title: 'x'.repeat(5000) });
    expect(await ada.submit()).toMatchObject({ ok: false });
    expect(await ada.modal()).toMatchObject({ errors: { title: expect.stringContaining('200') } });
    await ada.fill({ title: '   ' });
    expect(fieldErrorsOf(await ada.submit())).toEqual({ title: 'Say in a few words what is broken' });
    await ada.close();
    await nothingWasBegun();
  });

  it('says why a form did not open when its trigger is too old', async () => {
    await house.api.faults({ latencyMs: { 'views.open': 500 } });
    await declare('declare');
    await house.api.advanceClock(4000);
    expect(await whispered(person('ada'), '#general', /The form did not open/)).toContain('Nothing was recorded. Type or press it again.');
    await house.api.faults({ latencyMs: {} });
    expect(await person('ada').modal()).toBeUndefined();
    await nothingWasBegun();
  });

  it('wakes nobody and mentions nobody by a title, wherever the title is shown', async () => {
    const title = 'down <!channel> & <@U0BEN00000> <https://evil.example|here>';
    expect(await declare(`declare sev1 ${title}`)).toContain('down &lt;!channel&gt; &amp; &lt;@U0BEN00000&gt;');
    const { name } = await house.api.waitForChannel(/^inc-1-\d{8}-down/, patient);
    await person('ada').waitForMessage(name, 'The first minute', patient);
    await person('ada').waitForMessage('#incidents', 'INC-1', patient);
    await house.api.waitFor(async () => (await house.api.channel(name)).topic !== '', patient);

    for (const { request } of await house.api.apiCalls()) {
      expect(markupIn(request)).not.toMatch(/<!(channel|here|everyone)|<@U0BEN00000>|<https:\/\/evil/);
    }
    expect((await house.api.channel(name)).members).not.toContain(await person('ben').id());
  });

  it('gives two people who declare at once a room each, and names the first to the second', async () => {
    const [one, two] = await Promise.all([
      declare('declare sev1 Checkout is down service:shop', 'ben'),
      declare('declare sev2 Payments fail service:shop', 'cleo'),
    ]);
    expect(one + two).toMatch(/INC-2\* is declared/);
    const rooms = [await house.api.waitForChannel(/^inc-2-/, patient), await house.api.waitForChannel(/^inc-3-/, patient)];
    expect(rooms.map(({ name }) => name.replace(/^inc-\d-\d+-/, '')).toSorted()).toEqual(['checkout-is-down', 'payments-fail']);

    const [first, second] = one.includes('*INC-2* is declared') ? [one, two] : [two, one];
    expect(first).not.toContain('was declared just before');
    expect(second).toContain('*INC-3* is declared');
    expect(second).toContain('*INC-2* was declared just before');
  });

  it('does not know a version that was never deployed, and says which were', async () => {
    const { name } = await house.api.channel((await house.api.waitForChannel(/^inc-2-/)).name);
    const ben = person('ben');
    await ben.visit('join', name);
    const asked = answerOf(await ben.slash(name, '/rollback request shop to v99 because'));
    expect(asked || (await whispered(ben, name, /v99/))).toMatch(/“v99” was never deployed to shop \(production\)\. Known: v40/);
    expect(answerOf(await ben.slash(name, '/rollback plan shopp'))).toContain('There is no service “shopp”. Known: shop.');
    expect((await ben.messages(name)).map(wordsIn).join('\n')).not.toContain('RB-1');
    expect(house.production.github.ledger()).toEqual([]);
  });
});

/** The texts of a call that Slack reads as markup: its text, and mrkdwn in its blocks. Plain text is shown as it is. */
function markupIn(request: unknown): string {
  const { text = '', topic = '', blocks = [] } = request as { text?: string; topic?: string; blocks?: unknown };
  return [text, topic, ...mrkdwn(typeof blocks === 'string' ? JSON.parse(blocks) : blocks)].join('\n');
}

function mrkdwn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(mrkdwn);
  if (typeof value !== 'object' || value === null) return [];
  const { type, text } = value as { type?: unknown; text?: unknown };
  return [...(type === 'mrkdwn' && typeof text === 'string' ? [text] : []), ...Object.values(value).flatMap(mrkdwn)];
}
