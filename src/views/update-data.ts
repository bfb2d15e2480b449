/** From stored state to what the templates of updates may say. */
import type { KnownIncident } from '../domain/incident.ts';
import type { KnownRollback } from '../domain/rollback.ts';
import { isUnderWay } from '../domain/rollback.ts';
import type { Audience, Role } from '../domain/words.ts';
import { incidentName, roleNames, rollbackName } from '../domain/words.ts';
import { plain, utcTime } from './text.ts';
import type { UpdateData } from './update-templates.ts';
import { originOf, placeOf, rollbackWords, statusMeanings, statusWords, targetOf } from './words.ts';

interface Known {
  incident: KnownIncident;
  rollbacks: readonly KnownRollback[];
  audience: Audience;
  nextAt?: number | undefined;
}

export function updateData({ incident, rollbacks, audience, nextAt }: Known): UpdateData {
  const { number, title, severity, status, impact, declaredAt, services, updates } = incident;
  return {
    incident: incidentName(number),
    title: plain(title, 200),
    severity,
    status: statusWords[status],
    meaning: statusMeanings[status],
    impact: impact === undefined ? null : plain(impact, 1000),
    since: utcTime(declaredAt),
    services: services.length === 0 ? null : services.map((service) => plain(service, 60)).join(', '),
    doing: doing(rollbacks),
    last: updates[audience] === undefined ? null : plain(updates[audience].text, 300),
    owner: roleNames[owner(incident, audience)],
    next_update: nextAt === undefined ? null : utcTime(nextAt),
    resolved: status === 'resolved',
  };
}

function doing(rollbacks: readonly KnownRollback[]): string | null {
  const live = rollbacks.filter(isUnderWay).map(({ number, status, plan }) => {
    const what = `${placeOf(plan)} ${originOf(plan)} → ${targetOf(plan)}`;
    return `${rollbackName(number)} ${rollbackWords[status]}, ${what}`;
  });
  return live.length === 0 ? null : live.slice(0, 5).join('; ');
}

/** Who answers questions about it. */
function owner({ roles }: KnownIncident, audience: Audience): Role {
  if (audience !== 'internal' && roles.cc !== undefined) return 'cc';
  return audience === 'internal' && roles.tl !== undefined ? 'tl' : 'ic';
}
