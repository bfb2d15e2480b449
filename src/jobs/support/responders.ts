import type { KnownIncident } from '../../domain/incident.ts';
import type { Deps } from '../../ports.ts';

/** Whom the severity invites, and the owners of the services; as handles. */
export function respondersTo({ severity, services }: KnownIncident, settings: Deps['settings']): string[] {
  const owners = settings.services.filter(({ id }) => services.includes(id)).map(({ owner }) => owner);
  return [...settings.severities[severity].invite, ...owners];
}
