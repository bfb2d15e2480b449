/** BullMQ with nothing around it: says when each job started, by the clock that all processes of a machine share. */
import { Worker } from 'bullmq';
import { Redis } from 'ioredis';

const connection = new Redis(process.env['REDIS_URL'] ?? '', { maxRetriesPerRequest: null });
const worker = new Worker(
  'bare',
  ({ id }) => {
    process.send?.({ id, startedMs: Number(process.hrtime.bigint()) / 1e6 });
    return Promise.resolve();
  },
  { connection, concurrency: 20 },
);
process.once('SIGTERM', () => process.exit(0));
await worker.waitUntilReady();
process.send?.('ready');
