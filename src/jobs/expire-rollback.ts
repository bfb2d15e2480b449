import { rollback } from '../domain/rollback.ts';
import type { Deps } from '../ports.ts';
import { defineJob } from '../queue/job.ts';
import { OfRollback } from './support/payload.ts';

export const expireRollback = defineJob<OfRollback, Deps>(
  { kind: 'rollback.expire', queue: 'engine', payload: OfRollback },
  async ({ rollbackId }, { execute, now }, attempt) => {
    await execute(rollback, rollbackId, { type: 'rollback.expire', by: 'warroom', at: now() }, { fence: attempt });
  },
);
