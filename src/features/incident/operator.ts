import { incidentName } from '../../domain/words.ts';
import type { Deps, Operator } from '../../ports.ts';
import { worstFirst } from '../../views/incident-list.ts';
import { knownService, states } from '../feature.ts';
import { declare } from './declare.ts';

/** Incidents for people who cannot reach Slack: the least that a rollback needs. */
export function operateIncidents(deps: Deps): Pick<Operator, 'declare' | 'openIncidents'> {
  return {
    declare: async ({ user, at, inboxKey }, { severity, title, service }) => {
      const about = { severity, title, ...(service === undefined ? {} : { service: knownService(service, deps).id }) };
      const { number, reply } = await declare(deps, { type: 'incident.declare', ...about, by: user, at }, inboxKey);
      return { incident: incidentName(number), reply };
    },
    openIncidents: async () =>
      states(await deps.queries.openIncidents())
        .toSorted(worstFirst)
        .map(({ number, title, severity, status, room }) => ({
          incident: incidentName(number),
          title,
          severity,
          status,
          ...(room === undefined ? {} : { room }),
        })),
  };
}
