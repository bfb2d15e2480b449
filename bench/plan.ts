/** How long a plan takes whose steps need nothing of each other. */
import { Client } from 'pg';
import { figure, median, type Figures } from './figure.ts';
import { serviceName, startHouse, type House } from './house.ts';
import { openRoom } from './incident.ts';
import { approve, requestPlan } from './rollback.ts';
import { startValues, valuesProvider, valueStep } from './values.ts';

const steps = 8;
const stepMs = 2000;
const rounds = 5;
const limit = 3;

/** Eight steps of two seconds each, started by one approval, several times over. */
export async function measurePlan(): Promise<Figures> {
  const values = await startValues({ writeMs: stepMs });
  try {
    const names = Array.from({ length: steps }, (_, index) => `value-${index + 1}`);
    const plan = {
      description: 'Eight values at once',
      service: serviceName(0),
      environment: 'production',
      steps: names.map((name) => valueStep(values.url, name)),
    };
    const house = await startHouse({ plans: { parallel: plan }, providers: valuesProvider(values.url) });
    try {
      return figures(await runAll(house, values.reset));
    } finally {
      await house.stop();
    }
  } finally {
    await values.stop();
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
      await house.workspace.api.as('ada').waitForMessage(room, `${request.name} is inconclusive`, { timeoutMs: 60_000 });
      samples.push((await lastStepDone(client, round + 1)) - clickedAt);
    }
    return samples;
  } finally {
    await client.end();
  }
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

function figures(samples: readonly number[]): Figures {
  const parts = { fastest_ms: Math.min(...samples), slowest_ms: Math.max(...samples), one_step_ms: stepMs };
  return { 'plan.parallel_s': figure({ value: median(samples) / 1000, limit, unit: 's', samples: samples.length, parts }) };
}
