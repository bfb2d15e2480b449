import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { wordsIn } from '../../sandbox/slack/test-api.ts';
import { processClock } from '../support/clock.ts';
import { houseTimeoutMs, startHouse, type House } from '../support/house.ts';
import { patient } from '../support/talk.ts';
import { declared, requested, runsOf } from './play.ts';

jest.setTimeout(houseTimeoutMs);

describe('a request that waits for its approvals', () => {
  const folder = mkdtempSync(join(tmpdir(), 'warroom-clock-'));
  const clock = processClock(folder);
  let house: House;
  let room: string;
  let ahead = 0;
  beforeAll(async () => {
    house = await startHouse({ mode: 'http', env: clock.env, production: { runSeconds: 0.3 } });
    room = await declared(house, { text: 'sev2 checkout fails service:shop' });
    for (const name of ['cleo', 'gwen']) await person(name).visit('join', room);
    await person('gwen').slash(room, '/incident tl me');
    await requested(house, { room, by: 'ben', to: 'v40' });
  }, houseTimeoutMs);
  afterAll(async () => {
    await house.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const person = (name: string) => house.api.as(name);
  const calls = async (name: string): Promise<string[]> =>
    (await person(name).messages('@app')).map(wordsIn).filter((words) => words.includes('You are needed: RB-1'));

  async function later(minutes: number): Promise<void> {
    ahead += minutes * 60_000;
    clock.setAhead(ahead);
    await house.api.advanceClock(minutes * 60_000);
  }

  it('calls everybody who could give one of those that are missing, with what it is about and where', async () => {
    await person('cleo').click(room, 'Approve', patient);
    await person('ada').waitForMessage(room, (message) => /approvals 1 of 2/.test(wordsIn(message)), patient);
    await later(6);
    await person('ada').waitForMessage(room, /RB-1 still waits for its approvals/, patient);
    for (const name of ['ada', 'dan', 'gwen']) {
      const words = wordsIn(await person(name).waitForMessage('@app', /You are needed: RB-1/, patient));
      expect(words).toContain('roll back shop (production) from v41 to v40, still waits for approvals');
      expect(words).toContain('INC-1 · SEV2 · “checkout fails”');
      expect(words).toContain('asked by <@U0BEN00000>: “because”');
      expect(words).toContain('needs 1 more by the Incident Commander, the Technical Lead or @sre-leads, not the requester');
    }
  });

  it('calls nobody twice, and neither the requester, nor who said yes, nor who could not', async () => {
    await later(6);
    await house.api.waitFor(async () => (await calls('dan')).length === 1, patient);
    expect(await Promise.all(['ada', 'dan', 'gwen'].map(async (name) => (await calls(name)).length))).toEqual([1, 1, 1]);
    expect(await Promise.all(['ben', 'cleo', 'eve'].map(async (name) => (await calls(name)).length))).toEqual([0, 0, 0]);
    const said = (await person('ada').messages(room)).filter((message) => wordsIn(message).includes('still waits for its approvals'));
    expect(said).toHaveLength(1);
    expect(runsOf(house)).toEqual([]);
  });
});
