import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { serveRoutes, type Listening } from '../../../sandbox/production/http.ts';
import { queryRoutes } from '../../../sandbox/production/metrics/api.ts';
import { createSamples } from '../../../sandbox/production/metrics/samples.ts';
import type { Counter, Recorder } from '../../../sandbox/production/metrics/recorder.ts';

// Ten minutes of samples, one each ten seconds, so that every rate can be worked out by hand.
const END = 1_700_000_000;
const counters: Counter[] = [
  { name: 'hits', labels: { code: '200', version: 'v41' }, value: 0 },
  { name: 'hits', labels: { code: '500', version: 'v41' }, value: 0 },
  { name: 'hits', labels: { code: '200', version: 'v42' }, value: 0 },
  { name: 'hits', labels: { code: '500', version: 'v42' }, value: 0 },
  { name: 'idle', labels: { code: '200' }, value: 7 },
  { name: 'restarts', labels: {}, value: 0 },
  { name: 'idle_too', labels: { code: '200' }, value: 7 },
  { name: 'took_bucket', labels: { le: '0.1' }, value: 0 },
  { name: 'took_bucket', labels: { le: '0.2' }, value: 0 },
  { name: 'took_bucket', labels: { le: '+Inf' }, value: 0 },
];
const perSample = [80, 0, 60, 20, 0, 10, 0, 50, 90, 100];

let server: Listening;

beforeAll(async () => {
  const recorder: Pick<Recorder, 'counters'> = { counters: () => counters };
  const samples = createSamples(recorder as Recorder);
  for (let second = -600; second <= 0; second += 10) {
    for (const [index, counter] of counters.entries()) counter.value += perSample[index] ?? 0;
    if (second === -30) for (const counter of counters.filter(({ name }) => name === 'restarts')) counter.value = 10;
    samples.take((END + second) * 1_000);
  }
  server = await serveRoutes(queryRoutes({ samples, now: () => END * 1_000 }));
});
afterAll(() => server.close());

interface Body {
  status: string;
  errorType?: string;
  error?: string;
  data?: { resultType: string; result: { metric: Record<string, string>; value: [number, string]; values: [number, string][] }[] };
}

async function ask(path: string, parameters: Record<string, string>): Promise<{ status: number; body: Body }> {
  const response = await fetch(`${server.url}/api/v1/${path}?${new URLSearchParams(parameters).toString()}`);
  return { status: response.status, body: (await response.json()) as Body };
}

async function values(query: string, time = String(END)): Promise<string[]> {
  const { body } = await ask('query', { query, time });
  return (body.data?.result ?? []).map(({ value }) => value[1]);
}

