import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Production } from '../../../sandbox/production/production.ts';
import { api, completed, fastProduction, getRun, rollBack, until, type RunBody } from './support.ts';

let production: Production;

beforeEach(async () => {
  production = await fastProduction();
});
afterEach(() => production.stop());

const dispatches = '/actions/workflows/rollback.yml/dispatches';
const inputs = { target: 'v40', op_id: 'op-1' };
const listRuns = async (query = ''): Promise<RunBody[]> =>
  (await api<{ workflow_runs: RunBody[] }>(production, `/actions/workflows/rollback.yml/runs?event=workflow_dispatch${query}`)).body
    .workflow_runs;

describe('a dispatch', () => {
  it('answers 204 and nothing, unless run details are asked for', async () => {
    const reply = await api(production, dispatches, { method: 'POST', body: { ref: 'main', inputs } });
    expect([reply.status, reply.body]).toEqual([204, undefined]);
  });

  it('answers the run when details are asked for', async () => {
    const body = { ref: 'main', inputs, return_run_details: true };
    const reply = await api<{ workflow_run_id: number; run_url: string; html_url: string }>(production, dispatches, {
      method: 'POST',
      body,
    });
    expect(reply.status).toBe(200);
    const { workflow_run_id: id, run_url: runUrl, html_url: htmlUrl } = reply.body;
    expect(runUrl).toBe(`${production.githubUrl}/repos/acme/shop/actions/runs/${id}`);
    expect(htmlUrl).toBe(`${production.githubUrl}/acme/shop/actions/runs/${id}`);
    expect((await getRun(production, id)).display_title).toBe('rollback op-1');
  });

  it('answers the run to everybody from the API version of March 2026 on', async () => {
    const response = await fetch(`${production.githubUrl}/repos/acme/shop${dispatches}`, {
      method: 'POST',
      headers: { authorization: 'token test-token', 'x-github-api-version': '2026-03-10' },
      body: JSON.stringify({ ref: 'main', inputs }),
    });
    expect(response.status).toBe(200);
    expect(response.headers.get('x-github-request-id')).toBeTruthy();
  });

  it.each([
    ['an unknown ref', { ref: 'nowhere', inputs }, 422, 'No ref found for: nowhere'],
    ['an unknown input', { ref: 'main', inputs: { ...inputs, colour: 'red' } }, 422, 'Unexpected inputs provided: ["colour"]'],
    ['a missing input', { ref: 'main', inputs: { target: 'v40' } }, 422, "Required input 'op_id' not provided"],
    ['broken JSON', '{', 400, 'Problems parsing JSON'],
  ])('refuses %s', async (_what, body, status, message) => {
    const reply = await api(production, dispatches, { method: 'POST', body });
    expect([reply.status, reply.body['message']]).toEqual([status, message]);
    expect(production.github.ledger()).toHaveLength(0);
  });

  it('is refused while the workflow is disabled', async () => {
    await api(production, '/actions/workflows/rollback.yml/disable', { method: 'PUT' });
    expect((await api(production, dispatches, { method: 'POST', body: { ref: 'main', inputs } })).status).toBe(422);
    await api(production, '/actions/workflows/rollback.yml/enable', { method: 'PUT' });
    expect((await api(production, dispatches, { method: 'POST', body: { ref: 'main', inputs } })).status).toBe(204);
  });
});

