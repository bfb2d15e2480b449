import { afterEach, describe, expect, it } from '@jest/globals';
import type { ServerResponse } from 'node:http';
import type { Order, RollbackTarget } from '../../../src/ports.ts';
import { openTarget } from '../../../src/providers/index.ts';
import { listen, type Loopback } from './loopback.ts';

let server: Loopback;
afterEach(() => server.close());

const open = (): RollbackTarget =>
  openTarget(
    { 'github-actions': { apiUrl: server.url, token: 't0ken', allowPrivate: true, pollMs: 5 } },
    { provider: 'github-actions', repository: 'acme/shop', workflow: 'rollback.yml', deployments: { environment: 'production' } },
  );

const order: Order = { operationId: 'op-1', to: { id: 'a'.repeat(40), label: 'v1', health: 'healthy' }, reason: 'test' };
const answer = (response: ServerResponse, status: number, body?: unknown) =>
  response
    .writeHead(status, body === undefined ? {} : { 'content-type': 'application/json' })
    .end(body === undefined ? '' : JSON.stringify(body));
const runNamed = (id: number, title: string) => ({ ...run('queued'), id, display_title: title });
const run = (status: string, conclusion: string | null = null) => ({
  id: 7,
  status,
  conclusion,
  display_title: 'rollback op-1',
  html_url: 'https://github.test/run/7',
  updated_at: '2026-11-23T12:00:00Z',
});
const step = (name: string, status: string, conclusion: string | null = null) => ({ name, status, conclusion });
const starts = () => server.seen.filter((line) => line.startsWith('POST')).length;

describe('starting on servers that do not tell the run', () => {
  it('looks the run up by its title after a 204, until the list shows it', async () => {
    server = await listen((request, response, before) => {
      if (request.method === 'POST') answer(response, 204);
      else answer(response, 200, { workflow_runs: before < 4 ? [runNamed(6, 'rollback op-12')] : [runNamed(7, 'rollback op-1')] });
    });
    expect(await open().start(order, AbortSignal.timeout(5_000))).toEqual({ ref: '7', url: 'https://github.test/run/7' });
    expect(starts()).toBe(1);
  });

  it('asks without the run details when the server refuses to be asked for them', async () => {
    server = await listen((request, response) => {
      if (request.method !== 'POST') return answer(response, 200, { workflow_runs: [runNamed(7, 'rollback op-1')] });
      return starts() === 1
        ? answer(response, 422, { message: 'Invalid request.\n\n"return_run_details" is not a permitted key.' })
        : answer(response, 204);
    });
    expect(await open().start(order, AbortSignal.timeout(5_000))).toMatchObject({ ref: '7' });
    expect(starts()).toBe(2);
  });

  it('does not send a refused dispatch again for any other reason', async () => {
    server = await listen((_request, response) => answer(response, 422, { message: 'No ref found for: main' }));
    await expect(open().start(order, AbortSignal.timeout(5_000))).rejects.toMatchObject({
      kind: 'refused',
      message: expect.stringContaining('No ref found for: main'),
    });
    expect(starts()).toBe(1);
  });

  it('says "unknown" when it was accepted and no run shows up while it may wait', async () => {
    server = await listen((request, response) => (request.method === 'POST' ? answer(response, 204) : answer(response, 503)));
    await expect(open().start(order, AbortSignal.timeout(300))).rejects.toMatchObject({ kind: 'unknown' });
    expect(starts()).toBe(1);
  });
});

describe('finding a run', () => {
  it.each([
    ['rollback op-1', true],
    ['op-1: rollback of shop', true],
    ['rollback op-12', false],
    ['rollback top-1', false],
    ['rollback op-1-2', false],
    ['', false],
  ])('in the title %p: %p', async (title, isFound) => {
    server = await listen((_request, response) => answer(response, 200, { workflow_runs: [runNamed(7, title)] }));
    expect((await open().find(order)) !== undefined).toBe(isFound);
  });

  it('takes the first one when somebody started it twice by hand', async () => {
    server = await listen((_request, response) =>
      answer(response, 200, { workflow_runs: [runNamed(9, 'rollback op-1'), runNamed(8, 'rollback op-1')] }),
    );
    expect(await open().find(order)).toMatchObject({ ref: '8' });
  });
});

