import { rollback } from '../domain/rollback.ts';
import type { Deps } from '../ports.ts';
import { defineJob } from '../queue/job.ts';
import { OfRollback } from './support/payload.ts';

/** Nobody forgets what a rollback left behind: its owner hears of it until it is done. */
export const remindCare = defineJob<OfRollback, Deps>(
  { kind: 'care.remind', queue: 'engine', payload: OfRollback },
  async ({ rollbackId }, { execute, now }, attempt) => {
    await execute(rollback, rollbackId, { type: 'rollback.remind-care', by: 'warroom', at: now() }, { fence: attempt });
  },
);
