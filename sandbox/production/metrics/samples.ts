// Samples over time: one value per series and tick, for about two hours.
import type { Labels, Recorder } from './recorder.ts';

export interface Point {
  /** Milliseconds. */
  t: number;
  v: number;
}

export interface Series {
  name: string;
  labels: Labels;
  times: number[];
  values: number[];
}

export interface Samples {
  all(): Iterable<Series>;
  /** Takes one sample of every counter. */
  take(at: number): void;
}

const KEPT = 7_200;

/** Keeps the counters of a recorder over time. */
export function createSamples(recorder: Recorder): Samples {
  const series = new Map<string, Series>();
  return {
    all: () => series.values(),
    take(at) {
      for (const { name, labels, value } of recorder.counters()) {
        const key = `${name}${JSON.stringify(labels)}`;
        let line = series.get(key);
        if (!line) series.set(key, (line = { name, labels, times: [], values: [] }));
        line.times.push(at);
        line.values.push(value);
        if (line.times.length <= KEPT * 1.1) continue;
        line.times.splice(0, line.times.length - KEPT);
        line.values.splice(0, line.values.length - KEPT);
      }
    },
  };
}

/** The points with `from < t <= to`. */
export function pointsBetween({ times, values }: Series, from: number, to: number): Point[] {
  const start = firstAfter(times, from);
  const end = firstAfter(times, to);
  return times.slice(start, end).map((t, index) => ({ t, v: values[start + index] ?? NaN }));
}

/** The index of the first time later than `limit`. */
function firstAfter(times: readonly number[], limit: number): number {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((times[middle] ?? Infinity) > limit) high = middle;
    else low = middle + 1;
  }
  return low;
}
