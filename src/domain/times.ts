/** Where the time of a rollback went. A part that did not happen, or is not over, is absent: never zero. */
import type { KnownIncident } from './incident.ts';
import type { KnownRollback, RollbackStatus, StepRun } from './rollback-state.ts';

/** The parts in the order in which they happen. */
export const parts = ['decide', 'approve', 'execute', 'recover'] as const;
export type Part = (typeof parts)[number];

/** All in milliseconds. */
export interface Times extends Partial<Record<Part, number>> {
  /**
   * What deciding is counted from: the incident's declaration, or the deploy of the version that was left when that came later, because
   * before it nobody could have decided.
   */
  decidedSince?: 'declared' | 'deployed';
  /** From there to the verdict `recovered`: what customers had to wait for us. */
  total?: number;
}

/** From the facts that a rollback keeps. Its incident is absent when it cannot be read; then deciding is unknown. */
export function timesOf(rollback: KnownRollback, incident?: Pick<KnownIncident, 'declaredAt'>): Times {
  const { requestedAt, startedAt } = rollback;
  const since = incident && decidableSince(rollback, incident);
  const clearedAt = clearedAtOf(rollback);
  const executedAt = executedAtOf(rollback);
  const recoveredAt = rollback.status === 'recovered' ? rollback.endedAt : undefined;
  return {
    ...(since && { decidedSince: since.kind }),
    ...span('decide', since?.at, requestedAt),
    ...span('approve', requestedAt, clearedAt),
    ...span('execute', startedAt, executedAt),
    ...span('recover', executedAt, recoveredAt),
    ...span('total', since?.at, recoveredAt),
  };
}

/** Clocks of other systems may be ahead of ours: what would end before it began is not known. */
function span<Name extends Part | 'total'>(name: Name, from: number | undefined, to: number | undefined): Partial<Record<Name, number>> {
  if (from === undefined || to === undefined || to < from) return {};
  const found: Partial<Record<Name, number>> = {};
  found[name] = to - from;
  return found;
}

function decidableSince(
  { plan, requestedAt }: KnownRollback,
  { declaredAt }: Pick<KnownIncident, 'declaredAt'>,
): { kind: 'declared' | 'deployed'; at: number } {
  const deployedAt = plan.steps.find(({ kind }) => kind === 'code')?.from.deployedAt;
  const isLater = deployedAt !== undefined && deployedAt > declaredAt && deployedAt <= requestedAt;
  return isLater ? { kind: 'deployed', at: deployedAt } : { kind: 'declared', at: declaredAt };
}

/** Without a start these may have been cleared once and opened again. */
const mayBeOpenAgain: readonly RollbackStatus[] = ['requested', 'rejected', 'expired'];

/** The deadline for the start was set at that moment, so it tells when that was. */
function clearedAtOf({ status, startedAt, executeBy, policy }: KnownRollback): number | undefined {
  if (executeBy === undefined || (startedAt === undefined && mayBeOpenAgain.includes(status))) return undefined;
  return executeBy - policy.executeWithinMs;
}

const unfinished: readonly RollbackStatus[] = ['requested', 'approved', 'executing', 'compensating', 'needs human'];
const open: readonly StepRun['status'][] = ['intended', 'started', 'unknown'];

/** When the last of its steps ended. What was undone afterwards is not part of it. */
function executedAtOf({ status, steps }: KnownRollback): number | undefined {
  if (unfinished.includes(status) || steps.some((step) => open.includes(step.status))) return undefined;
  const ends = steps.flatMap(({ startedAt, endedAt }) => (startedAt === undefined || endedAt === undefined ? [] : [endedAt]));
  return ends.length === 0 ? undefined : Math.max(...ends);
}

/** The one in the middle; of an even number the mean of the middle two. */
export function median(values: readonly number[]): number | undefined {
  const sorted = values.toSorted((a, b) => a - b);
  const [low, high] = [sorted[(sorted.length - 1) >> 1], sorted[sorted.length >> 1]];
  return low === undefined || high === undefined ? undefined : (low + high) / 2;
}
