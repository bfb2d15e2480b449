// Evaluates a parsed query at one moment.
import { selects, type Aggregation, type BinaryOperator, type Expression, type Grouping, type Selector } from './promql-ast.ts';
import { counterIncrease, histogramQuantiles, labelKey, withoutName, type Sample } from './promql-functions.ts';
import { PromqlError } from './promql-lexer.ts';
import type { Labels } from './recorder.ts';
import { pointsBetween, type Point, type Samples } from './samples.ts';

/** As in Prometheus: a series without a sample in the last five minutes has ended. */
const LOOKBACK_MS = 5 * 60_000;

export type Value =
  | { type: 'scalar'; value: number }
  | { type: 'vector'; vector: Sample[] }
  | { type: 'matrix'; matrix: { labels: Labels; points: Point[] }[] };

export interface Moment {
  samples: Samples;
  /** Milliseconds. */
  at: number;
}

/** The value of an expression at a moment. */
export function evaluate(expression: Expression, moment: Moment): Value {
  switch (expression.kind) {
    case 'number':
      return { type: 'scalar', value: expression.value };
    case 'selector':
      return expression.rangeMs === undefined
        ? { type: 'vector', vector: latest(expression, moment) }
        : { type: 'matrix', matrix: ranges(expression, moment) };
    case 'negate':
      return mapValue(evaluate(expression.of, moment), (value) => -value);
    case 'aggregate':
      return { type: 'vector', vector: aggregate(expression, vectorOf(expression.of, moment)) };
    case 'binary':
      return binary(expression, moment);
    case 'call':
      return { type: 'vector', vector: call(expression, moment) };
  }
}

function seriesOf(selector: Selector, { samples }: Moment) {
  return [...samples.all()].filter((series) => selects(selector, series));
}

function latest(selector: Selector, moment: Moment): Sample[] {
  return seriesOf(selector, moment).flatMap((series) => {
    const point = pointsBetween(series, moment.at - LOOKBACK_MS, moment.at).at(-1);
    return point ? [{ labels: { __name__: series.name, ...series.labels }, value: point.v }] : [];
  });
}

function ranges(selector: Selector, moment: Moment): { labels: Labels; points: Point[] }[] {
  return seriesOf(selector, moment).flatMap((series) => {
    const points = pointsBetween(series, moment.at - (selector.rangeMs ?? 0), moment.at);
    return points.length > 0 ? [{ labels: { __name__: series.name, ...series.labels }, points }] : [];
  });
}

function vectorOf(expression: Expression, moment: Moment): Sample[] {
  const value = evaluate(expression, moment);
  return value.type === 'vector' ? value.vector : [];
}

function scalarOf(expression: Expression | undefined, moment: Moment): number {
  const value = expression && evaluate(expression, moment);
  return value?.type === 'scalar' ? value.value : NaN;
}

function mapValue(value: Value, change: (value: number) => number): Value {
  if (value.type === 'scalar') return { type: 'scalar', value: change(value.value) };
  if (value.type === 'matrix') return value;
  return { type: 'vector', vector: value.vector.map((sample) => ({ labels: withoutName(sample.labels), value: change(sample.value) })) };
}

function call({ name, args }: Extract<Expression, { kind: 'call' }>, moment: Moment): Sample[] {
  const [first, second] = args;
  switch (name) {
    case 'rate':
      return growth(first, moment).map(({ labels, value, seconds }) => ({ labels, value: value / seconds }));
    case 'increase':
      return growth(first, moment).map(({ labels, value }) => ({ labels, value }));
    case 'vector':
      return [{ labels: {}, value: scalarOf(first, moment) }];
    case 'histogram_quantile':
      return histogramQuantiles(scalarOf(first, moment), second ? vectorOf(second, moment) : []);
  }
}

function growth(expression: Expression | undefined, moment: Moment): (Sample & { seconds: number })[] {
  if (expression?.kind !== 'selector' || expression.rangeMs === undefined) return [];
  const { rangeMs } = expression;
  return ranges(expression, moment).flatMap(({ labels, points }) => {
    const value = counterIncrease(points, { from: moment.at - rangeMs, to: moment.at });
    return value === undefined ? [] : [{ labels: withoutName(labels), value, seconds: rangeMs / 1_000 }];
  });
}

