import { activeFreezes } from '../../domain/calendar.ts';
import type { Deps } from '../../ports.ts';
import type { Message } from '../../views/blocks.ts';
import { holdList } from '../../views/hold-list.ts';

/** What is held just now, whoever holds it. */
export async function holdsNow({ queries, settings, deployPaths, now }: Deps, channel: string): Promise<Message> {
  const [holding, here] = await Promise.all([queries.holdingIncidents(), queries.incidentByRoom(channel)]);
  return holdList({ holding, here, paths: deployPaths().map(({ path }) => path), calendar: activeFreezes(settings, now()) });
}
