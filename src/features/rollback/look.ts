import { Refusal } from '../../domain/refusal.ts';
import { incidentName } from '../../domain/words.ts';
import type { Deps } from '../../ports.ts';
import type { CommandInput } from '../../slack/listen.ts';
import type { Message } from '../../views/blocks.ts';
import { rollbackCard } from '../../views/rollback-card.ts';
import { rollbackHistory, rollbackList } from '../../views/rollback-list.ts';
import type { Feature } from '../feature.ts';
import { incidentOf, knownService, rollbackOf } from '../feature.ts';

/** What can only be looked at: the rollbacks of an incident, one of them, those of a service. */
export const lookAtRollbacks: Feature = (on, deps) => {
  const bare = { name: '', usage: '', help: 'the rollbacks of this incident', example: '' };
  on.command('rollback', bare, (input) => status(deps, input));

  const verb = { name: 'status', usage: 'status [RB-7|service]', help: 'how far the rollbacks are', example: 'status RB-7' };
  on.command('rollback', verb, (input) => status(deps, input));

  const history = { name: 'history', usage: 'history <service>', help: 'earlier rollbacks of a service', example: 'history shop' };
  on.command('rollback', history, async ({ text }) => {
    if (text === '') throw new Refusal('usage', { text: 'Name the service: `/rollback history shop`.' });
    return serviceHistory(deps, text);
  });
};

async function status(deps: Deps, input: CommandInput): Promise<Message> {
  const { text } = input;
  if (/^rb-\d+/i.test(text)) {
    const { rollback } = await rollbackOf(text, deps, '/rollback status RB-7');
    return rollbackCard({ id: rollback.id, rollback: rollback.state, now: deps.now() });
  }
  if (text !== '' && !/^inc-\d+/i.test(text)) return serviceHistory(deps, text);
  const { incident } = await incidentOf(input, deps, '/rollback status INC-12');
  return rollbackList({ name: incidentName(incident.state.number), rollbacks: await deps.queries.rollbacksOf(incident.id) });
}

const shown = 20;

async function serviceHistory(deps: Deps, text: string): Promise<Message> {
  const { id: service } = knownService(text.trim(), deps);
  return rollbackHistory({ service, rollbacks: await deps.queries.rollbackHistory(service, shown) });
}
