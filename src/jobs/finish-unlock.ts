import { openCare } from '../domain/after-care.ts';
import { covers, holdsOf } from '../domain/hold.ts';
import { rollback } from '../domain/rollback.ts';
import type { Deps } from '../ports.ts';
import { defineJob } from '../queue/job.ts';
import { OfFact } from './support/payload.ts';

/** A service that somebody unlocked asks for that no more in the after-care of its rollbacks. */
export const finishUnlock = defineJob<OfFact, Deps>(
  { kind: 'care.unlocked', queue: 'engine', payload: OfFact },
  async ({ incidentId, seq }, { queries, execute }, attempt) => {
    const fact = await queries.fact(incidentId, seq);
    if (fact?.event.type !== 'incident.unfrozen') return;
    const { hold, reason, by, at } = fact.event;
    const [stored, rollbacks] = await Promise.all([queries.incident(incidentId), queries.rollbacksOf(incidentId)]);
    // The end of a freeze of everything leaves the lock of a service, and the other way round.
    const stays = (service: string): boolean => stored !== undefined && holdsOf(stored.state).some((held) => covers(held, service));
    const free = rollbacks.filter(({ state: { plan } }) => covers(hold, plan.service) && !stays(plan.service));
    // One that was rejected, or is still running, has nothing to tick, and must not keep the others from it.
    for (const { id } of free.filter(({ state }) => openCare(state).some(({ kind }) => kind === 'unlock'))) {
      await execute(rollback, id, { type: 'rollback.finish-care', item: 'unlock', note: reason.slice(0, 500), by, at }, { fence: attempt });
    }
  },
);
