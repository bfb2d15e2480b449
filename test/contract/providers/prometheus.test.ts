import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { startPrometheus, type Prometheus } from '../../../sandbox/production/metrics/prometheus.ts';
import { createRecorder } from '../../../sandbox/production/metrics/recorder.ts';
import type { MetricSource } from '../../../src/ports.ts';
import { openMetricSource } from '../../../src/providers/index.ts';

const open = (url: string, more: object = {}): MetricSource =>
  openMetricSource({ prometheus: { url, allowPrivate: true, ...more } }, 'prometheus');

describe('prometheus as a metric source', () => {
  let server: Prometheus;
  let source: MetricSource;

  beforeAll(async () => {
    const recorder = createRecorder();
    const start = Date.now() - 60_000;
    const observe = (count: number, code: string, at: number) => {
      const times = Array.from({ length: count }, () => at);
      for (const time of times) recorder.observe({ route: '/checkout', code, version: 'v41', seconds: 0.01, at: time });
    };
    server = await startPrometheus({ recorder, everyMs: 3_600_000, now: () => start + 60_000 });
    observe(75, '200', start + 30_000);
    observe(25, '500', start + 30_000);
    server.samples.take(start + 59_000);
    source = open(server.url);
  });
  afterAll(() => server.close());

  it('answers with the one number that was really measured', async () => {
    const errors = 'sum(http_requests_total{code="500"}) / sum(http_requests_total)';
    expect(await source.measure(errors)).toEqual({ value: 25 / 100 });
  });

  it('says what it was earlier, and that there was nothing yet', async () => {
    const start = Date.now() - 3_600_000;
    const recorder = createRecorder();
    const past = await startPrometheus({ recorder, everyMs: 3_600_000, now: Date.now });
    try {
      for (const minutes of [0, 1, 2]) {
        recorder.observe({ route: '/checkout', code: '500', version: 'v42', seconds: 0.01, at: start });
        past.samples.take(start + minutes * 60_000);
      }
      const asOf = (minutes: number) => open(past.url).measure('sum(http_requests_total)', { at: start + minutes * 60_000 + 500 });
      expect(await asOf(0)).toEqual({ value: 1 });
      expect(await asOf(1)).toEqual({ value: 2 });
      expect(await asOf(-1)).toEqual({ missing: 'no data' });
      expect(await open(past.url).measure('sum(http_requests_total)')).toEqual({ missing: 'no data' });
    } finally {
      await past.close();
    }
  });

  it('takes a scalar as well', async () => {
    expect(await source.measure('42')).toEqual({ value: 42 });
  });

  it('calls an empty answer missing, never zero', async () => {
    expect(await source.measure('sum(rate(nothing_like_this[1m]))')).toEqual({ missing: 'no data' });
  });

  it('calls 0/0 and infinity missing, in words', async () => {
    expect(await source.measure('0 / 0')).toEqual({ missing: expect.stringContaining('traffic') });
    expect(await source.measure('1 / 0')).toEqual({ missing: expect.stringContaining('+Inf') });
  });

  it('calls several series missing and says how to get one', async () => {
    expect(await source.measure('http_requests_total')).toEqual({ missing: expect.stringContaining('sum()') });
  });

  it('calls a range missing instead of guessing a number of it', async () => {
    expect(await source.measure('http_requests_total[1m]')).toEqual({ missing: expect.stringContaining('matrix') });
  });

  it('refuses a query that the server does not understand, with its reason', async () => {
    await expect(source.measure('sum(')).rejects.toMatchObject({ name: 'ProviderError', kind: 'refused', provider: 'prometheus' });
  });

  it('asks the same question whether or not the configured address ends with a slash', async () => {
    expect(await open(`${server.url}/`).measure('1')).toEqual({ value: 1 });
  });

  it('refuses a private address unless it is allowed', async () => {
    const careful = open(server.url, { allowPrivate: false });
    await expect(careful.measure('1')).rejects.toMatchObject({ kind: 'refused', message: expect.stringContaining('allowPrivate') });
  });
});

describe('prometheus with odd servers', () => {
  let server: Server;
  let url: string;
  let answer: { status: number; body: string };
  let seen: IncomingHttpHeaders[];

  beforeAll(async () => {
    seen = [];
    server = createServer((request, response) => {
      seen.push(request.headers);
      response.writeHead(answer.status, { 'content-type': 'application/json' }).end(answer.body);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/prefix`;
  });
  afterAll(() => new Promise((resolve) => server.close(resolve)));

  it('sends the token as a bearer token, and no authorization without one', async () => {
    answer = { status: 200, body: '{"status":"success","data":{"resultType":"scalar","result":[1,"3.5"]}}' };
    expect(await open(url, { token: 'canary-token' }).measure('x')).toEqual({ value: 3.5 });
    expect(seen.at(-1)?.authorization).toBe('Bearer canary-token');
    await open(url).measure('x');
    expect(seen.at(-1)?.authorization).toBeUndefined();
  });

  it.each([
    ['a login page', '<html>sign in</html>'],
    ['JSON of another kind', '{"ok":true}'],
    ['nothing', ''],
    ['a number as number', '{"data":{"resultType":"scalar","result":[1,3]}}'],
  ])('calls %s unexpected', async (_what, body) => {
    answer = { status: 200, body };
    await expect(open(url).measure('x')).rejects.toMatchObject({ kind: 'unexpected' });
  });

  it.each(['', ' ', 'NaN', '-Inf', '1e999'])('calls the sample %p missing', async (text) => {
    answer = {
      status: 200,
      body: JSON.stringify({ data: { resultType: 'vector', result: [{ metric: {}, value: [1, text] }] } }),
    };
    expect(await open(url).measure('x')).toHaveProperty('missing');
  });

  it('calls a wrong token unauthorized and says which variable to set', async () => {
    answer = { status: 401, body: 'canary-token is not known' };
    await expect(open(url, { token: 'canary-token' }).measure('x')).rejects.toMatchObject({
      kind: 'unauthorized',
      message: expect.stringMatching(/^prometheus: 127\.0\.0\.1:\d+ answered 401: the token is wrong or expired; check PROMETHEUS_TOKEN$/),
    });
  });
});
