// A worker stands still for longer than its lease, somebody else goes on, and then it wakes up and knows nothing of it.
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { RunningApp } from '../../sandbox/app.ts';
import { houseTimeoutMs } from '../support/house.ts';
import { describeLane } from '../support/lanes.ts';
import { onDispatch, patient, startRounds, type Rounds } from './rounds.ts';

describeLane(['redis', 'postgres'], 'a worker that freezes', () => {
  const scene: { rounds?: Rounds; second?: RunningApp } = {};
  beforeAll(async () => {
    scene.rounds = await startRounds();
  }, houseTimeoutMs);
  afterAll(async () => {
    for (const app of [scene.rounds?.worker, scene.second]) if (app) signal(app, 'SIGCONT');
    await scene.rounds?.stop();
  }, houseTimeoutMs);

  /** Freezes the only worker, lets another one end the rollback, thaws the first, and sees what it does. */
  async function expectOneEffectOfFrozen(rounds: Rounds, asked: Awaited<ReturnType<Rounds['approve']>>): Promise<void> {
    signal(rounds.worker, 'SIGSTOP');
    await expectOneEffect(rounds, asked, () => signal(rounds.worker, 'SIGCONT'));
  }

  async function expectOneEffect(rounds: Rounds, asked: Awaited<ReturnType<Rounds['approve']>>, thaw: () => void): Promise<void> {
    const { house, worker } = rounds;
    const before = worker.lines.length;
    scene.second = await house.startAnother({ role: 'worker' });
    const ended = await rounds.ended(asked.state.number);
    expect(ended.state.status).toBe('recovered');
    house.production.github.faults.clear();

    thaw();
    await house.api.waitFor(() => worker.lines.slice(before).some((line) => /settled meanwhile|job failed|given up/.test(line)), {
      ...patient,
      what: 'the frozen worker did not notice',
    });
    await house.production.github.idle();
    expect(rounds.runsOf(asked.id)).toBe(1);
    expect(await rounds.rollback(asked.state.number)).toEqual(ended);
    await scene.second.stop();
  }

  it('F6: while its call is on the way writes nothing more, and the run it started is the only one', async () => {
    const { rounds } = scene;
    if (!rounds) throw new Error('it did not start');
    const callArrived = onDispatch(rounds, 'hang_after');
    const asked = await rounds.approve();
    await callArrived();
    await expectOneEffectOfFrozen(rounds, asked);
  }, 90_000);

  it('F6: before it wrote its intent down starts nothing when it wakes up', async () => {
    const { rounds } = scene;
    if (!rounds) throw new Error('it did not start');
    const { api, production } = rounds.house;
    const asked = await rounds.request();
    const looks = () => production.github.requests().filter(({ path }) => path.endsWith('/deployments')).length;
    const before = looks();
    production.github.faults.add({ kind: 'latency', ms: 1500, method: 'GET', path: /\/deployments$/ });
    await api.as('ada').slash(rounds.room, `/rollback approve RB-${asked.state.number}`);
    await api.waitFor(() => looks() > before, patient);
    await expectOneEffectOfFrozen(rounds, asked);
    await rounds.assertInvariants();
  }, 90_000);

  it('F7: whose event loop is blocked writes nothing more afterwards, and says on /readyz that it was', async () => {
    const { rounds } = scene;
    if (!rounds) throw new Error('it did not start');
    await rounds.worker.stop();
    const folder = mkdtempSync(join(tmpdir(), 'warroom-blocked-'));
    const file = join(folder, 'block');
    rounds.worker = await rounds.house.startAnother({
      role: 'worker',
      env: { NODE_OPTIONS: `--import=${blocking}`, TEST_BLOCK_FILE: file },
    });
    const callArrived = onDispatch(rounds, 'hang_after');
    const asked = await rounds.approve();
    await callArrived();
    writeFileSync(file, '');
    await rounds.house.api.waitFor(() => !existsSync(file), { ...patient, what: 'it was not blocked' });
    const readiness = fetch(`${rounds.worker.url}/readyz`).then(async (answer) => ({ status: answer.status, text: await answer.text() }));
    await expectOneEffect(rounds, asked, () => writeFileSync(`${file}.enough`, ''));
    expect(await readiness).toMatchObject({ status: 503, text: expect.stringMatching(/blocked for \d{4,} ms/) });
    await rounds.assertInvariants();
    rmSync(folder, { recursive: true });
  }, 90_000);
});

const blocking = fileURLToPath(new URL('../support/blocked-loop.mjs', import.meta.url));

const signal = ({ pid }: RunningApp, name: NodeJS.Signals): void => {
  try {
    process.kill(pid, name);
  } catch {
    // It has ended.
  }
};
