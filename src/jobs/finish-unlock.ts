import { rollback } from '../domain/rollback.ts';
import { covers } from '../domain/hold.ts';
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
    const open = (await queries.rollbacksOf(incidentId)).filter(({ state }) => covers(hold, state.plan.service));
    for (const { id } of open) {
      await execute(rollback, id, { type: 'rollback.finish-care', item: 'unlock', note: reason.slice(0, 500), by, at }, { fence: attempt });
    }
  },
);
