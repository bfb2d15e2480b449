// Redis and PostgreSQL crash, come back, and forget: what was recorded happens once, and what was not is said to be not.
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import { wordsIn } from '../../sandbox/slack/test-api.ts';
import { houseTimeoutMs } from '../support/house.ts';
import { describeLane } from '../support/lanes.ts';
import { describeOwnPostgres, ownPostgres, ownRedis, withServers, type OwnServer } from '../support/own-servers.ts';
import { patient, startRounds, type Rounds } from './rounds.ts';

interface Scene {
  rounds?: Rounds;
  server?: OwnServer;
}

function inside({ rounds, server }: Scene): { rounds: Rounds; server: OwnServer } {
  if (!rounds || !server) throw new Error('it did not start');
  return { rounds, server };
}

const runningFor = { production: { runSeconds: 1, load: { perSecond: 5 } } };

/** Resolves when the provider works on it. */
async function running({ house: { api, production } }: Rounds, rollbackId: string): Promise<void> {
  const mine = () => production.github.ledger().some(({ opId, conclusion }) => opId === `${rollbackId}.1` && conclusion === null);
  await api.waitFor(mine, { ...patient, what: 'it did not start' });
}

async function expectGoodEnd(rounds: Rounds, { id, state }: Awaited<ReturnType<Rounds['approve']>>): Promise<void> {
  expect((await rounds.ended(state.number)).state.status).toBe('recovered');
  expect(rounds.runsOf(id)).toBe(1);
}

describeLane(['redis', 'postgres'], 'with a Redis that crashes', () => {
  const scene: Scene = {};
  beforeAll(async () => {
    const server = await ownRedis();
    scene.server = server;
    scene.rounds = await withServers({ redis: server.url }, () => startRounds(runningFor));
  }, houseTimeoutMs);
  afterAll(async () => {
    await scene.server?.start();
    await scene.rounds?.stop();
    await scene.server?.stop();
  }, houseTimeoutMs);

  it('a rollback in the middle goes on when Redis is killed and comes back empty', async () => {
    const { rounds, server } = inside(scene);
    const asked = await rounds.approve();
    await running(rounds, asked.id);
    await server.crash();
    await server.start();
    await expectGoodEnd(rounds, asked);
  }, 60_000);

  it('a rollback in the middle goes on when all of Redis is emptied', async () => {
    const { rounds, server } = inside(scene);
    const asked = await rounds.approve();
    await running(rounds, asked.id);
    const client = new Redis(server.url);
    await client.flushall();
    client.disconnect();
    await expectGoodEnd(rounds, asked);
  }, 60_000);

  it('an approval is recorded while Redis is away, and the rollback starts, ends and is told without it', async () => {
    const { rounds, server } = inside(scene);
    await server.crash();
    const asked = await rounds.approve();
    await expectGoodEnd(rounds, asked);
    await rounds.house.api.as('ada').waitForMessage(rounds.room, new RegExp(`RB-${asked.state.number} recovered`), patient);
    await server.start();
    await expectGoodEnd(rounds, await rounds.approve());
    await rounds.assertInvariants();
  }, 120_000);
});

describeOwnPostgres('with a PostgreSQL that crashes', (programs) => {
  const scene: Scene = {};
  beforeAll(async () => {
    const server = await ownPostgres(programs);
    scene.server = server;
    scene.rounds = await withServers({ postgres: server.url }, () => startRounds(runningFor));
  }, houseTimeoutMs);
  afterAll(async () => {
    await scene.rounds?.stop();
    await scene.server?.stop();
  }, houseTimeoutMs);

  it('a command is told in time that nothing was recorded, and the same one works when it is back', async () => {
    const { rounds, server } = inside(scene);
    const ada = rounds.house.api.as('ada');
    await server.crash();
    const refused = await ada.slash('#general', '/incident declare sev2 search is slow');
    expect(refused).toMatchObject({ ok: true });
    expect(JSON.stringify(refused)).toContain('Not recorded');
    await server.start();
    await rounds.house.api.waitFor(
      async () => JSON.stringify(await ada.slash('#general', '/incident declare sev2 search is slow')).includes('INC-2'),
      patient,
    );
    await rounds.house.api.waitForChannel(/^inc-2-.*search/, patient);
    expect((await rounds.database.db.selectFrom('incident').select('id').execute()).length).toBe(2);
  }, 60_000);

  it('a rollback in the middle is found again and ends as it should', async () => {
    const { rounds, server } = inside(scene);
    const asked = await rounds.approve();
    await running(rounds, asked.id);
    await server.crash();
    await rounds.house.production.github.idle();
    await server.start();
    await expectGoodEnd(rounds, asked);
    const told = await rounds.house.api.as('ada').waitForMessage(rounds.room, new RegExp(`RB-${asked.state.number} recovered`), patient);
    expect(wordsIn(told)).toContain('recovered');
    await rounds.assertInvariants();
  }, 90_000);
});
