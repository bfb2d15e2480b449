/** One measured number against its limit. */
export interface Figure {
  value: number;
  /** At most this; a figure without one is reported and judges nothing. */
  limit?: number;
  unit: string;
  ok: boolean;
  /** How many single measurements the value comes from. */
  samples: number;
  /** What the value was made of: medians, spread, the baseline. */
  parts: Record<string, number>;
}

export type Figures = Record<string, Figure>;

interface Measured {
  value: number;
  unit: string;
  samples: number;
  limit?: number;
  parts?: Record<string, number>;
}

/** Rounds and judges. */
export function figure({ value, unit, samples, limit, parts = {} }: Measured): Figure {
  const rounded = Object.fromEntries(Object.entries(parts).map(([name, part]) => [name, round(part)]));
  // A number that is none has not been measured, and what was not measured is not met.
  const ok = Number.isFinite(value) && (limit === undefined || value <= limit);
  return { value: round(value), ...(limit === undefined ? {} : { limit }), unit, ok, samples, parts: rounded };
}

const round = (value: number): number => Math.round(value * 1000) / 1000;

/** The value that this share of the samples does not exceed. */
export function quantile(samples: readonly number[], share: number): number {
  const sorted = samples.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}

export const median = (samples: readonly number[]): number => quantile(samples, 0.5);

/** Median, quartiles and p99 by name, so that a reader sees how noisy a number is. */
export function spread(name: string, samples: readonly number[]): Record<string, number> {
  return {
    [`${name}_p25`]: quantile(samples, 0.25),
    [`${name}_median`]: median(samples),
    [`${name}_p75`]: quantile(samples, 0.75),
    [`${name}_p99`]: quantile(samples, 0.99),
  };
}
