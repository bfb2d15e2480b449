// Production and people do what nobody expects: a provider that lies, a deployment in between, two who press at once, a second rollback.
import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { wordsIn } from '../../sandbox/slack/test-api.ts';
import { declared, requested, runsOf } from '../e2e/play.ts';
import { houseTimeoutMs, startHouse, type House } from '../support/house.ts';
import { answerOf, connected, patient, whispered } from '../support/talk.ts';
import { impatient } from './rounds.ts';

jest.setTimeout(houseTimeoutMs);

/** Whether it helped is not what these tests are about: what is bad here was bad before. */
const ended = /Recovered|Not recovered|Inconclusive/;

/** Soon not recovered; and a plan that waits for somebody before its last step. */
function configure(yaml: string): string {
  const [, plan = ''] = /^ {2}campaign:\n([\s\S]*?)\n+providers:/m.exec(yaml) ?? [];
  return yaml
    .replace('failureLimit: 60', 'failureLimit: 2')
    .replace('plans:\n', `plans:\n  careful:\n${plan}\n        gate: { manual: 'Are the errors gone?' }\n`);
}

describe('when things are not as they seem', () => {
  let house: House;
  let room: string;
  beforeAll(async () => {
    house = await startHouse({ configure, env: impatient, production: { runSeconds: 0.3 } });
    room = await declared(house, { text: 'sev1 checkout fails service:shop' });
    await house.production.campaign.start();
    await house.production.github.idle();
  }, houseTimeoutMs);
  beforeEach(async () => connected(house.api));
  afterAll(async () => house.stop());

  const person = (name: string) => house.api.as(name);
  const cardSays = async (ts: string, words: RegExp): Promise<string> =>
    wordsIn(
      await person('ada').waitForMessage(room, (message) => message.ts === ts && words.test(wordsIn(message)), { timeoutMs: 60_000 }),
    );
  const ask = (to: string) => requested(house, { room, by: 'ben', to });
  const giveUp = async (ts: string): Promise<void> => {
    await person('ada').click(room, 'Give up', { ts, ...patient });
    await person('ada').waitForModal('', patient);
    await person('ada').fill({ reason: 'another way was found' });
    await person('ada').submit();
    await cardSays(ts, /Given up/);
  };

  it('F28: a run that ended well and brought nothing about is found out by reading back, and a person decides', async () => {
    house.production.github.setLie('nothing');
    const { name, ts } = await ask('v41');
    await person('ada').click(room, 'Approve', { ts, ...patient });
    const card = await cardSays(ts, /Waiting for your decision/);
    expect(card).toContain('GitHub says it is done, but v42 is in effect, not v41');
    expect((await person('ada').messages(room)).map(wordsIn).join('\n')).not.toContain(`${name} recovered`);
    expect(house.production.github.ledger().at(-1)).toMatchObject({ workflow: 'rollback.yml', conclusion: 'success', effect: 'none' });
    await giveUp(ts);
  });

  it('F28: one that is even on record as deployed, and moved no traffic, is found out by the measurements', async () => {
    house.production.github.setLie('no traffic');
    const { ts } = await ask('v41');
    await person('ada').click(room, 'Approve', { ts, ...patient });
    const card = await cardSays(ts, /Not recovered/);
    expect(card).toContain('the measurements are still bad');
    expect(house.production.fleet.live()).toBe('v42');
    house.production.github.setLie(undefined);
    await giveUp(ts);
  });

  it('F32: a deployment during the rollback stops it before its next step, which is not started', async () => {
    await house.production.campaign.start();
    await house.production.github.idle();
    const before = runsOf(house).length;
    expect(answerOf(await person('ben').slash(room, '/rollback request careful to v41 errors again')).trim()).toBe('');
    const waiting = await person('ada').waitForMessage(room, /Waiting for approval/, patient);
    await person('ada').click(room, 'Approve', { ts: waiting.ts, ...patient });
    await cardSays(waiting.ts, /\*code\* waits/);
    await house.production.campaign.start(); // somebody brings it out once more
    await house.production.github.idle();
    await person('ada').click(room, 'Confirm', { ts: waiting.ts, ...patient });
    const card = await cardSays(waiting.ts, /✗ Failed/);
    expect(card).toContain('production changed since this was approved');
    expect(runsOf(house)).toHaveLength(before);
  });

  it('F30: two who approve at once: one run, and the second is told that it was approved already', async () => {
    const before = runsOf(house).length;
    const { name, ts } = await ask('v41');
    for (const who of ['cleo', 'dan']) await person(who).visit('join', room);
    await Promise.all([
      person('cleo').click(room, 'Approve', { ts, ...patient }),
      person('dan').click(room, 'Approve', { ts, ...patient }),
    ]);
    const late = new RegExp(`${name} is \\w+: approve is not possible now`);
    const told = async (who: string): Promise<boolean> =>
      (await person(who).ephemerals(room)).some((message) => late.test(wordsIn(message)));
    await house.api.waitFor(async () => (await told('cleo')) || (await told('dan')), patient);
    expect([await told('cleo'), await told('dan')].filter(Boolean)).toHaveLength(1);
    await cardSays(ts, ended);
    expect(runsOf(house)).toHaveLength(before + 1);
  });

  it('F30: yes against no: one of them holds, and the other one reads why not', async () => {
    const { name, ts } = await ask('v40');
    const before = runsOf(house).length;
    const [, answer] = await Promise.all([
      person('cleo').click(room, 'Approve', { ts, ...patient }),
      person('dan').slash(room, `/rollback reject ${name} the cause is the database`),
    ]);
    const card = await cardSays(ts, new RegExp(`Rejected|${ended.source}`));
    const isNo = card.includes('Rejected');
    const words = isNo ? /is rejected: approve is not possible now/ : /: reject is not possible now/;
    const said = isNo ? '' : answerOf(answer).trim();
    expect(said || (await whispered(person(isNo ? 'cleo' : 'dan'), room, words))).toMatch(words);
    expect(runsOf(house)).toHaveLength(before + (isNo ? 0 : 1));
  });

  it('F31: a second rollback of a service is refused with a link to the first, whichever room asks', async () => {
    const other = await declared(house, { by: 'cleo', text: 'sev2 payments fail service:shop' });
    const to = house.production.fleet.live() === 'v41' ? 'v40' : 'v41';
    const { name, ts } = await ask(to);
    house.production.github.setRunSeconds(4);
    await person('ada').click(room, 'Approve', { ts, ...patient });
    await cardSays(ts, /… running/);
    const said = answerOf(await person('cleo').slash(other, `/rollback request shop to v38 errors here as well`)).trim();
    const refused = said || (await whispered(person('cleo'), other, /already running/));
    const { id } = await house.api.channel(room);
    expect(refused).toContain(`${name} (INC-1, <#${id}>) is already running for shop (production)`);
    house.production.github.setRunSeconds(0.3);
    const before = runsOf(house).length;
    await cardSays(ts, ended);
    expect(runsOf(house)).toHaveLength(before);
  });
});
