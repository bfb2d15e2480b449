import type { Operator } from '../../ports.ts';
import type { Names } from '../../views/readable.ts';

/** What people and war rooms are called, as far as it was ever heard. */
export async function namesOf(operator: Operator): Promise<Names> {
  const [people, open] = await Promise.all([operator.names(), operator.openIncidents()]);
  const rooms = open.flatMap(({ room }) => (room === undefined ? [] : [[room.id, room.name] as const]));
  return new Map([...people, ...rooms]);
}
