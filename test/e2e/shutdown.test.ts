import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { wordsIn } from '../../sandbox/slack/test-api.ts';
import { houseTimeoutMs, startHouse, type House, type HouseOptions } from '../support/house.ts';
import { describeLane } from '../support/lanes.ts';
import { answerOf, patient } from '../support/talk.ts';
import { declared, requested, runsOf } from './play.ts';

jest.setTimeout(2 * houseTimeoutMs);

let house: House | undefined;
afterEach(async () => {
  await house?.stop();
  house = undefined;
}, houseTimeoutMs);

/** A rollback whose workflow runs right now. */
async function running(options: HouseOptions): Promise<{ here: House; room: string; ts: string }> {
  const here = (house = await startHouse({ ...options, production: { runSeconds: 4 } }));
  const room = await declared(here, { text: 'sev1 checkout fails service:shop' });
  const { ts } = await requested(here, { room, by: 'ben', to: 'v40' });
  await here.api.as('ada').click(room, 'Approve', { ...patient, ts });
  await here.api.as('ada').waitForMessage(room, /RB-1: step 1 of 1 is running/, patient);
  expect(runsOf(here)).toHaveLength(1);
  expect(here.production.fleet.live()).toBe('v41');
  return { here, room, ts };
}

/** It goes on where it was: the same run, measured, and told once. */
async function expectOneRecovery({ here, room, ts }: { here: House; room: string; ts: string }): Promise<void> {
  const ada = here.api.as('ada');
  await ada.waitForMessage(room, /RB-1 recovered/, { timeoutMs: 60_000 });
  await ada.waitForMessage(room, (message) => message.ts === ts && wordsIn(message).includes('✓ Recovered'), patient);
  const said = (await ada.messages(room)).map(({ text }) => text);
  for (const words of [/step 1 of 1 is running/, /measured whether it helped/, /^RB-1 recovered/]) {
    expect(said.filter((text) => words.test(text))).toHaveLength(1);
  }
  expect(runsOf(here)).toHaveLength(1);
  expect(here.production.fleet.live()).toBe('v40');
}

async function stopAndGoOn(options: HouseOptions): Promise<void> {
  const { here, room, ts } = await running(options);
  await here.app.stop('SIGTERM');
  expect(await here.app.ended).toBe(0);
  expect(here.app.lines.join('\n')).not.toMatch(/unhandled|uncaught|did not end orderly/);
  await here.startAnother();
  await expectOneRecovery({ here, room, ts });
  expect(answerOf(await here.api.as('ada').slash(room, '/incident resolve back on v40')).trim()).toBe('');
}

describe('ending Warroom while a rollback runs', () => {
  it('goes on after the restart on the embedded database, with the run that was there', async () => {
    await stopAndGoOn({ store: 'embedded' });
    expect(house).toBeDefined();
  });
});

describeLane(['redis', 'postgres'], 'ending Warroom while a rollback runs, on servers', () => {
  it('goes on after the restart, with the run that was there', async () => {
    await stopAndGoOn({ store: 'servers', mode: 'http' });
    expect(house).toBeDefined();
  });

  it('works as a web and a worker process, and the worker can be replaced in the middle', async () => {
    const here = (house = await startHouse({ store: 'servers', role: 'web', production: { runSeconds: 4 } }));
    const ada = here.api.as('ada');
    expect(answerOf(await ada.slash('#general', '/incident declare sev1 checkout fails service:shop'))).toContain('*INC-1* is declared');
    expect(await here.api.apiCalls('conversations.create')).toEqual([]);

    const worker = await here.startAnother({ role: 'worker' });
    const { name: room } = await here.api.waitForChannel(/^inc-1-/, patient);
    await ada.waitForMessage(room, 'The first minute', patient);
    const { ts } = await requested(here, { room, by: 'ben', to: 'v40' });
    await ada.click(room, 'Approve', { ...patient, ts });
    await ada.waitForMessage(room, /RB-1: step 1 of 1 is running/, patient);
    await worker.stop('SIGTERM');
    expect(await worker.ended).toBe(0);
    expect(answerOf(await ada.slash(room, '/incident resolve too early'))).toContain('Not yet: RB-1 is still');

    await here.startAnother({ role: 'worker' });
    await expectOneRecovery({ here, room, ts });
    const metrics = await (await fetch(`${here.app.url}/metrics`)).text();
    expect(metrics).toMatch(/^warroom_outbox_parked 0$/m);
  });
});
