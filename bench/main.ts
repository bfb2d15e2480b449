/** `npm run bench`: measures what the README promises about speed. What each figure means stands in README.md. */
import { parseArgs } from 'node:util';
import { measureAck } from './ack.ts';
import { build } from './build.ts';
import { measureApproval } from './approval.ts';
import { measureDemo } from './demo.ts';
import { measureDispatch, rollbacks } from './dispatch.ts';
import type { Figures } from './figure.ts';
import { startHouse, type House } from './house.ts';
import { measureMemory } from './memory.ts';
import { measurePlan } from './plan.ts';
import { json, table, type Result, type Trouble } from './report.ts';
import { measureRoom } from './room.ts';

const onHouse: Record<string, (house: House) => Promise<Figures>> = { ack: measureAck, room: measureRoom, dispatch: measureDispatch };
const alone: Record<string, () => Promise<Figures>> = {
  approval: measureApproval,
  plan: measurePlan,
  memory: measureMemory,
  demo: measureDemo,
};
const all = [...Object.keys(onHouse), ...Object.keys(alone)];

const usage = `npm run bench [-- --json] [--only ${all.join(',')}] [--no-limits]`;

const say = (line: string): void => void process.stderr.write(`${line}\n`);

interface Options {
  json: boolean;
  noLimits: boolean;
  wanted: string[];
}

/** @throws for words nobody knows, with the usage */
function readOptions(): Options {
  try {
    const { values } = parseArgs({
      options: { json: { type: 'boolean', default: false }, only: { type: 'string' }, 'no-limits': { type: 'boolean', default: false } },
    });
    const wanted = values.only?.split(',') ?? all;
    const unknown = wanted.filter((name) => !all.includes(name));
    if (unknown.length > 0) throw new Error(`there is no measurement “${unknown.join(', ')}”`);
    return { json: values.json, noLimits: values['no-limits'], wanted };
  } catch (error) {
    throw new Error(`${error instanceof Error ? error.message : String(error)}\nusage: ${usage}`, { cause: error });
  }
}

async function measure({ wanted }: Options): Promise<Result> {
  const startedMs = performance.now();
  const figures: Figures = {};
  const troubles: Trouble[] = [];
  const take = async (name: string, work: () => Promise<Figures>): Promise<void> => {
    say(`measuring ${name} …`);
    try {
      Object.assign(figures, await work());
    } catch (error) {
      troubles.push({ measurement: name, message: error instanceof Error ? error.message : String(error) });
    }
  };
  build();
  // Each on a house of its own: what one leaves behind would be in the way of the next.
  for (const [name, work] of Object.entries(onHouse)) {
    if (wanted.includes(name)) await take(name, () => inHouse(work));
  }
  for (const [name, work] of Object.entries(alone)) if (wanted.includes(name)) await take(name, work);
  return { figures, troubles, seconds: Math.round((performance.now() - startedMs) / 100) / 10 };
}

async function inHouse(work: (house: House) => Promise<Figures>): Promise<Figures> {
  const house = await startHouse({ services: rollbacks });
  try {
    return await work(house);
  } finally {
    await house.stop();
  }
}

try {
  const options = readOptions();
  const result = await measure(options);
  process.stdout.write(`${options.json ? json(result) : table(result)}\n`);
  const met = result.troubles.length === 0 && Object.values(result.figures).every(({ ok }) => ok);
  process.exitCode = met || options.noLimits ? 0 : 1;
} catch (error) {
  say(error instanceof Error ? error.message : String(error));
  process.exitCode = 2;
}