describe('a query', () => {
  it.each([
    ['sum(rate(hits[1m]))', ['16']],
    ['sum(increase(hits{version="v42"}[1m]))', ['480']],
    ['sum by (version) (rate(hits[1m]))', ['8', '8']],
    ['sum(rate(hits[1m])) by (code)', ['14', '2']],
    ['sum without (code) (rate(hits{version!="v41"}[1m]))', ['8']],
    ['sum(rate(hits{code=~"5.."}[1m])) / sum(rate(hits[1m]))', ['0.125']],
    ['100 * sum(rate(hits{code=~"5.."}[1m])) / sum(rate(hits[1m])) > 10', ['12.5']],
    ['sum(rate(hits{code=~"5.."}[1m])) / sum(rate(hits[1m])) > 0.5', []],
    ['sum(rate(hits{code!~"2.."}[1m])) >= bool 1', ['1']],
    ['max(rate(hits[1m])) - min(rate(hits[1m]))', ['8']],
    ['avg(rate(hits[1m]))', ['4']],
    ['count(hits)', ['4']],
    ['histogram_quantile(0.5, rate(took_bucket[1m]))', ['0.1']],
    ['histogram_quantile(0.7, sum by (le) (rate(took_bucket[1m])))', ['0.15']],
    ['histogram_quantile(0.99, rate(took_bucket[1m]))', ['0.2']],
    ['rate(restarts[1m])', ['1']],
    ['idle', ['7']],
    ['{__name__="idle", code="200"} + 1', ['8']],
    ['-idle', ['-7']],
    ['sum(nothing) or vector(0)', ['0']],
    ['idle and nothing', []],
    ['idle unless nothing', ['7']],
    ['1 / (idle - idle)', ['+Inf']],
  ])('%s', async (query, expected) => {
    const seen = await values(query);
    expect(seen.map((text) => (text.startsWith('+') ? text : String(Number(Number(text).toFixed(9)))))).toEqual(expected);
  });

  it('may be a number alone, with comments', async () => {
    const { body } = await ask('query', { query: '2 + 3 * 4 - 10 / 5 # a comment' });
    expect(body.data).toEqual({ resultType: 'scalar', result: [END, '12'] });
  });

  it('answers NaN for 0/0 and nothing for no data, which are not the same and not zero', async () => {
    expect(await values('sum(rate(idle[1m])) / sum(rate(idle[1m]))')).toEqual(['NaN']);
    expect(await values('sum(rate(nothing[1m]))')).toEqual([]);
    expect(await values('sum(rate(nothing[1m])) / sum(rate(hits[1m]))')).toEqual([]);
  });

  it('takes a series as ended after five minutes without a sample', async () => {
    expect(await values('idle', String(END + 299))).toEqual(['7']);
    expect(await values('idle', String(END + 301))).toEqual([]);
  });

  it('takes the query as a form as well', async () => {
    const response = await fetch(`${server.url}/api/v1/query`, { method: 'POST', body: new URLSearchParams({ query: 'idle' }) });
    const body = (await response.json()) as Body;
    expect(body).toEqual({
      status: 'success',
      data: { resultType: 'vector', result: [{ metric: { __name__: 'idle', code: '200' }, value: [END, '7'] }] },
    });
  });

  it('answers a range of moments', async () => {
    const { body } = await ask('query_range', { query: 'sum(rate(hits[1m]))', start: String(END - 60), end: String(END), step: '30s' });
    expect(body.data?.resultType).toBe('matrix');
    expect(body.data?.result[0]?.values.map(([time, value]) => [time, Number(value).toFixed(6)])).toEqual([
      [END - 60, '16.000000'],
      [END - 30, '16.000000'],
      [END, '16.000000'],
    ]);
  });

  it('is ready', async () => {
    expect((await fetch(`${server.url}/-/ready`)).status).toBe(200);
  });
});

describe('what cannot be read', () => {
  it.each([
    ['', 'no expression found'],
    ['sum(rate(hits[1m])', 'expected ")"'],
    ['rate(hits)', 'expected type range vector'],
    ['hits[1m] + 1', 'must contain only scalar and instant vector'],
    ['hits{code=200}', 'unexpected "200"'],
    ['hits{code=~"("}', 'error parsing regexp'],
    ['hits offset 5m', 'not supported'],
    ['sum(hits) / on (code) sum(hits)', 'not supported'],
    ['deriv(hits[5m])', 'unknown function'],
    ['{code=~".*"}', 'at least one non-empty matcher'],
    ['1 > 2', 'must use BOOL'],
    ['hits hits', 'unexpected "hits"'],
    ['hits{', 'unexpected "end of input"'],
    ['"text"', 'unexpected'],
    ['('.repeat(2_000), 'nested too deep'],
  ])('%s is bad data', async (query, reason) => {
    const { status, body } = await ask('query', { query });
    expect([status, body.status, body.errorType]).toEqual([400, 'error', 'bad_data']);
    expect(body.error).toContain(reason);
  });

  it('is an execution error when one series would match several', async () => {
    const { status, body } = await ask('query', { query: 'idle / {code="200",version=""}' });
    expect([status, body.errorType]).toEqual([422, 'execution']);
  });

  it.each([
    [{ start: '2', end: '1', step: '1' }, 'end timestamp must not be before start time'],
    [{ start: '1', end: '2', step: '0' }, 'zero or negative'],
    [{ start: '1', end: '200000', step: '1' }, 'exceeded maximum resolution'],
    [{ start: 'now', end: '2', step: '1' }, 'cannot parse'],
  ])('a range of %j is bad data', async (parameters, reason) => {
    const { status, body } = await ask('query_range', { query: 'idle', ...parameters });
    expect(status).toBe(400);
    expect(body.error).toContain(reason);
  });
});
