/** How long a plan takes whose steps need nothing of each other. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { figure, median, type Figure, type Figures } from './figure.ts';
import { serviceName, startHouse, type House } from './house.ts';
import { openRoom } from './incident.ts';
import { approve, requestPlan } from './rollback.ts';
import { runsProvider, runStep, startRuns } from './runs.ts';
import { startValues, valuesProvider, valueStep } from './values.ts';

const steps = 8;
const stepMs = 2000;
const rounds = 5;
const limit = 3;
const pollMs = 200;
/** What one plan still has to tell in Slack is over before the next one is asked for. */
const quietMs = 2000;

/** Eight steps of two seconds each, started by one approval, several times over: steps of one call, then steps that are looked after. */
export async function measurePlan(): Promise<Figures> {
  const values = await measureSteps(await startValues({ writeMs: stepMs }), { stepOf: valueStep, providers: valuesProvider });
  const runs = await measureSteps(await startRuns({ runMs: stepMs }), { stepOf: (_, name) => runStep(name), providers: runsProvider });
  return { 'plan.parallel_s': seconds(values, limit), 'plan.parallel_runs_s': seconds(runs) };
}

/** Whatever the steps change. */
interface Service {
  url: string;
  reset: () => void;
  stop: () => Promise<void>;
}

interface Means {
  stepOf: (url: string, name: string) => object;
  providers: (url: string) => Record<string, object>;
}

async function measureSteps(service: Service, { stepOf, providers }: Means): Promise<number[]> {
  const { url, reset } = service;
  try {
    const plan = {
      description: 'Eight steps at once',
      service: serviceName(0),
      environment: 'production',
      steps: Array.from({ length: steps }, (_, index) => stepOf(url, `step-${index + 1}`)),
    };
    const house = await startHouse({ plans: { parallel: plan }, providers: providers(url) });
    try {
      return await runAll(house, reset);
    } finally {
      await house.stop();
    }
  } finally {
    await service.stop();
  }
}

async function runAll(house: House, reset: () => void): Promise<number[]> {
  const client = new Client({ connectionString: house.servers.databaseUrl });
  await client.connect();
  try {
    const { name: room } = await openRoom(house, 'A plan is measured');
    await house.workspace.api.as('ben').visit('join', room);
    const samples: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      reset();
      const request = await requestPlan(house, { room, plan: 'parallel', number: round + 1 });
      const clickedAt = Date.now();
      await approve(house, request);
      await ended(client, round + 1);
      samples.push((await lastStepDone(client, round + 1)) - clickedAt);
    }
    return samples;
  } finally {
    await client.end();
  }
}

/** Asks the database alone, and not often: a look at all that Slack shows takes the processor away from what is measured. */
async function ended(client: Client, number: number): Promise<void> {
  const deadline = Date.now() + 60_000;
  while (Date.now() < deadline) {
    const { rows } = await client.query<{ status: string }>('select status from rollback where number = $1', [number]);
    if (rows[0]?.status === 'inconclusive') return sleep(quietMs);
    await sleep(pollMs);
  }
  throw new Error(`RB-${number} did not end`);
}

/** When the last step was seen to be done, as its fact says. Anything but eight steps done is no measurement. */
async function lastStepDone(client: Client, number: number): Promise<number> {
  const { rows } = await client.query<{ at: string }>(
    `select fact.at from fact join rollback on rollback.id = fact.entity_id
     where rollback.number = $1 and fact.event->>'type' = 'rollback.step-succeeded'`,
    [number],
  );
  if (rows.length !== steps) throw new Error(`${rows.length} of ${steps} steps of RB-${number} were done`);
  return Math.max(...rows.map(({ at }) => Number(at)));
}

function seconds(samples: readonly number[], most?: number): Figure {
  const parts = { fastest_ms: Math.min(...samples), slowest_ms: Math.max(...samples), one_step_ms: stepMs };
  const measured = { value: median(samples) / 1000, unit: 's', samples: samples.length, parts };
  return figure(most === undefined ? measured : { ...measured, limit: most });
}
