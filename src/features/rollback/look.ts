import { isUnderWay } from '../../domain/rollback.ts';
import { incidentName } from '../../domain/words.ts';
import type { Deps, StoredRollback } from '../../ports.ts';
import type { CommandInput } from '../../slack/listen.ts';
import type { Message } from '../../views/blocks.ts';
import { note } from '../../views/blocks.ts';
import { rollbackCard } from '../../views/rollback-card.ts';
import { rollbackList, withIncident } from '../../views/rollback-list.ts';
import type { Feature } from '../feature.ts';
import { incidentOf, knownService, rollbackOf } from '../feature.ts';

/** How far things are: the rollbacks of an incident, one of them, the one of a service. */
export const lookAtRollbacks: Feature = (on, deps) => {
  const bare = { name: '', usage: '', help: 'the rollbacks of this incident', example: '' };
  on.command('rollback', bare, (input) => status(deps, input));

  const verb = { name: 'status', usage: 'status [RB-7|service]', help: 'how far the rollbacks are', example: 'status RB-7' };
  on.command('rollback', verb, (input) => status(deps, input));
};

async function status(deps: Deps, input: CommandInput): Promise<Message> {
  const { text } = input;
  if (/^rb-\d+/i.test(text)) {
    const { rollback } = await rollbackOf(text, deps, '/rollback status RB-7');
    return rollbackCard({ id: rollback.id, rollback: rollback.state, now: deps.now() });
  }
  if (text !== '' && !/^inc-\d+/i.test(text)) return serviceStatus(deps, text);
  const { incident } = await incidentOf(input, deps, '/rollback status INC-12');
  return rollbackList({ name: incidentName(incident.state.number), rollbacks: await deps.queries.rollbacksOf(incident.id) });
}

/** What is under way in a service; otherwise the latest that was. */
async function serviceStatus(deps: Deps, text: string): Promise<Message> {
  const service = knownService(text.trim(), deps);
  const found = await underWayOrLatest(deps, service);
  const [one] = found;
  if (one === undefined)
    return note(`${service.id} was never rolled back with Warroom. \`/rollback targets ${service.id}\` shows what is possible.`);
  if (found.length > 1) return rollbackList({ name: service.id, rollbacks: found });
  const incident = await deps.queries.incident(one.state.incidentId);
  return withIncident(rollbackCard({ id: one.id, rollback: one.state, now: deps.now() }), incident?.state);
}

const looked = 10;

async function underWayOrLatest({ queries }: Deps, { id, environments }: ReturnType<typeof knownService>): Promise<StoredRollback[]> {
  const [latest, ...live] = await Promise.all([
    queries.rollbackHistory(id, looked),
    ...environments.map((environment) => queries.liveRollback(id, environment.id)),
  ]);
  const underWay = [...latest.filter(({ state }) => isUnderWay(state)), ...live.filter((one) => one !== undefined)];
  const each = [...new Map(underWay.map((one) => [one.id, one])).values()];
  return each.length > 0 ? each : latest.slice(0, 1);
}
