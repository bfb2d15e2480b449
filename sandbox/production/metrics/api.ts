// The HTTP side of the query endpoint, in Prometheus's formats.
import type { Answer, Ask, Route } from '../http.ts';
import { typeOf, type Expression } from './promql-ast.ts';
import { evaluate, type Value } from './promql-evaluate.ts';
import { labelKey } from './promql-functions.ts';
import { durationMs, PromqlError } from './promql-lexer.ts';
import { parsePromql } from './promql-parser.ts';
import type { Labels } from './recorder.ts';
import type { Samples } from './samples.ts';

export interface QuerySource {
  samples: Samples;
  now: () => number;
}

const MOST_POINTS = 11_000;

const both = (path: string, answer: (parameters: URLSearchParams) => Answer): Route[] => [
  ['GET', path, (ask) => guarded(() => answer(ask.query))],
  ['POST', path, (ask) => guarded(() => answer(formOf(ask)))],
];

/** The routes of Prometheus that we answer. */
export function queryRoutes(source: QuerySource): Route[] {
  return [
    ['GET', '/-/ready', () => ({ status: 200, text: 'Prometheus Server is Ready.\n' })],
    ['GET', '/-/healthy', () => ({ status: 200, text: 'Prometheus Server is Healthy.\n' })],
    ...both('/api/v1/query', (parameters) => instantQuery(source, parameters)),
    ...both('/api/v1/query_range', (parameters) => rangeQuery(source, parameters)),
  ];
}

/** A form in the body, with the parameters of the address in front of it. */
function formOf({ query, raw }: Ask): URLSearchParams {
  return new URLSearchParams([...query, ...new URLSearchParams(raw.toString('utf8'))]);
}

function guarded(answer: () => Answer): Answer {
  try {
    return answer();
  } catch (error) {
    if (!(error instanceof PromqlError)) throw error;
    const { errorType, message } = error;
    return { status: errorType === 'bad_data' ? 400 : 422, body: { status: 'error', errorType, error: message } };
  }
}

const invalid = (name: string, why: string): PromqlError => new PromqlError('bad_data', `invalid parameter "${name}": ${why}`);

function expressionOf(parameters: URLSearchParams): Expression {
  try {
    return parsePromql(parameters.get('query') ?? '');
  } catch (error) {
    throw error instanceof PromqlError ? invalid('query', error.message) : error;
  }
}

function timeOf(parameters: URLSearchParams, name: string, fallback?: number): number {
  const text = parameters.get(name);
  if (!text && fallback !== undefined) return fallback;
  const seconds = Number(text ?? '');
  const ms = text && Number.isFinite(seconds) ? seconds * 1_000 : Date.parse(text ?? '');
  if (Number.isNaN(ms)) throw invalid(name, `cannot parse ${JSON.stringify(text ?? '')} to a valid timestamp`);
  return ms;
}

function instantQuery({ samples, now }: QuerySource, parameters: URLSearchParams): Answer {
  const expression = expressionOf(parameters);
  const at = timeOf(parameters, 'time', now());
  return { status: 200, body: { status: 'success', data: resultOf(evaluate(expression, { samples, at }), at) } };
}

function resultOf(value: Value, at: number): unknown {
  switch (value.type) {
    case 'scalar':
      return { resultType: 'scalar', result: pair(at, value.value) };
    case 'vector':
      return { resultType: 'vector', result: value.vector.map((sample) => ({ metric: sample.labels, value: pair(at, sample.value) })) };
    case 'matrix':
      return {
        resultType: 'matrix',
        result: value.matrix.map(({ labels, points }) => ({ metric: labels, values: points.map(({ t, v }) => pair(t, v)) })),
      };
  }
}

const pair = (ms: number, value: number): [number, string] => [ms / 1_000, numberText(value)];

/** A number as Prometheus writes it. */
function numberText(value: number): string {
  if (value === Infinity) return '+Inf';
  return value === -Infinity ? '-Inf' : String(value);
}

function rangeQuery({ samples }: QuerySource, parameters: URLSearchParams): Answer {
  const start = timeOf(parameters, 'start');
  const end = timeOf(parameters, 'end');
  const step = stepOf(parameters);
  if (end < start) throw invalid('end', 'end timestamp must not be before start time');
  if ((end - start) / step > MOST_POINTS)
    throw new PromqlError(
      'bad_data',
      'exceeded maximum resolution of 11,000 points per timeseries. Try decreasing the query resolution (?step=XX)',
    );
  const expression = expressionOf(parameters);
  const type = typeOf(expression);
  if (type === 'range vector')
    throw invalid('query', `invalid expression type "${type}" for range query, must be Scalar or instant Vector`);

  const lines = new Map<string, { metric: Labels; values: [number, string][] }>();
  for (let at = start; at <= end; at += step) {
    for (const { labels, value } of vectorAt(evaluate(expression, { samples, at }))) {
      const key = labelKey(labels);
      const line = lines.get(key) ?? { metric: labels, values: [] };
      line.values.push(pair(at, value));
      lines.set(key, line);
    }
  }
  return { status: 200, body: { status: 'success', data: { resultType: 'matrix', result: [...lines.values()] } } };
}

function vectorAt(value: Value): { labels: Labels; value: number }[] {
  if (value.type === 'vector') return value.vector;
  return value.type === 'scalar' ? [{ labels: {}, value: value.value }] : [];
}

function stepOf(parameters: URLSearchParams): number {
  const text = parameters.get('step') ?? '';
  const ms = /^[\d.]+$/.test(text) ? Number(text) * 1_000 : durationMs(text);
  if (Number.isNaN(ms)) throw invalid('step', `cannot parse ${JSON.stringify(text)} to a valid duration`);
  if (ms <= 0) throw invalid('step', 'zero or negative query resolution step widths are not accepted. Try a positive integer');
  return ms;
}
