// Rollbacks one after another in one house, each with something done to it in the middle.
import { expect } from '@jest/globals';
import type { RunningApp } from '../../sandbox/app.ts';
import type { Fault } from '../../sandbox/production/faults.ts';
import { incident } from '../../src/domain/incident.ts';
import { createExecute } from '../../src/execute.ts';
import type { StoredRollback } from '../../src/ports.ts';
import { createLedger } from '../../src/store/ledger.ts';
import { openPostgres, type OpenDatabase } from '../../src/store/postgres.ts';
import { createQueries } from '../../src/store/queries.ts';
import { startHouse, type House, type HouseOptions } from '../support/house.ts';
import { brokenInvariants, isOver } from '../support/invariants.ts';

export const patient = { timeoutMs: 40_000 };

/** The shop measures itself well at once: these tests are about the way there. */
export const wellAtOnce = (yaml: string): string =>
  yaml
    .replace(/query: .*code=~.*/, `query: 'sum(http_requests_total{service="shop",route="/checkout"})'`)
    .replace("pass: '< 0.01'", "pass: '>= 0'")
    .replace('window: 2s', '')
    .replace('settle: 500ms', 'settle: 0ms')
    .replace('count: 2', 'count: 1')
    .replace(/\n\s+minimumTraffic:\n.*\n.*atLeast: 1/, '');

/** Lost work is found again within a second or two. */
export const impatient = { WARROOM_LEASE_SECONDS: '1', WARROOM_SWEEP_SECONDS: '0.3' };

export interface Rounds {
  house: House;
  database: OpenDatabase;
  room: string;
  /** The process that works; replaced when it was killed. */
  worker: RunningApp;
  rollback: (number: number) => Promise<StoredRollback | undefined>;
  /** Asks for the next rollback, back and forth between two versions, and has it approved. */
  approve: () => Promise<StoredRollback>;
  request: () => Promise<StoredRollback>;
  ended: (number: number) => Promise<StoredRollback>;
  runsOf: (rollbackId: string) => number;
  assertInvariants: () => Promise<void>;
  stop: () => Promise<void>;
}

/** A web process, a worker process, and an open incident. */
export async function startRounds(options: HouseOptions = {}): Promise<Rounds> {
  const house = await startHouse({
    store: 'servers',
    role: 'web',
    configure: wellAtOnce,
    production: { runSeconds: 0.2, load: { perSecond: 5 } },
    ...options,
    env: { ...impatient, ...options.env },
  });
  try {
    const worker = await house.startAnother({ role: 'worker' });
    const room = await openIncident(house);
    const database = openPostgres(house.databaseUrl ?? '', { onError: () => undefined });
    return { ...steps({ house, database, room }), house, database, room, worker };
  } catch (error) {
    await house.stop();
    throw error;
  }
}

/** Ada declares, Ben joins; resolves with the room, once it is one. */
export async function openIncident({ api }: Pick<House, 'api'>): Promise<string> {
  await api.as('ada').slash('#general', '/incident declare sev1 checkout fails service:shop');
  const { name } = await api.waitForChannel(/^inc-1-/, patient);
  await api.as('ben').visit('join', name);
  await api.as('ben').waitForMessage(name, 'The first minute', patient);
  return name;
}

type Parts = Pick<Rounds, 'house' | 'database' | 'room'>;

function steps({ house, database, room }: Parts): Omit<Rounds, keyof Parts | 'worker'> {
  const { api, production } = house;
  const queries = createQueries(database.db);
  const rollback: Rounds['rollback'] = (number) => queries.rollbackByNumber(number);
  let asked = 0;
  const execute = createExecute({ ledger: createLedger(database.db, Date.now), wake: { push: () => undefined } });
  /** The rollback before locked the service, and its other version is known to be good to these tests alone. */
  const unlock = async (): Promise<void> => {
    const open = (await queries.openIncidents()).filter(({ state }) => state.holds?.some(({ scope }) => scope === 'shop'));
    const command = { type: 'incident.unfreeze', scope: 'shop', reason: 'the next round', by: await api.as('ada').id() } as const;
    for (const { id } of open) await execute(incident, id, { ...command, at: Date.now() });
  };
  const request = async (): Promise<StoredRollback> => {
    await production.github.idle();
    await unlock();
    asked += 1;
    const to = production.fleet.live() === 'v41' ? 'v40' : 'v41';
    const answer = await api.as('ben').slash(room, `/rollback request shop to ${to} round ${asked}`);
    expect(answer).toMatchObject({ ok: true });
    return api.waitFor(() => rollback(asked), { ...patient, what: `RB-${asked} was not stored: ${JSON.stringify(answer)}` });
  };
  const approve = async (): Promise<StoredRollback> => {
    const requested = await request();
    await api.as('ada').slash(room, `/rollback approve RB-${asked}`);
    return requested;
  };
  const ended = async (number: number): Promise<StoredRollback> =>
    api.waitFor(
      async () => {
        const found = await rollback(number);
        return found && isOver(found.state) ? found : undefined;
      },
      { ...patient, what: `RB-${number} did not end` },
    );
  const runsOf = (id: string): number => production.github.ledger().filter(({ opId }) => opId === `${id}.1`).length;
  const broken = (): Promise<string[]> => brokenInvariants({ db: database.db, runs: production.github.ledger() });
  const assertInvariants = async (): Promise<void> => {
    const last: { broken: string[] } = { broken: [] };
    const allHold = async (): Promise<boolean> => (last.broken = await broken()).length === 0;
    // Cards are drawn a moment later: what counts is that there is a moment at which nothing is left to do.
    await api.waitFor(allHold, patient).catch(() => undefined);
    expect(last.broken).toEqual([]);
  };
  const stop = async (): Promise<void> => {
    await database.close();
    await house.stop();
  };
  return { rollback, request, approve, ended, runsOf, assertInvariants, stop };
}

/** Something happens to the one call that starts the run; resolves when that call has arrived. */
export function onDispatch(
  { house: { api, production } }: Pick<Rounds, 'house'>,
  kind: Fault['kind'] & `${string}_${string}`,
): () => Promise<void> {
  const arrived = (): number =>
    production.github.requests().filter(({ method, path }) => method === 'POST' && path.endsWith('/dispatches')).length;
  const before = arrived();
  production.github.faults.add({ kind: kind as 'hang_before', method: 'POST', path: '/dispatches' });
  return async () => void (await api.waitFor(() => arrived() > before, { ...patient, what: 'the call did not arrive' }));
}