describe('observing a run', () => {
  const jobs = [
    { name: 'build', status: 'completed', conclusion: 'success', steps: [] },
    {
      name: 'smoke test',
      status: 'in_progress',
      conclusion: null,
      steps: [step('log in', 'completed', 'success'), step('buy', 'in_progress')],
    },
    { name: 'switch', status: 'queued', conclusion: null, steps: [] },
  ];
  const failed = [{ ...jobs[1], status: 'completed', conclusion: 'failure', steps: [step('buy', 'completed', 'failure')] }];

  it.each([
    ['queued', null, [], 'waiting', /runner/],
    ['pending', null, [], 'waiting', /concurrency/],
    ['waiting', null, [], 'waiting', /^waiting for a reviewer in GitHub$/],
    ['in_progress', null, jobs, 'running', /^job 2 of 3: smoke test, step 2 of 2: buy$/],
    ['in_progress', null, [], 'running', /started/],
    ['completed', 'success', [jobs[0]], 'succeeded', /done/],
    ['completed', 'failure', failed, 'failed', /^job 1 of 1: smoke test failed at: buy$/],
    ['completed', 'startup_failure', [], 'failed', /could not start/],
    ['completed', 'timed_out', [], 'failed', /timed out/],
    ['completed', 'cancelled', [], 'failed', /cancelled/],
    ['completed', 'skipped', [], 'failed', /skipped/],
    ['completed', 'neutral', [], 'unknown', /neutral/],
    ['completed', null, [], 'unknown', /nothing/],
    ['brand_new_status', null, [], 'unknown', /brand_new_status/],
  ] as const)('%s, %s', async (status, conclusion, listed, state, message) => {
    server = await listen((request, response) =>
      answer(response, 200, request.url?.includes('/jobs') ? { jobs: listed } : run(status, conclusion)),
    );
    const seen = await open().observe({ ref: '7' }, order);
    expect(seen).toEqual({ state, message: expect.stringMatching(message), nextLookMs: 5 });
  });

  it('gives no verdict on a run that GitHub does not show', async () => {
    server = await listen((_request, response) => answer(response, 404, { message: 'Not Found' }));
    expect(await open().observe({ ref: '7' }, order)).toMatchObject({ state: 'unknown' });
  });
});

describe('what it sends', () => {
  it('is one dispatch with the version id, the operation and a fixed API version', async () => {
    let sent = '';
    let version: unknown;
    server = await listen((request, response) => {
      version = request.headers['x-github-api-version'];
      request.setEncoding('utf8').on('data', (chunk: string) => (sent += chunk));
      request.on('end', () => answer(response, 200, { workflow_run_id: 7, run_url: 'x', html_url: 'https://github.test/run/7' }));
    });
    await open().start(order, AbortSignal.timeout(5_000));
    expect(server.seen).toEqual(['POST /repos/acme/shop/actions/workflows/rollback.yml/dispatches']);
    expect(version).toBe('2022-11-28');
    expect(JSON.parse(sent)).toEqual({ ref: 'main', inputs: { target: 'a'.repeat(40), operation: 'op-1' }, return_run_details: true });
  });
});

describe('opening a provider', () => {
  it('names the providers it knows, and the section that is missing', async () => {
    server = await listen((_request, response) => answer(response, 404));
    expect(() => openTarget({}, { provider: 'carrier-pigeon' })).toThrow('known are github-actions');
    expect(() => openTarget({}, { provider: 'github-actions' })).toThrow('add providers.github-actions to warroom.yml');
    expect(() => openTarget({}, { provider: 'constructor' })).toThrow('known are');
  });
});
