import type { KnownRollback } from '../domain/rollback.ts';
import type { Deps } from '../ports.ts';
import { defineJob } from '../queue/job.ts';
import { OfRollback } from './support/payload.ts';
import { redraw } from './support/redraw.ts';

const betweenTicksMs = 10_000;
/** What waits for a person shows no clock. */
const betweenLooksMs = 60_000;

/**
 * A running rollback's card tells how long it has been running, also while nothing happens. It is drawn beside the card's own job, so a
 * tick may for a moment show what was so before: the next one, and the last one after its end, puts that right.
 */
export const tickCard = defineJob<OfRollback, Deps>(
  { kind: 'card.tick', queue: 'slack', payload: OfRollback },
  async ({ rollbackId }, deps, attempt) => {
    const stored = await deps.queries.rollback(rollbackId);
    if (!stored) return;
    const early = await redraw({ card: 'rollback', id: rollbackId }, deps, attempt);
    if (early) return early;
    const next = nextTickMs(stored.state);
    return next === undefined ? undefined : { again: deps.now() + next };
  },
);

function nextTickMs({ status }: KnownRollback): number | undefined {
  if (status === 'executing' || status === 'compensating' || status === 'verifying') return betweenTicksMs;
  return status === 'needs human' ? betweenLooksMs : undefined;
}
