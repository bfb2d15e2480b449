import type { KnownIncident } from './incident.ts';

const justNowMs = 5 * 60_000;

/** What somebody else declared a moment before and is probably the same thing: the same service, or without one the same title. */
export function declaredBefore(mine: KnownIncident, open: readonly KnownIncident[]): KnownIncident[] {
  return open.filter((other) => other.number < mine.number && mine.declaredAt - other.declaredAt < justNowMs && isAlike(other, mine));
}

const isAlike = (other: KnownIncident, { services, title }: KnownIncident): boolean =>
  services.length === 0 ? other.title.toLowerCase() === title.toLowerCase() : services.some((service) => other.services.includes(service));
