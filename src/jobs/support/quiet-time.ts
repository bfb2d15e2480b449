import { databaseChecks } from '../../domain/database-rules.ts';
import type { Step as PlannedStep } from '../../domain/plan.ts';
import { peakOf } from '../../domain/peak.ts';
import { ProviderError, type Deps } from '../../ports.ts';

type Sources = Pick<Deps, 'settings' | 'metrics' | 'now'>;

/** Why a database step has to wait for a quiet time; nothing when it may run. Peak hours may have begun since it was approved. */
export async function busyReason(step: PlannedStep, { settings, metrics, now }: Sources): Promise<string | undefined> {
  if (step.kind !== 'database' && step.database === undefined) return undefined;
  const service = settings.services.find(({ id }) => id === step.service);
  const hours = service?.environments.find(({ id }) => id === step.environment)?.peakHours;
  const measure = async ({ provider, query }: { provider: string; query: string }) => {
    try {
      return await metrics(provider).measure(query);
    } catch (error) {
      if (error instanceof ProviderError) return { missing: error.message };
      throw error;
    }
  };
  const peak = await peakOf(hours, { now: now(), measure });
  return databaseChecks({ step, now: now(), peak }).find(({ level }) => level === 'block')?.text;
}
