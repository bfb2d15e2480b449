import { z } from 'zod';
import { incident } from '../domain/incident.ts';
import type { Deps } from '../ports.ts';
import { defineJob } from '../queue/job.ts';
import { OfIncident } from './support/payload.ts';

const Revisit = OfIncident.extend({ number: z.number() });

/** The time of a decision is over: the commander is asked again, unless something has come of it. */
export const revisitDecision = defineJob<z.output<typeof Revisit>, Deps>(
  { kind: 'decision.revisit', queue: 'engine', payload: Revisit },
  async ({ incidentId, number }, { execute, now }, attempt) => {
    await execute(incident, incidentId, { type: 'incident.revisit-decision', number, by: 'warroom', at: now() }, { fence: attempt });
  },
);
