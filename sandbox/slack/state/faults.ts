import type { FaultRule, Faults } from '../client-api.ts';
import type { Changes } from './changes.ts';

/** The switches that make the workspace worse on purpose. */
export interface FaultBoard {
  current(): Faults;
  set(part: Partial<Faults>): void;
  /** Milliseconds to add to a call. */
  latency(method: string): number;
  /** The rule that hits this call, if any; uses it up by one. */
  take(method: string): FaultRule | undefined;
}

/** All off. */
export function createFaults(changes: Changes): FaultBoard {
  let faults: Faults = { rateLimits: false, latencyMs: {}, rules: [] };
  const announce = () => changes.publish(() => ({ type: 'faults', faults }));

  return {
    current: () => faults,
    set(part) {
      const next = { ...faults, ...part };
      faults = { ...next, rules: next.rules.map((rule) => ({ ...rule })) };
      announce();
    },
    latency: (method) => faults.latencyMs[method] ?? faults.latencyMs['*'] ?? 0,
    take(method) {
      const rule = faults.rules.find((candidate) => candidate.method === method || candidate.method === '*');
      if (rule?.times === undefined) return rule;
      const left = rule.times - 1;
      const rules = faults.rules.flatMap((other) => (other !== rule ? [other] : left > 0 ? [{ ...rule, times: left }] : []));
      faults = { ...faults, rules };
      announce();
      return rule;
    },
  };
}
