import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { wordsIn } from '../../../sandbox/slack/test-api.ts';
import { processClock } from '../../support/clock.ts';
import { houseTimeoutMs, startHouse, type House } from '../../support/house.ts';
import { patient, whispered } from '../../support/talk.ts';
import { declared, requested, runsOf } from '../play.ts';

jest.setTimeout(houseTimeoutMs);

describe('approving after the time is over', () => {
  const folder = mkdtempSync(join(tmpdir(), 'warroom-clock-'));
  const clock = processClock(folder);
  let house: House;
  let room: string;
  let ahead = 0;
  beforeAll(async () => {
    house = await startHouse({ mode: 'http', env: clock.env, production: { runSeconds: 0.3 } });
    room = await declared(house, { text: 'sev1 checkout fails service:shop' });
  }, houseTimeoutMs);
  afterAll(async () => {
    await house.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const person = (name: string) => house.api.as(name);

  /** Over HTTP, where no socket takes the jump for a lost connection; Slack's clock goes along, or its signatures would be too old. */
  async function later(minutes: number): Promise<void> {
    ahead += minutes * 60_000;
    clock.setAhead(ahead);
    await house.api.advanceClock(minutes * 60_000);
  }

  it('A14, F30: refuses the click on a card that still shows the button, and says on the card that it expired', async () => {
    await requested(house, { room, by: 'ben', to: 'v40' });
    await house.api.break({ method: 'chat.update', kind: 'error', error: 'internal_error' });
    await later(16);
    await person('ada').waitForMessage(room, /RB-1 expired: too few approvals came in time\. Nothing was changed/, patient);
    await person('ada').click(room, 'Approve', patient);
    expect(await whispered(person('ada'), room, /RB-1 is expired/)).toContain('approve is not possible now');

    await house.api.faults({ rules: [] });
    const isExpired = /\*Expired\* · 0 of 1 approvals came in time/;
    const card = await person('ada').waitForMessage(room, (message) => isExpired.test(wordsIn(message)), patient);
    expect(wordsIn(card)).toContain('It can be requested again; the checks run afresh.');
    expect(runsOf(house)).toEqual([]);
  });

  it('F8: does not start late what was approved in time', async () => {
    await requested(house, { room, by: 'ben', to: 'v40' });
    house.production.github.faults.add({ kind: 'status', status: 503, times: 100_000 });
    await person('ada').click(room, 'Approve', patient);
    await person('ada').waitForMessage(room, /approved RB-2/, patient);
    await later(11);
    const told = await person('ada').waitForMessage(room, /RB-2 expired/, patient);
    expect(wordsIn(told)).toContain('it was approved, but did not begin in time. Nothing was changed');
    house.production.github.faults.clear();
    expect(runsOf(house)).toEqual([]);
  });
});
