import { incident } from '../domain/incident.ts';
import { Refusal } from '../domain/refusal.ts';
import { nextUpdateAt } from '../domain/update.ts';
import type { Audience } from '../domain/words.ts';
import { updateData } from '../views/update-data.ts';
import { renderUpdate } from '../views/update-templates.ts';
import type { Deps } from '../ports.ts';
import { defineJob } from '../queue/job.ts';
import { OfFact } from './support/payload.ts';

/**
 * The updates that nobody has to write: customer-facing teams hear of the beginning, the recovery and the end; customers too where
 * the severity says so. Everything else waits for the Comms Coordinator.
 */
export const publishUpdate = defineJob<OfFact, Deps>(
  { kind: 'update.publish', queue: 'slack', payload: OfFact },
  async ({ incidentId, seq }, { queries, settings, execute, newId, now }, attempt) => {
    const [stored, rollbacks] = await Promise.all([queries.incident(incidentId), queries.rollbacksOf(incidentId)]);
    if (!stored) return;
    const { cadence, publishExternal } = settings.severities[stored.state.severity];
    const audiences: Audience[] = publishExternal === 'automatic' ? ['support', 'external'] : ['support'];
    for (const audience of audiences.filter((each) => cadence[each].kind !== 'none')) {
      const nextAt = nextUpdateAt(cadence[audience], now());
      const data = updateData({ incident: stored.state, rollbacks: rollbacks.map(({ state }) => state), audience, nextAt });
      const text = renderUpdate(audience, data, settings.templates);
      const update = { id: newId('upd'), audience, text, secrets: [], ...(nextAt === undefined ? {} : { nextAt }) };
      const cause = { inboxKey: `auto:${incidentId}:${seq}:${audience}`, fence: attempt };
      try {
        await execute(incident, incidentId, { type: 'incident.publish-update', ...update, by: 'warroom', at: now() }, cause);
      } catch (error) {
        if (!(error instanceof Refusal) || error.code === 'stale_worker') throw error;
        // Nobody wrote it, so nobody would notice: the room is told that a person has to.
        const told = {
          update: update.id,
          audience,
          channel: settings.audiences[audience].channels[0] ?? audience,
          trouble: error.message,
        } as const;
        await execute(incident, incidentId, { type: 'incident.record-delivery', ...told, by: 'warroom', at: now() }, cause);
      }
    }
  },
);
