// All of Warroom is dead for a while: what is due then starts when it is back, and what is over does not.
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RunningApp } from '../../sandbox/app.ts';
import { processClock } from '../support/clock.ts';
import { houseTimeoutMs } from '../support/house.ts';
import { describeLane } from '../support/lanes.ts';
import { onDispatch, patient, startRounds, type Rounds } from './rounds.ts';

describeLane(['redis', 'postgres'], 'when all processes were dead for minutes', () => {
  const folder = mkdtempSync(join(tmpdir(), 'warroom-downtime-'));
  const clock = processClock(folder);
  const scene: { rounds?: Rounds; web?: RunningApp; ahead: number } = { ahead: 0 };
  beforeAll(async () => {
    // Over HTTP, where no socket takes the jump of the clock for a lost connection.
    scene.rounds = await startRounds({ mode: 'http', env: clock.env });
  }, houseTimeoutMs);
  afterAll(async () => {
    await scene.rounds?.stop();
    rmSync(folder, { recursive: true, force: true });
  }, houseTimeoutMs);

  function inside(): Rounds {
    if (!scene.rounds) throw new Error('it did not start');
    return scene.rounds;
  }

  /** Nobody is there for so long; then all start again. */
  async function away(minutes: number): Promise<void> {
    const { house, worker } = inside();
    await Promise.all([scene.web?.stop('SIGKILL') ?? house.app.stop('SIGKILL'), worker.stop('SIGKILL')]);
    scene.ahead += minutes * 60_000;
    clock.setAhead(scene.ahead);
    await house.api.advanceClock(minutes * 60_000);
    scene.web = await house.startAnother({ role: 'web' });
    inside().worker = await house.startAnother({ role: 'worker' });
  }

  it('F8: what was approved and had not begun starts when they are back in time, once', async () => {
    const { house, worker, approve, ended, runsOf } = inside();
    await worker.stop('SIGKILL');
    const asked = await approve();
    await house.api.waitFor(async () => (await inside().rollback(asked.state.number))?.state.status === 'approved', patient);
    await away(5);
    expect((await ended(asked.state.number)).state.status).toBe('recovered');
    expect(runsOf(asked.id)).toBe(1);
  }, 90_000);

  it('F8: what ran at the provider meanwhile is found again, and not started a second time', async () => {
    const { house, approve, ended, runsOf } = inside();
    const callArrived = onDispatch(inside(), 'hang_after');
    const asked = await approve();
    await callArrived();
    await away(5);
    house.production.github.faults.clear();
    expect((await ended(asked.state.number)).state.status).toBe('recovered');
    expect(runsOf(asked.id)).toBe(1);
  }, 90_000);

  it('F8: an approval whose time is over does not run, and neither does a request', async () => {
    const { house, worker, room, approve, ended, runsOf, assertInvariants } = inside();
    await worker.stop('SIGKILL');
    const asked = await approve();
    await house.api.waitFor(async () => (await inside().rollback(asked.state.number))?.state.status === 'approved', patient);
    await away(20);
    expect((await ended(asked.state.number)).state).toMatchObject({ status: 'expired', steps: [{ status: 'pending' }] });
    await house.api.as('ada').waitForMessage(room, /it was approved, but did not begin in time\. Nothing was changed/, patient);

    const unanswered = await inside().request();
    await away(20);
    expect((await ended(unanswered.state.number)).state).toMatchObject({ status: 'expired', votes: [] });
    expect(runsOf(asked.id) + runsOf(unanswered.id)).toBe(0);
    await assertInvariants();
  }, 90_000);
});
