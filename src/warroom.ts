import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Environment } from './config/environment.ts';
import type { Configuration } from './config/schema.ts';
import type { JobKind } from './domain/job.ts';
import { Refusal } from './domain/refusal.ts';
import { createExecute } from './execute.ts';
import { features } from './features/index.ts';
import { offerHelp } from './features/help.ts';
import { createHear } from './hints.ts';
import { jobs } from './jobs/index.ts';
import { digestOf } from './lib/canonical.ts';
import type { LoopLag } from './lib/loop-lag.ts';
import { startLoopLag } from './lib/loop-lag.ts';
import type { Deps, Log, MetricSource, RollbackTarget } from './ports.ts';
import { ProviderError } from './ports.ts';
import { openMetricSource, openTarget, openWebhooks } from './providers/index.ts';
import type { QueueName } from './queue/job.ts';
import type { Queues } from './queue/queues.ts';
import { embeddedQueues, redisQueues } from './queue/queues.ts';
import { startPurger } from './queue/purger.ts';
import { runJob } from './queue/run-job.ts';
import { startSweeper } from './queue/sweeper.ts';
import type { Bolt } from './slack/bolt.ts';
import { createBolt } from './slack/bolt.ts';
import { createChat } from './slack/chat.ts';
import { listenTo } from './slack/listen.ts';
import { membersOnly } from './slack/members-only.ts';
import { readVoter } from './slack/voter.ts';
import { createLedger } from './store/ledger.ts';
import { migrate } from './store/migrations.ts';
import { createOutbox } from './store/outbox.ts';
import type { OpenDatabase } from './store/postgres.ts';
import { openPostgres } from './store/postgres.ts';
import { createRememberInput } from './store/inbox.ts';
import { createPurge } from './store/purge.ts';
import { createQueries } from './store/queries.ts';
import { createMetrics } from './web/metrics.ts';
import type { ReadyCheck } from './web/ready.ts';
import { loopLagCheck, NotReady, readyChecks } from './web/ready.ts';
import type { Web } from './web/server.ts';
import { createWeb } from './web/server.ts';
import { createWithoutSlack } from './without-slack.ts';

interface Options {
  environment: Environment;
  configuration: Configuration;
  log: Log & { debug: Log['info'] };
}

export interface Warroom {
  port: number;
  /** Takes nothing new, ends what runs, closes everything. */
  stop: () => Promise<void>;
}

/** A provider's call takes at most this long; with the lease it bounds how late a lost call can still arrive. */
const providerCallMs = 8_000;

/** The composition root: configuration -> store -> queue -> Slack -> roles. Either everything starts, or it throws saying what did not. */
export async function startWarroom({ environment, configuration, log }: Options): Promise<Warroom> {
  const now = Date.now;
  const database = await openDatabase(environment, log);
  await database.ping().catch((error: unknown) => {
    throw new Error('The database does not answer; see DATABASE_URL.', { cause: error });
  });
  await migrate(database.db);
  const queues = await openQueues(environment, database, { now, log });

  const outbox = createOutbox(database.db, environment);
  const queries = createQueries(database.db);
  const execute = createExecute({ ledger: createLedger(database.db, now), wake: queues });
  const slack = createChat({
    token: environment.slack.botToken,
    ...(environment.slack.apiUrl === undefined ? {} : { apiUrl: environment.slack.apiUrl }),
  });
  const withoutSlack = createWithoutSlack({ db: database.db, slack, now, log });
  const { people } = withoutSlack;
  const open = targets(configuration);
  const deps: Deps = {
    execute,
    queries,
    chat: { ...slack, standing: people.standingNow },
    settings: configuration,
    open,
    target: codeTargets(configuration, open),
    deployPaths: () => deployPaths(configuration, open),
    metrics: sources(configuration),
    voter: (user, context) => readVoter(people, user, context),
    settleMs: environment.leaseMs + providerCallMs,
    log,
    now,
    newId: (prefix) => `${prefix}_${randomUUID()}`,
  };

  const forPeople = membersOnly(execute, deps.chat, now);

  const loopLag = startLoopLag();
  const metrics = createMetrics({ loopLagMs: () => loopLag.currentMs() });
  const bolt = environment.role === 'worker' ? undefined : createBolt(environment.slack, log);
  const web = createWeb({
    ...environment.web,
    log,
    metrics,
    about: { version: ownVersion(), store: environment.store.kind, role: environment.role },
    ready: readyChecks(checksOf({ database, queues, bolt, loopLag }), { log }),
    refreshMetrics: async () => {
      metrics.setOutbox(await outbox.counts(now()));
      metrics.setOpenIncidents((await queries.openIncidents()).length);
    },
    operate: withoutSlack.operate(deps, forPeople),
    hooks: {
      webhooks: openWebhooks(configuration.providers),
      hear: createHear({ remember: createRememberInput(database.db), queries, outbox, wake: queues, now }),
    },
    ...(bolt?.listener === undefined ? {} : { slackHttp: { listener: bolt.listener } }),
  });
  // In HTTP mode the port takes Slack's requests at once, so everything listens before it opens.
  if (bolt) await listen(bolt, { ...deps, execute: forPeople }, metrics.inputAcked);
  const port = await web.start();

  const run = async (jobId: string): Promise<void> => {
    const next = await runJob({ outbox, jobs, deps, now, leaseMs: environment.leaseMs, log, onEnd: metrics.jobEnded }, jobId);
    queues.push(next);
  };
  const sweeping = { outbox, run, queueOf, everyMs: environment.sweepMs, now, log };
  const worker =
    environment.role === 'web'
      ? undefined
      : startWorker(queues, sweeping, [startPurger({ purge: createPurge(database.db), log }), withoutSlack.startRefreshing(configuration)]);
  await bolt?.start();
  return { port, stop: () => stop({ web, bolt, worker, queues, database }, loopLag.stop) };
}

