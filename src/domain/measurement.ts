import type { Gate, Threshold } from './plan.ts';

/** What one query answered: a number, or nothing (empty result, NaN, not enough traffic), with the reason. */
export type Measurement = { value: number } | { missing: string };

/** The gate's query with its window filled in, as Prometheus writes durations. */
export const questionOf = (query: string, { windowMs }: Pick<Gate, 'windowMs'>): string => query.replaceAll('{window}', `${windowMs}ms`);

/** Does this value meet the condition? */
export function meets({ operator, value: limit }: Threshold, value: number): boolean {
  switch (operator) {
    case '<':
      return value < limit;
    case '<=':
      return value <= limit;
    case '>':
      return value > limit;
    case '>=':
      return value >= limit;
  }
}
