import type { Check, Plan } from '../../domain/plan.ts';
import { repeatChecks } from '../../domain/repeat.ts';
import type { Deps } from '../../ports.ts';
import { states } from '../feature.ts';

/** As far back as repetition is looked for. */
const remembered = 50;

/** Was this version, or this service again and again, rolled back before? Said where the plan is shown and approved. */
export async function repeats({ queries, now }: Pick<Deps, 'queries' | 'now'>, plan: Plan): Promise<Check[]> {
  return repeatChecks(plan, states(await queries.rollbackHistory(plan.service, remembered)), now());
}
