// A worker is killed around the one call that must happen once: before it has an effect, and before its answer is written down.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { houseTimeoutMs, startHouse } from '../support/house.ts';
import { describeLane } from '../support/lanes.ts';
import { brokenInvariants } from '../support/invariants.ts';
import { openEmbedded } from '../../src/store/embedded.ts';
import { impatient, onDispatch, openIncident, patient, startRounds, wellAtOnce, type Rounds } from './rounds.ts';

type Moment = 'hang_before' | 'hang_after' | 'cut_after';

/** One round: approve, kill the worker while its call is on the way, start another one, wait for the end. */
async function killOnce(rounds: Rounds, moment: Moment): Promise<{ status: string; runs: number }> {
  const { house } = rounds;
  const callArrived = onDispatch(rounds, moment);
  const { id, state } = await rounds.approve();
  await callArrived();
  await rounds.worker.stop('SIGKILL');
  house.production.github.faults.clear();
  rounds.worker = await house.startAnother({ role: 'worker' });
  const ended = await rounds.ended(state.number);
  await house.production.github.idle();
  return { status: ended.state.status, runs: rounds.runsOf(id) };
}

async function killAgainAndAgain(moments: readonly Moment[]): Promise<{ status: string; runs: number }[]> {
  const rounds = await startRounds();
  try {
    const results = [];
    for (const moment of moments) results.push(await killOnce(rounds, moment));
    await rounds.assertInvariants();
    return results;
  } finally {
    await rounds.stop();
  }
}

/** What lies ahead of a rollback that ended: two deadlines, the call for approvers, the reminder of its after-care. */
const ahead = 4;

async function waiting(url: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  return Number(/^warroom_outbox_waiting (\S+)$/m.exec(text)?.[1]);
}

const times = (count: number, moment: Moment): Moment[] => Array.from({ length: count }, () => moment);
const once = { status: 'recovered', runs: 1 };

describeLane(['redis', 'postgres'], 'a worker that is killed around its call', () => {
  // Three houses at once: a call that may have gone out is waited for longer than any call can take, ten times.
  const lanes: { results: { status: string; runs: number }[][] } = { results: [] };
  beforeAll(async () => {
    lanes.results = await Promise.all([
      killAgainAndAgain(times(5, 'hang_before')),
      killAgainAndAgain(times(5, 'hang_before')),
      killAgainAndAgain([...times(5, 'hang_after'), ...times(5, 'cut_after')]),
    ]);
  }, 280_000);

  it('F3: starts exactly one run when it was killed between intent and call, ten times of ten', () => {
    expect(lanes.results.slice(0, 2).flat()).toEqual(Array.from({ length: 10 }, () => once));
  });

  it('F4: finds the one run again when it was killed between call and record, ten times of ten', () => {
    expect(lanes.results[2]).toEqual(Array.from({ length: 10 }, () => once));
  });
});

describe('the only process of an embedded house, killed with its call on the way', () => {
  const cleanups: (() => Promise<unknown>)[] = [];
  afterAll(async () => {
    for (const cleanup of cleanups) await cleanup();
  }, houseTimeoutMs);

  it(
    'F4: takes its own folder over again and finds the one run',
    async () => {
      const options = { configure: wellAtOnce, env: impatient, production: { runSeconds: 0.2, load: { perSecond: 5 } } };
      const house = await startHouse(options);
      cleanups.push(house.stop);
      const { api, production, app, appOptions } = house;
      const room = await openIncident(house);

      const callArrived = onDispatch({ house }, 'hang_after');
      await api.as('ben').slash(room, '/rollback request shop to v40 errors');
      await api.as('ada').click(room, 'Approve', patient);
      await callArrived();
      await app.stop('SIGKILL');
      production.github.faults.clear();
      const next = await house.startAnother();
      await api.as('ada').waitForMessage(room, /RB-1 recovered/, patient);
      expect(production.github.ledger()).toHaveLength(1);

      await api.waitFor(async () => (await waiting(next.url)) <= ahead, patient);
      await next.stop();
      if (!('folder' in appOptions.store)) throw new Error('not embedded');
      const database = await openEmbedded(appOptions.store.folder);
      try {
        expect(await brokenInvariants({ db: database.db, runs: production.github.ledger() })).toEqual([]);
      } finally {
        await database.close();
      }
    },
    houseTimeoutMs,
  );
});
