import { z } from 'zod';
import { incident } from '../domain/incident.ts';
import { Refusal } from '../domain/refusal.ts';
import { rollbackName } from '../domain/words.ts';
import type { Deps } from '../ports.ts';
import { defineJob } from '../queue/job.ts';
import { OfIncident } from './support/payload.ts';

const Locking = OfIncident.extend({ rollbackId: z.string() });

/** What was rolled back must not be deployed again by habit: its service is locked until somebody unlocks it with a reason. */
export const lockService = defineJob<z.output<typeof Locking>, Deps>(
  { kind: 'incident.lock', queue: 'engine', payload: Locking },
  async ({ incidentId, rollbackId }, { queries, execute, now }, attempt) => {
    const stored = await queries.rollback(rollbackId);
    if (!stored) return;
    const { number, plan } = stored.state;
    const reason = `${rollbackName(number)} rolls it back`;
    const command = { type: 'incident.freeze', scope: plan.service, reason, rollback: number, by: 'warroom', at: now() } as const;
    await execute(incident, incidentId, command, { fence: attempt }).catch((error: unknown) => {
      if (!(error instanceof Refusal && error.code === 'incident_over')) throw error; // resolved meanwhile: nobody needs it any more
    });
  },
);
