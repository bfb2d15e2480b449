// Changes data back by procedures that the database's owners wrote and registered. No statement ever comes from outside. See README.md.
import type { RollbackTarget } from '../../ports.ts';
import { defineRollbackProvider } from '../define-provider.ts';
import { effective, fingerprint, preview, type Step } from './preview.ts';
import { placeOf } from './registry.ts';
import { checkAccess } from './role.ts';
import { findRun, observeRun, startRun } from './runs.ts';
import { Settings, Target } from './schema.ts';
import { providerId } from './trouble.ts';

/** PostgreSQL 14 or newer, and what speaks its protocol and language. */
export const postgres = defineRollbackProvider({
  id: providerId,
  Settings,
  Target,
  create(settings, target): RollbackTarget {
    const place = placeOf(settings, target);
    const step: Step = { work: { settings, limits: target }, place, target };
    return {
      effect: 'keyed', // the operation's id is the primary key of the log, written with the change
      capabilities: { cancel: 'no', instant: true, reversible: target.class === 'logical-reversion' },
      check: () => checkAccess(step.work, place),
      preview: (to) => preview(step, to),
      fingerprint: (from, to) => fingerprint(step, from, to),
      find: (order) => findRun(step, order),
      start: (order, signal) => startRun(step, order, signal),
      observe: (run) => observeRun(step, run),
      cancel: () =>
        Promise.resolve({
          accepted: false,
          note: 'a procedure runs in one transaction and ends by itself, at the latest after statementTimeout',
        }),
      effective: () => effective(step),
    };
  },
});
