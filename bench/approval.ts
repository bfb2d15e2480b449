/** Whether an approval costs more on an incident with a long history than on one that has just begun. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { LogEntry } from '../sandbox/slack/client-api.ts';
import { cardKey } from '../src/domain/job.ts';
import { figure, median, spread, type Figures } from './figure.ts';
import { growTo, openStore, requestLike, type Store } from './history.ts';
import { serviceName, startHouse, type House } from './house.ts';
import { openRoom } from './incident.ts';
import { approve, requestPlan, type Requested } from './rollback.ts';
import { startValues, valuesProvider, valueStep } from './values.ts';

const lengths = { short: 10, long: 10_000 };
const clicks = { rounds: 16, warmUps: 2 };
/** So many rounds are asked for at once, and then approved one by one. */
const batch = 6;
const executes = { rounds: 150, warmUps: 20 };
const limit = 1.5;
/** A card is edited at most once a second: what the rollback before still shows must be over. */
const pauseMs = 800;
const patient = { timeoutMs: 20_000 };

/** The same approvals on both, in turn. First by clicks; then, with Warroom stopped, through its door alone. */
export async function measureApproval(): Promise<Figures> {
  const values = await startValues({ writeMs: 0 });
  try {
    const house = await startHouse(configuration(values.url));
    const store = openStore(house.servers.databaseUrl);
    try {
      const sides: Sides = [await begin(house, store, lengths.long), await begin(house, store, lengths.short)];
      const clicked = await clickAll({ house, reset: values.reset }, sides);
      await house.app.stop();
      return figures(clicked, await executeAll(store, sides, await house.workspace.api.as('ada').id()));
    } finally {
      await store.close();
      await house.stop();
    }
  } finally {
    await values.stop();
  }
}

const services = 2 * batch;
const planName = (index: number): string => `plan-${index + 1}`;

/** In a batch each rollback is of a service of its own and changes a value of its own: none waits for another's end. */
function configuration(url: string) {
  const indexes = Array.from({ length: services }, (_, index) => index);
  const plan = (index: number) => ({
    description: 'One value',
    service: serviceName(index),
    environment: 'production',
    steps: [valueStep(url, `value-${index + 1}`)],
  });
  const plans = Object.fromEntries(indexes.map((index) => [planName(index), plan(index)]));
  return { services, plans, providers: valuesProvider(url) };
}

/** An incident of one length. */
interface Side {
  incidentId: string;
  room: string;
  /** The message that says how it stands. */
  headline: string;
}
type Sides = readonly [long: Side, short: Side];

async function begin(house: House, store: Store, entries: number): Promise<Side> {
  const room = await openRoom(house, 'An approval is measured');
  await house.workspace.api.as('ben').visit('join', room.name);
  const found = await store.queries.incidentByRoom(room.id);
  if (!found) throw new Error(`${room.name} has no incident`);
  const key = cardKey({ card: 'headline', id: found.id });
  const card = await house.workspace.api.waitFor(() => store.queries.card(key), { ...patient, what: `the headline of ${room.name}` });
  await sleep(pauseMs);
  await growTo(entries, store, found.id);
  return { incidentId: found.id, room: room.name, headline: card.ts };
}

/** Milliseconds of each side. */
type Samples = readonly [long: number[], short: number[]];

/** One of each in turn, so that a busy moment of the machine hits both alike; who is first changes from round to round. */
async function inTurn(
  { rounds, warmUps }: { rounds: number; warmUps: number },
  measure: (side: 0 | 1, index: number) => Promise<void>,
): Promise<void> {
  for (let round = -warmUps; round < rounds; round += 1) {
    const order = round % 2 === 0 ? ([0, 1] as const) : ([1, 0] as const);
    for (const side of order) await measure(side, 2 * (round + warmUps) + side);
  }
}

interface Clicked {
  acks: Samples;
  cards: Samples;
}

async function clickAll({ house, reset }: { house: House; reset: () => void }, sides: Sides): Promise<Clicked> {
  const taken: Clicked = { acks: [[], []], cards: [[], []] };
  let requested: Requested[] = [];
  await inTurn(clicks, async (side, index) => {
    if (index >= requested.length) {
      reset();
      requested = [...requested, ...(await requestBatch(house, sides, requested.length))];
    }
    const { ack, cards } = await click(house, sides[side], requested[index]);
    if (index < 2 * clicks.warmUps) return;
    taken.acks[side].push(ack);
    taken.cards[side].push(cards);
  });
  return taken;
}

async function requestBatch(house: House, sides: Sides, before: number): Promise<Requested[]> {
  const requested: Requested[] = [];
  for (let index = 0; index < services; index += 1) {
    const { room } = sides[index % 2 === 0 ? 0 : 1];
    requested.push(await requestPlan(house, { room, plan: planName(index), number: before + index + 1 }));
  }
  await sleep(2 * pauseMs);
  return requested;
}

async function click(house: House, { room, headline }: Side, requested: Requested | undefined): Promise<{ ack: number; cards: number }> {
  if (!requested) throw new Error('there is nothing left to approve');
  const { api } = house.workspace;
  await api.clearLog();
  const clickedAt = Date.now();
  const ack = await approve(house, requested);
  const drawn = async () => whenEdited(await api.apiCalls('chat.update'), [requested.card.ts, headline]);
  const drawnAt = await api.waitFor(drawn, { ...patient, what: `new cards after the approval of ${requested.name}` });
  await api.as('ada').waitForMessage(room, `${requested.name} is inconclusive`, patient);
  await sleep(pauseMs);
  return { ack, cards: drawnAt - clickedAt };
}

/** When the last of these messages was edited for the first time. */
function whenEdited(calls: readonly LogEntry[], messages: readonly string[]): number | undefined {
  const edits = messages.map((ts) => calls.find(({ ok, request }) => ok === true && (request as { ts?: unknown } | undefined)?.ts === ts));
  const times = edits.flatMap((entry) => (entry === undefined ? [] : [entry.at]));
  return times.length === messages.length ? Math.max(...times) : undefined;
}

/** Approvals of requests like those from before, with nothing but the store and its decisions in the way. */
async function executeAll(store: Store, sides: Sides, approver: string): Promise<Samples> {
  const models = (await Promise.all(sides.map(({ incidentId }) => store.queries.rollbacksOf(incidentId)))).map(([first]) => first?.state);
  const taken: Samples = [[], []];
  await inTurn(executes, async (side, index) => {
    const model = models[side];
    if (!model) throw new Error('there was no request to imitate');
    const vote = await requestLike(model, store, { id: `rb_bench_${index}`, service: `other-${index}`, approver });
    const startedMs = performance.now();
    await vote();
    if (index >= 2 * executes.warmUps) taken[side].push(performance.now() - startedMs);
  });
  return taken;
}

function figures({ acks, cards }: Clicked, own: Samples): Figures {
  const over = ([long, short]: Samples) => ({
    value: median(long) / median(short),
    unit: '×',
    samples: long.length,
    parts: { ...spread('long_ms', long), ...spread('short_ms', short) },
  });
  return {
    'approval.history_ratio': figure({ ...over(acks), limit }),
    'approval.execute_ratio': figure({ ...over(own), limit }),
    'approval.after_ratio': figure(over(cards)),
  };
}