describe('a run', () => {
  it('switches the version, step by step, and records the deployment', async () => {
    const id = await rollBack(production, 'v40', 'op-2');
    expect((await completed(production, id)).conclusion).toBe('success');
    expect(production.fleet.weights()).toEqual({ v41: 0, v40: 100 });
    const served = await fetch(`${production.shopUrl}/version`);
    expect(await served.json()).toEqual({ version: 'v40' });

    const jobs = await api<{ jobs: { steps: { name: string; conclusion: string }[] }[] }>(production, `/actions/runs/${id}/jobs`);
    expect(jobs.body.jobs[0]?.steps.map(({ conclusion }) => conclusion)).toEqual(Array.from({ length: 7 }, () => 'success'));
    const [deployment] = (await api<{ id: number; ref: string; payload: object }[]>(production, '/deployments?environment=production'))
      .body;
    expect(deployment).toMatchObject({ ref: 'v40', payload: { op_id: 'op-2', run_id: id, rollback: true } });
    const statuses = await api<{ state: string }[]>(production, `/deployments/${deployment?.id}/statuses`);
    expect(statuses.body.map(({ state }) => state)).toEqual(['success', 'in_progress']);
    const artifacts = await api<{ artifacts: { name: string }[] }>(production, `/actions/runs/${id}/artifacts`);
    expect(artifacts.body.artifacts.map(({ name }) => name)).toEqual(['shop-v40']);
  });

  it('does nothing when the version is live already', async () => {
    const id = await rollBack(production, 'v41', 'op-3');
    expect((await completed(production, id)).conclusion).toBe('success');
    expect(production.github.ledger()).toMatchObject([{ runId: id, opId: 'op-3', effect: 'already there' }]);
  });

  it('deploys what has the traffic already but is not what is on record', async () => {
    await completed(production, await rollBack(production, 'v40', 'op-by-hand-1'));
    const headers = { authorization: `Bearer ${production.balancerToken}` };
    const body = JSON.stringify({ weights: { v41: 100, v40: 0 }, comment: 'by hand' });
    expect((await fetch(`${production.balancerUrl}/weights`, { method: 'PUT', headers, body })).status).toBe(200);
    expect(production.fleet.live()).toBe('v41');

    await completed(production, await rollBack(production, 'v41', 'op-by-hand-2'));
    expect(production.github.ledger().at(-1)).toMatchObject({ opId: 'op-by-hand-2', effect: 'switched', conclusion: 'success' });
    expect(production.balancer.audit().at(-1)).toMatchObject({ to: { v41: 100, v40: 0 }, comment: 'by hand' });
    expect(production.fleet.running().toSorted()).toEqual(['v40', 'v41']);
  });

  it('does nothing when an earlier run did the same operation', async () => {
    await completed(production, await rollBack(production, 'v40', 'op-4'));
    await completed(production, await rollBack(production, 'v41', 'op-5'));
    await completed(production, await rollBack(production, 'v40', 'op-4'));
    expect(production.fleet.live()).toBe('v41');
    expect(production.github.ledger().map(({ effect }) => effect)).toEqual(['switched', 'switched', 'already there']);
  });

  it('fails with a log for a version that does not exist', async () => {
    const id = await rollBack(production, 'v99', 'op-6');
    expect((await completed(production, id)).conclusion).toBe('failure');
    const { body } = await api<{ jobs: { id: number }[] }>(production, `/actions/runs/${id}/jobs`);
    const log = await fetch(`${production.githubUrl}/repos/acme/shop/actions/jobs/${body.jobs[0]?.id}/logs`, {
      headers: { authorization: 'Bearer test-token' },
    });
    expect(await log.text()).toContain('there is no version "v99"');
    expect(production.fleet.live()).toBe('v41');
  });

  it('fails and keeps the traffic where it is when the version never gets healthy', async () => {
    const id = await rollBack(production, 'v39', 'op-7');
    expect((await completed(production, id)).conclusion).toBe('failure');
    expect(production.fleet.weights()).toEqual({ v41: 100 });
    const [deployment] = (await api<{ id: number }[]>(production, '/deployments')).body;
    const statuses = await api<{ state: string }[]>(production, `/deployments/${deployment?.id}/statuses`);
    expect(statuses.body[0]?.state).toBe('failure');
  });

  it('is found in the list only after the lag, by title and by the time it was created', async () => {
    production.github.setListLag(60_000);
    const id = await rollBack(production, 'v40', 'op-8');
    expect(await listRuns()).toEqual([]);
    expect((await getRun(production, id)).id).toBe(id);
    production.github.setListLag(0);
    const since = encodeURIComponent(`>=${new Date(Date.now() - 60_000).toISOString()}`);
    expect((await listRuns(`&created=${since}`)).map(({ display_title: title }) => title)).toEqual(['rollback op-8']);
    const later = encodeURIComponent(`>=${new Date(Date.now() + 60_000).toISOString()}`);
    expect(await listRuns(`&created=${later}`)).toEqual([]);
  });

  it('can be cancelled half way, and puts the traffic back', async () => {
    production.github.setRunSeconds(5);
    const id = await rollBack(production, 'v40', 'op-9');
    await until(
      () => production.fleet.weights(),
      (weights) => weights['v40'] === 50,
    );
    expect((await api(production, `/actions/runs/${id}/cancel`, { method: 'POST' })).status).toBe(202);
    expect((await completed(production, id)).conclusion).toBe('cancelled');
    expect(production.fleet.weights()).toEqual({ v41: 100 });
    expect(production.fleet.running()).toEqual(['v41']);
    expect((await api(production, `/actions/runs/${id}/cancel`, { method: 'POST' })).status).toBe(409);
  });

  it('keeps the version before as a standby without traffic, also when a run to it is cancelled', async () => {
    await completed(production, await rollBack(production, 'v40', 'op-standby-1'));
    production.github.setRunSeconds(5);
    const id = await rollBack(production, 'v41', 'op-standby-2');
    await until(
      () => production.fleet.weights(),
      (weights) => weights['v41'] === 50,
    );
    await api(production, `/actions/runs/${id}/cancel`, { method: 'POST' });
    expect((await completed(production, id)).conclusion).toBe('cancelled');
    expect(production.fleet.weights()).toEqual({ v41: 0, v40: 100 });
    expect(production.fleet.running()).toContain('v41');
  });

  it('cannot be cancelled any more once an older version may be gone', async () => {
    await completed(production, await rollBack(production, 'v40', 'op-10'));
    production.github.setRunSeconds(2);
    const id = await rollBack(production, 'v38', 'op-11');
    await until(
      () => production.fleet.running(),
      (running) => !running.includes('v41'),
    );
    await api(production, `/actions/runs/${id}/cancel`, { method: 'POST' });
    expect((await completed(production, id)).conclusion).toBe('success');
    expect(production.fleet.live()).toBe('v38');
  });
});

describe('the concurrency group', () => {
  it('works on one run, lets one wait and cancels the one that waited before', async () => {
    production.github.setRunSeconds(0.5);
    const first = await rollBack(production, 'v40', 'op-a');
    const second = await rollBack(production, 'v38', 'op-b');
    expect((await getRun(production, second)).status).toBe('pending');
    const third = await rollBack(production, 'v41', 'op-c');
    expect(await getRun(production, second)).toMatchObject({ status: 'completed', conclusion: 'cancelled' });
    await production.github.idle();
    expect((await getRun(production, first)).conclusion).toBe('success');
    expect((await getRun(production, third)).conclusion).toBe('success');
    expect(production.fleet.live()).toBe('v41');
  });
});