function aggregate({ op, grouping }: { op: Aggregation; grouping: Grouping }, vector: readonly Sample[]): Sample[] {
  const groups = new Map<string, { labels: Labels; values: number[] }>();
  for (const sample of vector) {
    const labels = groupLabels(grouping, sample.labels);
    const key = labelKey(labels);
    const group = groups.get(key) ?? { labels, values: [] };
    group.values.push(sample.value);
    groups.set(key, group);
  }
  return [...groups.values()].map(({ labels, values }) => ({ labels, value: reduce(op, values) }));
}

function groupLabels({ mode, labels: names }: Grouping, labels: Labels): Labels {
  const keep = (name: string) => (mode === 'by' ? names.includes(name) : name !== '__name__' && !names.includes(name));
  return Object.fromEntries(Object.entries(labels).filter(([name]) => keep(name)));
}

function reduce(op: Aggregation, values: readonly number[]): number {
  const sum = () => values.reduce((total, value) => total + value, 0);
  // NaN says nothing about the largest or smallest value, as long as there is any other.
  const real = values.filter((value) => !Number.isNaN(value));
  switch (op) {
    case 'sum':
      return sum();
    case 'avg':
      return sum() / values.length;
    case 'count':
      return values.length;
    case 'max':
      return real.length > 0 ? Math.max(...real) : NaN;
    case 'min':
      return real.length > 0 ? Math.min(...real) : NaN;
  }
}

type Binary = Extract<Expression, { kind: 'binary' }>;

function binary(expression: Binary, moment: Moment): Value {
  const left = evaluate(expression.left, moment);
  const right = evaluate(expression.right, moment);
  if (left.type === 'scalar' && right.type === 'scalar') return { type: 'scalar', value: compute(expression.op, left.value, right.value) };
  if (left.type === 'vector' && right.type === 'vector') return { type: 'vector', vector: vectors(expression, left.vector, right.vector) };
  if (left.type === 'vector' && right.type === 'scalar')
    return {
      type: 'vector',
      vector: left.vector.flatMap((sample) => combine(expression, sample, { left: sample.value, right: right.value })),
    };
  if (left.type === 'scalar' && right.type === 'vector')
    return {
      type: 'vector',
      vector: right.vector.flatMap((sample) => combine(expression, sample, { left: left.value, right: sample.value })),
    };
  throw new PromqlError('execution', 'a range vector has no place in a binary expression');
}

/** One result of an operator: a comparison keeps or drops the sample, arithmetic changes it and drops its name. */
function combine({ op, bool }: Binary, kept: Sample, { left, right }: { left: number; right: number }): Sample[] {
  const value = compute(op, left, right);
  if (!isComparison(op) || bool) return [{ labels: withoutName(kept.labels), value }];
  return value === 1 ? [kept] : [];
}

const isComparison = (op: BinaryOperator): boolean => ['==', '!=', '>', '<', '>=', '<='].includes(op);

const keyOf = ({ labels }: Sample): string => labelKey(withoutName(labels));

function vectors(expression: Binary, left: readonly Sample[], right: readonly Sample[]): Sample[] {
  const rightKeys = new Set(right.map(keyOf));
  if (expression.op === 'and') return left.filter((sample) => rightKeys.has(keyOf(sample)));
  if (expression.op === 'unless') return left.filter((sample) => !rightKeys.has(keyOf(sample)));
  if (expression.op !== 'or') return oneToOne(expression, unique(left), unique(right));
  const leftKeys = new Set(left.map(keyOf));
  return [...left, ...right.filter((sample) => !leftKeys.has(keyOf(sample)))];
}

function unique(side: readonly Sample[]): Map<string, Sample> {
  const map = new Map(side.map((sample) => [keyOf(sample), sample]));
  if (map.size < side.length)
    throw new PromqlError('execution', 'found duplicate series for the match group: many-to-many matching not allowed');
  return map;
}

function oneToOne(expression: Binary, left: Map<string, Sample>, right: Map<string, Sample>): Sample[] {
  return [...left].flatMap(([key, sample]) => {
    const other = right.get(key);
    return other ? combine(expression, sample, { left: sample.value, right: other.value }) : [];
  });
}

function compute(op: BinaryOperator, left: number, right: number): number {
  switch (op) {
    case '+':
      return left + right;
    case '-':
      return left - right;
    case '*':
      return left * right;
    case '/':
      return left / right;
    case '%':
      return left % right;
    case '==':
      return Number(left === right);
    case '!=':
      return Number(left !== right);
    case '>':
      return Number(left > right);
    case '<':
      return Number(left < right);
    case '>=':
      return Number(left >= right);
    case '<=':
      return Number(left <= right);
    case 'and':
    case 'or':
    case 'unless':
      throw new PromqlError('execution', `${op} needs two vectors`);
  }
}
