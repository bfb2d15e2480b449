import { placesOf } from '../../domain/plan.ts';
import type { Reach } from '../../domain/plan.ts';
import { Refusal } from '../../domain/refusal.ts';
import { incidentName, rollbackName } from '../../domain/words.ts';
import type { Deps, StoredRollback } from '../../ports.ts';

/**
 * One rollback at a time in every place a plan reaches. The store makes sure of that; here the person is told which one is in the way,
 * and in which room. @throws Refusal
 */
export async function assertAlone({ queries }: Pick<Deps, 'queries'>, reach: Reach, mine?: string): Promise<void> {
  const places = placesOf(reach);
  const live = await Promise.all(places.map(({ service, environment }) => queries.liveRollback(service, environment)));
  const index = live.findIndex((other) => other !== undefined && other.id !== mine);
  const [other, place] = [live[index], places[index]];
  if (!other || !place) return;
  const { service, environment } = place;
  throw new Refusal('already_running', { rollback: await named(queries, other), service, environment });
}

/** “RB-7 (INC-12, its room)” */
async function named(queries: Deps['queries'], { state: { number, incidentId } }: StoredRollback): Promise<string> {
  const other = await queries.incident(incidentId);
  if (!other) return rollbackName(number);
  const { number: of, room } = other.state;
  return `${rollbackName(number)} (${[incidentName(of), ...(room ? [`<#${room.id}>`] : [])].join(', ')})`;
}
