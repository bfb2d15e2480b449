/** One run: Warroom's processes die and stand still while rollbacks go through them, and afterwards everything is counted. */
import { setTimeout as sleep } from 'node:timers/promises';
import { openPostgres, type OpenDatabase } from '../../src/store/postgres.ts';
import { startHouse, type House } from '../../test/support/house.ts';
import { brokenInvariants } from '../../test/support/invariants.ts';
import { account, type Account } from './account.ts';
import { configurationOf, mostServices, serviceNames } from './configuration.ts';
import { crewOf, type Crew } from './crew.ts';
import { diceOf } from './dice.ts';
import { release } from './monkey.ts';
import { peopleOf, type Errand, type People } from './people.ts';
import { startProduction, type Production } from './production.ts';

export interface ChaosOptions {
  /** What happens to whom, and when: the same seed does it again. */
  seed: number;
  rollbacks: number;
  /** Processes that work; besides them there is one that talks with Slack. */
  workers: number;
  /** Everything has to have ended within this. */
  seconds: number;
  /** Runs the build in dist/ instead of the sources. */
  built?: boolean;
  say?: (line: string) => void;
  signal?: AbortSignal;
}

/** Lost work is found again within a second or two. */
const impatient = { WARROOM_LEASE_SECONDS: '1', WARROOM_SWEEP_SECONDS: '0.3' };
/** Rooms with more rollbacks than this are read by nobody. */
const servicesPerIncident = 4;
const patient = { timeoutMs: 40_000 };

/** Needs TEST_REDIS_URL and TEST_DATABASE_URL. @throws when it could not even begin */
export async function runChaos(options: ChaosOptions): Promise<Account> {
  const dice = diceOf(options.seed);
  const services = serviceNames(Math.min(options.rollbacks, mostServices));
  const production = await startProduction(services, dice.fork());
  try {
    const yaml = configurationOf(services, production.addresses, dice.fork());
    const house = await startHouse({
      store: 'servers',
      role: 'web',
      built: options.built ?? false,
      configure: () => yaml,
      env: { ...impatient, GITHUB_TOKEN: production.githubToken },
      production: { load: { perSecond: 1 } },
    });
    const database = openPostgres(house.databaseUrl ?? '', { onError: () => undefined });
    try {
      return await inHouse({ options, services, production, house, database });
    } finally {
      await database.close();
      await house.stop();
    }
  } finally {
    await production.stop();
  }
}

interface Scene {
  options: ChaosOptions;
  services: readonly string[];
  production: Production;
  house: House;
  database: OpenDatabase;
}

async function inHouse(scene: Scene): Promise<Account> {
  const { options, production, house, database } = scene;
  const { seed, workers, seconds, signal, say = () => undefined } = options;
  const crew = await startCrew(house, workers);
  const errands = await errandsOf(scene);
  const began = performance.now();
  const deadline = deadlineOf(seconds, signal);
  const hasRun = (operation: string): boolean => production.effects().some(({ opId }) => opId === operation);
  const people = peopleOf({ api: house.api, db: database.db, hasRun, deadline });
  const recall = release(crew, diceOf(seed), say);
  const tally = { answersLost: 0 };
  const work = { production, crew, people, tally, say };
  const lanes = await Promise.allSettled(errands.map((lane) => inTurn(lane, work)));
  await recall();
  const took = Math.round((performance.now() - began) / 100) / 10;
  const unended = lanes.flatMap(({ status, ...lane }) => (status === 'rejected' ? [String((lane as { reason: unknown }).reason)] : []));
  const broken = await settledInvariants(scene);
  const facts = { db: database.db, effects: production.effects(), errands: errands.flat() };
  const counted = { ...crew.counts, ...people.counts, ...tally, callsAbsorbed: production.absorbed() };
  return account({
    ...facts,
    seed,
    seconds: took,
    counted,
    errors: crew.errors(),
    broken: [...broken, ...people.unrecorded.map(unrecordedText)],
    unended,
  });
}

/** Held by its timer: a combined signal that nobody listens to may be collected before it fires. */
function deadlineOf(seconds: number, signal: AbortSignal | undefined): AbortSignal {
  const over = new AbortController();
  setTimeout(() => over.abort(), seconds * 1000).unref();
  signal?.addEventListener('abort', () => over.abort(), { once: true });
  return over.signal;
}

const unrecordedText = (what: string): string => `I2: ${what} was acknowledged and is not recorded`;

async function startCrew(house: House, workers: number): Promise<Crew> {
  const start = (role: 'web' | 'worker') => house.startAnother({ role });
  const apps = await Promise.all(Array.from({ length: workers }, () => start('worker')));
  return crewOf([{ role: 'web', app: house.app }, ...apps.map((app) => ({ role: 'worker' as const, app }))], start);
}

/** The rollbacks of each service, one after another; a few services share an incident. Nothing breaks before everybody is seated. */
async function errandsOf({ options: { rollbacks, seed }, services, house: { api } }: Scene): Promise<Errand[][]> {
  const rooms: string[] = [];
  for (let number = 1; number <= Math.ceil(services.length / servicesPerIncident); number += 1) {
    await api.as('ada').slash('#general', `/incident declare sev2 chaos ${seed} part ${number}`);
    const { name } = await api.waitForChannel(new RegExp(`^inc-${number}-`), patient);
    for (const person of ['ben', 'cleo', 'dan']) await api.as(person).visit('join', name);
    await api.as('ben').waitForMessage(name, 'The first minute', patient);
    rooms.push(name);
  }
  return services.map((service, lane) =>
    Array.from({ length: Math.ceil((rollbacks - lane) / services.length) }, (_, turn) => {
      const room = rooms[Math.floor(lane / servicesPerIncident)] ?? '';
      return { service, room, reason: `chaos ${turn * services.length + lane + 1} of ${rollbacks}` };
    }),
  );
}

interface Work {
  production: Production;
  crew: Crew;
  people: People;
  tally: { answersLost: number };
  say: (line: string) => void;
}

/** A write that was accepted late is through by then. */
const latestWriteMs = 2000;

/** Between two rollbacks somebody ships the bad version again: an effect of the first one that comes late would be seen. */
async function inTurn(lane: readonly Errand[], { production, crew, people, tally, say }: Work): Promise<void> {
  for (const [turn, errand] of lane.entries()) {
    if (turn > 0) {
      await Promise.all([crew.thawed(), sleep(latestWriteMs)]);
      await production.deployBad(errand.service);
    }
    tally.answersLost += production.loseAnswers(errand.service);
    await people.rollBack(errand);
    await people.tidyUp([errand]);
    say(`${errand.service}: ${errand.reason} has ended`);
  }
}

/** Cards are drawn a moment later: what counts is that there is a moment at which nothing is left to do. */
async function settledInvariants({ database: { db }, production, house: { api } }: Scene): Promise<string[]> {
  const last: { broken: string[] } = { broken: [] };
  const allHold = async (): Promise<boolean> => (last.broken = await brokenInvariants({ db, runs: production.effects() })).length === 0;
  await api.waitFor(allHold, patient).catch(() => undefined);
  return last.broken;
}
