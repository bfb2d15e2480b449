// The functions that need arithmetic of their own: rates of counters and quantiles of histograms, as Prometheus computes them.
import type { Labels } from './recorder.ts';
import type { Point } from './samples.ts';

export interface Sample {
  labels: Labels;
  value: number;
}

export interface Range {
  from: number;
  to: number;
}

/**
 * How much a counter grew within a range. Samples do not lie exactly on the edges of the range, so the growth is extended to
 * the edges if these are near, by half a gap if they are not, and never to before the counter was 0.
 */
export function counterIncrease(points: readonly Point[], { from, to }: Range): number | undefined {
  const first = points[0];
  const last = points.at(-1);
  if (!first || !last || last.t <= first.t) return undefined;
  let grown = last.v - first.v;
  for (let index = 1; index < points.length; index += 1) {
    const before = points[index - 1]?.v ?? 0;
    if ((points[index]?.v ?? 0) < before) grown += before; // the process restarted and counts from 0 again
  }
  const covered = last.t - first.t;
  const gap = covered / (points.length - 1);
  const near = gap * 1.1;
  let atStart = first.t - from < near ? first.t - from : gap / 2;
  if (grown > 0 && first.v >= 0) atStart = Math.min(atStart, covered * (first.v / grown));
  const atEnd = to - last.t < near ? to - last.t : gap / 2;
  return (grown * (covered + atStart + atEnd)) / covered;
}

interface Bucket {
  upTo: number;
  count: number;
}

/** The quantile of every histogram in a vector of `le` buckets. */
export function histogramQuantiles(quantile: number, vector: readonly Sample[]): Sample[] {
  const histograms = new Map<string, { labels: Labels; buckets: Bucket[] }>();
  for (const { labels, value } of vector) {
    const { le, ...rest } = withoutName(labels);
    const upTo = le === '+Inf' ? Infinity : Number(le);
    if (le === undefined || Number.isNaN(upTo)) continue;
    const key = labelKey(rest);
    const histogram = histograms.get(key) ?? { labels: rest, buckets: [] };
    histogram.buckets.push({ upTo, count: value });
    histograms.set(key, histogram);
  }
  return [...histograms.values()].map(({ labels, buckets }) => ({ labels, value: bucketQuantile(quantile, buckets) }));
}

function bucketQuantile(quantile: number, unsorted: readonly Bucket[]): number {
  if (Number.isNaN(quantile)) return NaN;
  if (quantile < 0) return -Infinity;
  if (quantile > 1) return Infinity;
  const buckets = monotonic(unsorted.toSorted((a, b) => a.upTo - b.upTo));
  const last = buckets.at(-1);
  if (!last || buckets.length < 2 || last.upTo !== Infinity || !(last.count > 0)) return NaN;
  const rank = quantile * last.count;
  const index = buckets.findIndex(({ count }) => count >= rank);
  const bucket = buckets[index] ?? last;
  const below = buckets[index - 1];
  if (bucket.upTo === Infinity) return buckets.at(-2)?.upTo ?? NaN;
  if (!below && bucket.upTo <= 0) return bucket.upTo;
  const start = below?.upTo ?? 0;
  const already = below?.count ?? 0;
  const share = bucket.count === already ? 0 : (rank - already) / (bucket.count - already);
  return start + (bucket.upTo - start) * share;
}

/** Rates are rounded, so a bucket may seem to hold a little less than the one it contains. */
function monotonic(buckets: readonly Bucket[]): Bucket[] {
  let most = 0;
  return buckets.map(({ upTo, count }) => ({ upTo, count: (most = Math.max(most, count)) }));
}

export function withoutName(labels: Labels): Labels {
  const { __name__: _name, ...rest } = labels;
  return rest;
}

/** One text for one set of labels, however they are ordered. */
export function labelKey(labels: Labels): string {
  return JSON.stringify(Object.entries(labels).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
