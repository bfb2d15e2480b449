/** How long after the approval click the CI/CD API hears from us, beside BullMQ alone on the same Redis. */
import { Queue } from 'bullmq';
import { Redis } from 'ioredis';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Message } from '../sandbox/slack/client-api.ts';
import { wordsIn } from '../sandbox/slack/test-api.ts';
import { findPlaced } from '../sandbox/slack/testing/find.ts';
import { startProgram, type Program } from './child.ts';
import { figure, median, quantile, spread, type Figures } from './figure.ts';
import { serviceName, type House } from './house.ts';
import { openRoom } from './incident.ts';
import { clickOn } from './rollback.ts';

export const rollbacks = 40;
const perIncident = 10;
const bareJobs = 100;
const limits = { ratio: 10, p99Ms: 100 };
/** Long enough for everything that the rollback before has set in motion. */
const idleMs = 250;
const wait = { timeoutMs: 20_000 };

const nowMs = (): number => Number(process.hrtime.bigint()) / 1e6;

/** Half of the baseline before and half after, so that a slow quarter of a minute shows in both. */
export async function measureDispatch(house: House): Promise<Figures> {
  const worker = await startProgram('./bare-worker.ts', { REDIS_URL: house.servers.redisUrl });
  try {
    const before = await addToStart(worker, house.servers.redisUrl);
    const taken = await rollBackAll(house);
    const bare = [...before, ...(await addToStart(worker, house.servers.redisUrl))];
    const parts = { ...spread('click_to_api_ms', taken), ...spread('bare_bullmq_ms', bare) };
    return {
      'dispatch.ratio': figure({ value: median(taken) / median(bare), limit: limits.ratio, unit: '×', samples: taken.length, parts }),
      'dispatch.p99_ms': figure({ value: quantile(taken, 0.99), limit: limits.p99Ms, unit: 'ms', samples: taken.length }),
    };
  } finally {
    await worker.stop();
  }
}

/** From `add` here to the start in the other process; one job at a time. */
async function addToStart({ child }: Program, redisUrl: string): Promise<number[]> {
  const connection = new Redis(redisUrl, { maxRetriesPerRequest: 1 });
  const queue = new Queue('bare', { connection, defaultJobOptions: { removeOnComplete: true } });
  const samples: number[] = [];
  for (let index = 0; index < bareJobs / 2; index += 1) {
    const started = new Promise<number>((resolve) => {
      child.once('message', ({ startedMs }: { startedMs: number }) => resolve(startedMs));
    });
    const addedMs = nowMs();
    await queue.add('bare', { id: 'x' });
    samples.push((await started) - addedMs);
    await sleep(20);
  }
  await queue.close();
  connection.disconnect();
  return samples.slice(5);
}

/** One after the other, each of its own service; versions go back and forth, since each rollback really switches them. */
async function rollBackAll(house: House): Promise<number[]> {
  const samples: number[] = [];
  let room = '';
  for (let index = 0; index < rollbacks; index += 1) {
    if (index % perIncident === 0) room = (await openRoom(house, 'Dispatch is measured')).name;
    samples.push(await rollBack(house, { room, index }));
  }
  return samples;
}

async function rollBack({ workspace: { api }, production }: House, { room, index }: { room: string; index: number }): Promise<number> {
  const [ada, ben] = [api.as('ada'), api.as('ben')];
  if (index % perIncident === 0) await ben.visit('join', room);
  const version = index % 2 === 0 ? 'v40' : 'v41';
  const answer = await ben.slash(room, `/rollback request ${serviceName(index)} to ${version} it is measured`);
  if (!answer.ok) throw new Error(`the request failed: ${answer.message}`);
  const name = `RB-${index + 1}`;
  const isCard = (message: Message): boolean => wordsIn(message).includes(name) && findPlaced(message.blocks, 'Approve') !== undefined;
  const card = await ada.waitForMessage(room, isCard, wait).catch((error: unknown) => {
    throw new Error(`${name} was not asked for: ${JSON.stringify(answer)}`, { cause: error });
  });
  await sleep(idleMs);

  const requests = () => production.github.requests();
  const click = clickOn(card, await ada.id());
  const [known, clickedMs] = [requests().length, nowMs()];
  const clicked = api.act(click);
  const first = await api.waitFor(() => requests()[known], { ...wait, what: `a request of ${name} at GitHub` });
  const result = await clicked;
  if (!result.ok) throw new Error(`${name} was not approved: ${result.message}`);
  await ada.waitForMessage(room, `${name} is inconclusive`, wait);
  await production.github.idle();
  await sleep(idleMs);
  return first.arrivedMs - clickedMs;
}
