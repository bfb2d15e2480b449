import type { Gate } from '../../domain/plan.ts';
import type { Measurement } from '../../domain/verification.ts';
import { questionOf } from '../../domain/verification.ts';
import type { Deps } from '../../ports.ts';
import { ProviderError } from '../../ports.ts';

/** One measurement of a gate; whatever keeps it from being taken is said, and is never a number. */
export async function measure(gate: Gate, { metrics }: Deps): Promise<Measurement> {
  try {
    const source = metrics(gate.provider);
    const { minimumTraffic } = gate;
    const [value, traffic] = await Promise.all([
      source.measure(questionOf(gate.query, gate)),
      minimumTraffic && source.measure(questionOf(minimumTraffic.query, gate)),
    ]);
    if (minimumTraffic === undefined || traffic === undefined) return value;
    if ('missing' in traffic) return { missing: `traffic is not known: ${traffic.missing}` };
    return traffic.value < minimumTraffic.atLeast ? { missing: 'too little traffic to tell' } : value;
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    return { missing: error.message };
  }
}
