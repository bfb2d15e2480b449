// What the systems of the local production have on record, as one list in the order in which it happened.
import type { Production } from '../../sandbox/production/production.ts';

export interface Effect {
  what: string;
  at: number;
}

/** Remembers what was on record already. */
export interface Books {
  since: readonly string[];
}

/** Opened just before something is asked for. */
export const openBooks = (production: Production): Books => ({ since: all(production).map(idOf) });

/** Everything that rollbacks did since then: weights and flags as they became, and runs of the workflow as they were requested. */
export const effects = (production: Production, { since }: Books): Effect[] =>
  all(production)
    .filter((entry) => !since.includes(idOf(entry)))
    .toSorted((a, b) => a.at - b.at);

const idOf = ({ what, at }: Effect): string => `${at} ${what}`;

const weights = (of: Record<string, number>): string =>
  Object.entries(of)
    .map(([version, weight]) => `${version} ${weight}`)
    .join(', ');

function all({ balancer, flags, github }: Production): Effect[] {
  return [
    ...balancer.audit().map(({ to, at }) => ({ what: `weights ${weights(to)}`, at })),
    ...flags.audit().map(({ key, to, at }) => ({ what: `${key} ${to ? 'on' : 'off'}`, at: Date.parse(at) })),
    ...github.ledger().map(({ workflow, requestedAt }) => ({ what: workflow, at: requestedAt })),
  ];
}
