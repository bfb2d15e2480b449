import { rollback } from '../domain/rollback.ts';
import type { Deps } from '../ports.ts';
import { defineJob } from '../queue/job.ts';
import { OfRollback } from './support/payload.ts';

/** The approvals have not come in time: everybody who could give one is called, once. */
export const escalateRollback = defineJob<OfRollback, Deps>(
  { kind: 'rollback.escalate', queue: 'engine', payload: OfRollback },
  async ({ rollbackId }, { execute, now }, attempt) => {
    await execute(rollback, rollbackId, { type: 'rollback.escalate', by: 'warroom', at: now() }, { fence: attempt });
  },
);
