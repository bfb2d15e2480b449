import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { ServerResponse } from 'node:http';
import type { MetricSource } from '../../../src/ports.ts';
import { openMetricSource } from '../../../src/providers/index.ts';
import { listen, type Loopback } from './loopback.ts';

describe('the HTTP probe', () => {
  let server: Loopback;
  let answer: (response: ServerResponse) => void;
  beforeEach(async () => {
    answer = (response) => response.writeHead(200).end('all is "ok" here');
    server = await listen((_request, response) => answer(response));
  });
  afterEach(() => server.close());

  const open = (changed: object = {}): MetricSource =>
    openMetricSource({ 'http-probe': { hosts: [new URL(server.url).host], allowPrivate: true, ...changed } }, 'http-probe');

  it('is 1 when the address answers, and says what it is asked to say', async () => {
    expect(await open().measure(`${server.url}/healthz`)).toEqual({ value: 1 });
    expect(await open().measure(` ${server.url}/healthz  contains "is "ok" here" `)).toEqual({ value: 1 });
    expect(await open().measure(`${server.url}/healthz contains "not here"`)).toEqual({ value: 0 });
  });

  it('does not know how it was earlier, and asks nobody', async () => {
    expect(await open().measure(server.url, { at: Date.now() - 60_000 })).toEqual({ missing: 'http-probe knows only how it is now' });
    expect(server.seen).toEqual([]);
  });

  it.each([301, 401, 404, 429, 500, 503])('is 0 for an answer of %i, and asks once', async (status) => {
    answer = (response) => response.writeHead(status, { location: '/', 'retry-after': '0' }).end();
    expect(await open().measure(server.url)).toEqual({ value: 0 });
    expect(server.seen).toHaveLength(1);
  });

  it('is 0 when nobody listens, or the connection is cut', async () => {
    answer = (response) => response.destroy();
    expect(await open().measure(server.url)).toEqual({ value: 0 });
    const closed = await listen(() => undefined);
    await closed.close();
    expect(await open({ hosts: [new URL(closed.url).host] }).measure(closed.url)).toEqual({ value: 0 });
  });

  it('is missing when no answer comes in time, the name leads nowhere, or the answer is endless', async () => {
    answer = () => undefined;
    const hasty = open({ timeouts: { callMs: 100 } });
    expect(await hasty.measure(server.url)).toEqual({ missing: expect.stringContaining('took too long') });
    const nowhere = open({ hosts: ['nowhere.invalid'] });
    expect(await nowhere.measure('http://nowhere.invalid/')).toEqual({ missing: expect.stringContaining('nowhere.invalid') });
    answer = (response) => response.writeHead(200).end('x'.repeat(1_100_000));
    expect(await open().measure(server.url)).toEqual({ missing: expect.stringContaining('larger than 1024 KB') });
  });

  it('asks no address that is not listed, and none of the private network unless that is allowed', async () => {
    await expect(open({ hosts: ['example.com'] }).measure(server.url)).rejects.toMatchObject({ kind: 'refused' });
    await expect(open({ allowPrivate: false }).measure(server.url)).rejects.toMatchObject({
      kind: 'refused',
      message: expect.stringContaining('allowPrivate'),
    });
    for (const query of ['', 'up == 1', 'file:///etc/passwd', `${server.url} contains nothing`]) {
      await expect(open().measure(query)).rejects.toMatchObject({ name: 'ProviderError', kind: 'refused' });
    }
    expect(server.seen).toEqual([]);
  });
});