async function openDatabase({ store }: Environment, log: Log): Promise<OpenDatabase> {
  if (store.kind === 'servers') return openPostgres(store.databaseUrl, { onError: (err) => log.warn({ err }, 'database connection lost') });
  log.warn({ folder: store.folder }, 'embedded: for trying out. Set DATABASE_URL and REDIS_URL for anything that matters');
  // Only the embedded database needs its 25 MB of WebAssembly.
  const { openEmbedded } = await import('./store/embedded.ts');
  return openEmbedded(store.folder);
}

/** A kind that only a newer version knows waits with what is not urgent. */
const placeOf = (kind: JobKind): { queue: QueueName; urgent: boolean } => jobs.get(kind) ?? { queue: 'slack', urgent: false };
const queueOf = (kind: JobKind): QueueName => placeOf(kind).queue;

function openQueues(
  { store }: Environment,
  { queuePool }: OpenDatabase,
  shared: { now: () => number; log: Log },
): Queues | Promise<Queues> {
  const options = { ...shared, placeOf };
  if (store.kind === 'servers') return redisQueues(store.redisUrl, options);
  if (queuePool === undefined) throw new Error('the embedded database offers no queue');
  return embeddedQueues(queuePool, options);
}

/** One binding per provider and target: each keeps its own connections. */
function targets({ providers }: Configuration): Deps['open'] {
  const open = new Map<string, RollbackTarget>();
  return (provider, target) => {
    const key = digestOf({ provider, target });
    const known = open.get(key) ?? opened(provider, () => openTarget(providers, { ...target, provider }));
    open.set(key, known);
    return known;
  };
}

function codeTargets({ services }: Configuration, open: Deps['open']): Deps['target'] {
  return (service, environment) => {
    const settings = services.find(({ id }) => id === service)?.environments.find(({ id }) => id === environment);
    if (!settings)
      throw new Refusal('unknown_service', { service: `${service} (${environment})`, hint: 'It is not configured (any more).' });
    const { provider, ...target } = settings.code;
    return open(provider, target);
  };
}

function deployPaths({ services }: Configuration, open: Deps['open']): ReturnType<Deps['deployPaths']> {
  return services.flatMap(({ id: service, environments }) =>
    environments.flatMap(({ id: environment, code: { provider, ...target } }) => {
      const { deployPath } = open(provider, target);
      return deployPath === undefined ? [] : [{ path: { service, environment, name: deployPath.name }, provider: deployPath }];
    }),
  );
}

/** What a plan names may be gone from the configuration when it runs. */
function opened<T>(provider: string, open: () => T): T {
  try {
    return open();
  } catch (cause) {
    throw new ProviderError(provider, 'not_found', { message: cause instanceof Error ? cause.message : String(cause), cause });
  }
}

function sources({ providers }: Configuration): Deps['metrics'] {
  const open = new Map<string, MetricSource>();
  return (provider) => {
    const source = open.get(provider) ?? openMetricSource(providers, provider);
    open.set(provider, source);
    return source;
  };
}

async function listen(bolt: Bolt, deps: Deps, onAck: (kind: string, ms: number) => void): Promise<void> {
  const team = await bolt.logIn();
  const { on, verbs, start } = listenTo(bolt.app, { now: deps.now, log: deps.log, team, onAck });
  for (const feature of features) feature(on, deps);
  offerHelp(on, verbs);
  start();
}

interface Worker {
  stop: () => Promise<void>;
}

function startWorker(queues: Queues, sweeping: Parameters<typeof startSweeper>[0], others: readonly Worker[]): Worker {
  queues.work(sweeping.run);
  const running = [startSweeper(sweeping), ...others];
  return { stop: async () => void (await Promise.all(running.map((each) => each.stop()))) };
}

interface Parts {
  web: Web;
  bolt: Bolt | undefined;
  worker: Worker | undefined;
  queues: Queues;
  database: OpenDatabase;
}

/** In this order: no new input, running input, running jobs, and only then what they need. */
async function stop({ web, bolt, worker, queues, database }: Parts, stopLoopLag: () => void): Promise<void> {
  web.setShuttingDown();
  await Promise.all([web.stop(), bolt?.stop()]);
  await worker?.stop();
  await queues.close();
  await database.close();
  stopLoopLag();
}

interface Checked {
  database: OpenDatabase;
  queues: Queues;
  bolt: Bolt | undefined;
  loopLag: LoopLag;
}

function checksOf({ database, queues, bolt, loopLag }: Checked): ReadyCheck[] {
  const connected = (): void => {
    if (bolt?.isConnected() === false) throw new NotReady('not connected');
  };
  return [
    { name: 'database', run: database.ping },
    { name: 'queue', run: queues.ping },
    ...(bolt ? [{ name: 'slack connection', run: connected }] : []),
    loopLagCheck(loopLag.currentMs),
  ];
}

function ownVersion(): string {
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string };
  return version;
}
