import { z } from 'zod';
import { incident } from '../domain/incident.ts';
import { openStatuses, rollbackName } from '../domain/words.ts';
import type { Deps } from '../ports.ts';
import { defineJob } from '../queue/job.ts';

const Advance = z.object({ incidentId: z.string(), status: z.enum(['mitigating', 'monitoring']), rollback: z.number() });

/** A running rollback moves the incident's status forward, never back: people had other reasons for what they set. */
export const advanceIncident = defineJob<z.output<typeof Advance>, Deps>(
  { kind: 'incident.advance', queue: 'engine', payload: Advance },
  async ({ incidentId, status, rollback: number }, { queries, execute, now }, attempt) => {
    const stored = await queries.incident(incidentId);
    const rank = openStatuses.indexOf(stored?.state.status as (typeof openStatuses)[number]);
    if (!stored || rank === -1 || rank >= openStatuses.indexOf(status)) return;
    const note = status === 'mitigating' ? `${rollbackName(number)} is running` : `${rollbackName(number)} recovered the service`;
    await execute(incident, incidentId, { type: 'incident.set-status', status, note, by: 'warroom', at: now() }, { fence: attempt });
  },
);
