import type { PgPool } from 'bullmq';
import { createPostgresBackend, Queue as RedisQueue, runMigrations, withBackend, Worker as RedisWorker } from 'bullmq';
import { Redis } from 'ioredis';
import type { JobKind } from '../domain/job.ts';
import type { Log, StoredJob, WakeUp } from '../ports.ts';
import type { QueueName } from './job.ts';
import { queueNames } from './job.ts';

export interface Queues extends WakeUp {
  /** Starts one worker per queue; `run` gets the stored job's id. */
  work: (run: (jobId: string) => Promise<void>) => void;
  ping: () => Promise<void>;
  /** Stops taking jobs, lets the running ones end. */
  close: () => Promise<void>;
}

interface Options {
  placeOf: (kind: JobKind) => { queue: QueueName; urgent: boolean };
  now: () => number;
  log: Log;
}

interface Wake {
  id: string;
}

/** What both of BullMQ's backends have in common, as far as we use it. */
interface Transport {
  /** Every wake-up is one of its own: one that is just being found too early must not swallow the one that says "now". */
  add: (queue: QueueName, wake: Wake, options: { delay: number; priority: number }) => Promise<unknown>;
  work: (queue: QueueName, run: (wake: Wake) => Promise<void>) => { close: () => Promise<void> };
  ping: () => Promise<void>;
  close: () => Promise<void>;
}

/** A crashed worker's wake-ups move on within about 15 s; the sweeper is faster. The truth is in the outbox either way. */
const workerOptions = { concurrency: 20, lockDuration: 10_000, stalledInterval: 5_000, maxStalledCount: 2 };
const keepNothing = { attempts: 1, removeOnComplete: true, removeOnFail: true };

export const redisQueues = (url: string, options: Options): Queues => queuesOver(redisTransport(url, options.log), options);

export async function embeddedQueues(pool: PgPool, options: Options): Promise<Queues> {
  return queuesOver(await embeddedTransport(pool, options.log), options);
}

function queuesOver(transport: Transport, { placeOf, now, log }: Options): Queues {
  const workers: { close: () => Promise<void> }[] = [];
  const add = async ({ id, kind, dueAt }: StoredJob): Promise<void> => {
    const { queue, urgent } = placeOf(kind);
    const delay = Math.max(0, dueAt - now());
    try {
      await transport.add(queue, { id }, { delay, priority: urgent ? 0 : 5 });
    } catch (error) {
      log.warn({ jobId: id, kind, err: error }, 'queue did not take a wake-up; the sweeper will find the job');
    }
  };
  return {
    push: (jobs) => {
      // After the person who caused them got their ack: making wake-ups is work, and nobody waits for it in the same moment.
      if (jobs.length > 0)
        setImmediate(() => {
          for (const job of jobs) void add(job);
        });
    },
    work: (run) => {
      for (const queue of queueNames) workers.push(transport.work(queue, ({ id }) => run(id)));
    },
    ping: transport.ping,
    close: async () => {
      await Promise.all(workers.map((worker) => worker.close()));
      await transport.close();
    },
  };
}

const bullName = (queue: QueueName): string => `warroom-${queue}`;

function redisTransport(url: string, log: Log): Transport {
  const onError = (error: Error): void => log.warn({ err: error }, 'redis trouble');
  // The producer fails at once when Redis is away (the outbox has the job); workers wait for it to come back.
  const producer = new Redis(url, { maxRetriesPerRequest: 1, enableOfflineQueue: false, commandTimeout: 2000, retryStrategy }).on(
    'error',
    onError,
  );
  const consumer = new Redis(url, { maxRetriesPerRequest: null, retryStrategy }).on('error', onError);
  const queues = new Map(
    queueNames.map((name) => [name, new RedisQueue<Wake>(bullName(name), { connection: producer, defaultJobOptions: keepNothing })]),
  );
  for (const queue of queues.values()) queue.on('error', onError);
  return {
    add: async (queue, wake, options) => queues.get(queue)?.add('wake', wake, options),
    work: (queue, run) => {
      const worker = new RedisWorker<Wake>(bullName(queue), (job) => run(job.data), { ...workerOptions, connection: consumer });
      return worker.on('error', onError);
    },
    ping: async () => {
      await producer.ping();
    },
    close: async () => {
      await Promise.all([...queues.values()].map((queue) => queue.close()));
      producer.disconnect();
      consumer.disconnect();
    },
  };
}

const retryStrategy = (times: number): number => Math.min(100 * times, 1000);

async function embeddedTransport(pool: PgPool, log: Log): Promise<Transport> {
  const onError = (error: Error): void => log.warn({ err: error }, 'embedded queue trouble');
  // A pool is not migrated by itself; afterwards our own tables stay first in the search path.
  const client = await pool.connect();
  await runMigrations(client, 'bullmq');
  await client.query('set search_path = public, bullmq');
  client.release();

  const { Queue, Worker } = withBackend(createPostgresBackend);
  const queues = new Map(
    queueNames.map((name) => [name, new Queue<Wake>(bullName(name), { connection: pool, defaultJobOptions: keepNothing })]),
  );
  for (const queue of queues.values()) queue.on('error', onError);
  return {
    add: async (queue, wake, options) => queues.get(queue)?.add('wake', wake, options),
    work: (queue, run) =>
      new Worker<Wake>(bullName(queue), (job) => run(job.data), { ...workerOptions, connection: pool }).on('error', onError),
    ping: async () => {
      await pool.query('select 1');
    },
    close: async () => {
      await Promise.all([...queues.values()].map((queue) => queue.close()));
    },
  };
}
