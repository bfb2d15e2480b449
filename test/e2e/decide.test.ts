import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { wordsIn } from '../../sandbox/slack/test-api.ts';
import { processClock } from '../support/clock.ts';
import { houseTimeoutMs, startHouse, type House } from '../support/house.ts';
import { answerOf, connected, fieldErrorsOf, patient } from '../support/talk.ts';
import { declared, requested } from './play.ts';

jest.setTimeout(houseTimeoutMs);

describe('deciding between rolling back and rolling forward', () => {
  const folder = mkdtempSync(join(tmpdir(), 'warroom-decide-'));
  const clock = processClock(folder);
  let house: House;
  let room: string;
  let ahead = 0;
  beforeAll(async () => {
    house = await startHouse({ mode: 'http', env: clock.env, production: { runSeconds: 0.3 } });
    const { production, api } = house;
    await production.campaign.start();
    await api.waitFor(() => production.health(2).checkoutErrorShare > 0.1, { ...patient, what: 'errors of the bad version' });
    await production.github.idle();
    room = await declared(house, { text: 'sev1 checkout fails service:shop' });
  }, houseTimeoutMs);
  beforeEach(async () => connected(house.api));
  afterAll(async () => {
    await house.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const person = (name: string) => house.api.as(name);

  async function later(minutes: number): Promise<void> {
    ahead += minutes * 60_000;
    clock.setAhead(ahead);
    await house.api.advanceClock(minutes * 60_000);
  }

  /** How often Warroom looked whether a decision's time is over. */
  async function looks(): Promise<number> {
    const text = await (await fetch(`${house.app.url}/metrics`)).text();
    const [, count = '0'] = /^warroom_jobs_total\{kind="decision\.revisit",end="done"\} (\d+)$/m.exec(text) ?? [];
    return Number(count);
  }

  async function lookedAgain(before: number): Promise<void> {
    await house.api.waitFor(async () => (await looks()) > before, { ...patient, what: 'The decision was not looked at again.' });
  }

  /** What the form on top says, once it says this. */
  async function formSays(name: string, words: RegExp): Promise<string> {
    const form = async () => wordsIn({ blocks: (await person(name).modal())?.blocks ?? [] } as unknown as Parameters<typeof wordsIn>[0]);
    return house.api.waitFor(
      async () => {
        const said = await form();
        return words.test(said) ? said : undefined;
      },
      { ...patient, what: `The form does not say ${String(words)}.` },
    );
  }

  const recalls = async (choice: string): Promise<number> =>
    (await person('ada').messages(room)).filter((message) => wordsIn(message).includes(`The time for the decision to ${choice} is over`))
      .length;

  it('opens a form at once and then shows the facts, measured and looked up this moment', async () => {
    await person('ada').click(room, 'Decide', patient);
    await person('ada').waitForModal('Decide INC-1', patient);
    const said = await formSays('ada', /What is known/);
    expect(said).toMatch(/Deploy: v42 was deployed \d+ (s|min) ago by/);
    expect(said).toMatch(/Burn: breached, checkout errors [\d.]+ % \(needs &lt; 1 %\)/);
    expect(said).toMatch(/Rolling back: possible, back to v41/);
    expect(said).toMatch(/Flag off: possible, step campaign\/promotion-off/);
    expect(said).toContain('Last rollback: not known');
    expect(said).toContain('*Checks of the rollback*');
    expect(said).toMatch(/\*Recommended: roll back\*\n• an objective is being breached: checkout errors/);
  });

  it('recommends anew with every answer and keeps what was typed', async () => {
    await person('ada').fill({ reason: 'the partners asked for five minutes' });
    await person('ada').fill({ fixInSight: 'no' });
    await formSays('ada', /• no fix is in sight/);
    await person('ada').fill({ fixRisk: 'high' });
    const said = await formSays('ada', /• the fix itself could destabilise/);
    expect(said).toContain('• no fix is in sight');
    expect(JSON.stringify((await person('ada').modal())?.values)).toContain('the partners asked for five minutes');
  });

  it('asks for a choice before anything is recorded', async () => {
    await person('ada').fill({ reason: '  ' });
    const answer = await person('ada').submit();
    expect(JSON.stringify([answer, fieldErrorsOf(answer)])).toMatch(/choice|fill|required/i);
    expect(answerOf(await person('ada').slash(room, '/incident timeline'))).not.toContain('decided');
  });

  it('stores the decision, and the room reads one message with choice, reasons, what was rejected and the time', async () => {
    await person('ada').fill({ choice: 'wait', minutes: '5', reason: 'the partners asked for five minutes' });
    expect(await person('ada').submit()).toMatchObject({ ok: true });
    const card = wordsIn(await person('cleo').waitForMessage(room, /\*Decided: wait\*/, patient));
    expect(card).toContain('the partners asked for five minutes');
    expect(card).toContain('*The rule of thumb* said roll back: an objective is being breached');
    expect(card).toMatch(/\*Not chosen\*\n• roll back\n?/);
    expect(card).toContain('• roll forward: no fix is in sight; the fix itself could destabilise');
    expect(card).toContain('Fix in sight: no · risk of the fix: high');
    expect(card).toMatch(/is asked again at/);
    const timeline = answerOf(await person('ada').slash(room, '/incident timeline'));
    expect(timeline).toContain(
      'decided to wait, about shop (production): the partners asked for five minutes. The rule of thumb said roll back',
    );
    await person('ada').waitForMessage('#incidents', (message) => /\*Decided\* wait, by/.test(wordsIn(message)), patient);
  });

  it('lets others look, and says who decides', async () => {
    await person('eve').visit('join', room);
    await person('eve').slash(room, '/incident decide');
    const said = await formSays('eve', /Deciding is for/);
    expect(said).toContain(`Deciding is for <@${await person('ada').id()}> (Incident Commander)`);
    expect(said).toContain('*Recommended: roll back*');
    expect((await person('eve').modal())?.submit ?? undefined).toBeUndefined();
    await person('eve').close();
  });

  it('brings the commander back once, by name, when the time is over', async () => {
    const before = await looks();
    await later(6);
    const told = await person('ada').waitForMessage(room, /The time for the decision to wait is over/, patient);
    expect(wordsIn(told)).toContain(`<@${await person('ada').id()}>`);
    await lookedAgain(before);
    await person('ada').waitForMessage(room, (message) => /Its time was over at/.test(wordsIn(message)), patient);
    expect(await recalls('wait')).toBe(1);
  });

  it('leads from the decision to the rollback, and does not call anybody back while one is asked for', async () => {
    await person('ada').click(room, 'Decide again', patient);
    await formSays('ada', /What is known/);
    await person('ada').fill({ fixInSight: 'maybe', fixRisk: 'not known', choice: 'roll back', minutes: '5', reason: 'it began with v42' });
    expect(await person('ada').submit()).toMatchObject({ ok: true });
    const card = await person('ada').waitForMessage(room, /\*Decided: roll back shop \(production\)\*/, patient);
    expect(wordsIn(card)).toContain('*The rule of thumb* said the same');
    await person('ada').waitForMessage(room, (message) => /Replaced by a later decision/.test(wordsIn(message)), patient);
    await person('ada').click(room, 'Plan rollback', { ...patient, ts: card.ts });
    await person('ada').waitForModal('Roll back', patient);
    await person('ada').close();

    await requested(house, { room, by: 'ben', to: 'v41' });
    const before = await looks();
    await later(6);
    await lookedAgain(before);
    await person('ben').slash(room, '/rollback reject RB-1 the cause is another one');
    await person('ada').waitForMessage(room, /rejected RB-1/, patient);
    expect(await recalls('roll back')).toBe(0);
    expect(await recalls('wait')).toBe(1);
  });

  it('refuses a decision made over one that this person has not read', async () => {
    await person('ben').slash(room, '/incident tl me');
    await person('ada').waitForMessage(room, /is Technical Lead/, patient);
    const fill = { fixInSight: 'no', fixRisk: 'low', choice: 'flag off', minutes: '5', reason: 'the banner began it' };
    for (const name of ['ada', 'ben']) {
      await person(name).slash(room, '/incident decide');
      await formSays(name, /What is known/);
      await person(name).fill(fill);
    }
    expect(await person('ben').submit()).toMatchObject({ ok: true });
    const card = await person('ada').waitForMessage(room, /\*Decided: flag off shop/, patient);
    await person('ben').click(room, 'Request plan campaign/promotion-off', { ...patient, ts: card.ts });
    await person('ben').waitForModal('Roll back', patient);
    expect(JSON.stringify((await person('ben').modal())?.values)).toContain('shop/production/campaign/promotion-off');
    await person('ben').close();
    const refused = await person('ada').submit();
    expect(Object.values(fieldErrorsOf(refused)).join(' ')).toContain(`decided “flag off” while this form was open`);
    await person('ada').close();
  });

  it('does not call anybody back when the incident looks well or is over, and offers nothing then', async () => {
    await person('ada').slash(room, '/incident resolve the partners stopped it');
    await person('ada').waitForMessage(room, (message) => /This incident is over\./.test(wordsIn(message)), patient);
    const before = await looks();
    await later(6);
    await lookedAgain(before);
    expect(await recalls('flag off')).toBe(0);
    expect(answerOf(await person('ada').slash(room, '/incident decide'))).toContain(
      'INC-1 is resolved: a decision is not possible any more',
    );
  });
});
