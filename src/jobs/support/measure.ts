import type { Before } from '../../domain/baseline.ts';
import { beforeOf, readBefore } from '../../domain/baseline.ts';
import type { Measurement } from '../../domain/measurement.ts';
import { questionOf } from '../../domain/measurement.ts';
import type { Gate, Reading } from '../../domain/plan.ts';
import type { Deps } from '../../ports.ts';
import { ProviderError } from '../../ports.ts';

type Sources = Pick<Deps, 'metrics'>;

/** One measurement of a gate; whatever keeps it from being taken is said, and is never a number. */
export async function measure(gate: Gate, deps: Sources): Promise<Measurement> {
  try {
    return await ask(gate, deps);
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    return { missing: error.message };
  }
}

/**
 * What the gate was before the bad version went out, as a reading. Nothing when the past tells nothing that matters, or when the
 * source could not be asked just now: then it is asked again at the next look.
 */
export async function measureBefore(gate: Gate, before: Before, deps: Sources & Pick<Deps, 'now'>): Promise<Reading | undefined> {
  const at = deps.now();
  if ('unknown' in before) return gate.baseline && readBefore(gate, before, { missing: before.unknown, at });
  try {
    return readBefore(gate, before, { ...(await ask(gate, deps, { at: before.asOf })), at });
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    return undefined;
  }
}

/** A gate that compares is not measured before it has something to compare with. */
export async function measureAfter(gate: Gate, readings: readonly Reading[], deps: Sources): Promise<Measurement> {
  if (gate.baseline && beforeOf(gate, readings)?.value === undefined)
    return { missing: `${gate.provider} could not be asked what it was before` };
  return measure(gate, deps);
}

async function ask(gate: Gate, { metrics }: Sources, when?: { at: number }): Promise<Measurement> {
  const source = metrics(gate.provider);
  const { minimumTraffic } = gate;
  const [value, traffic] = await Promise.all([
    source.measure(questionOf(gate.query, gate), when),
    minimumTraffic && source.measure(questionOf(minimumTraffic.query, gate), when),
  ]);
  if (minimumTraffic === undefined || traffic === undefined) return value;
  if ('missing' in traffic) return { missing: `traffic is not known: ${traffic.missing}` };
  return traffic.value < minimumTraffic.atLeast ? { missing: 'too little traffic to tell' } : value;
}
