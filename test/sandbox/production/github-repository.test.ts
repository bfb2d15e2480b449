import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Octokit } from '@octokit/rest';
import { parse } from 'yaml';
import { listen, readAsk, send, type Ask } from '../../../sandbox/production/http.ts';
import type { Production } from '../../../sandbox/production/production.ts';
import { api, completed, fastProduction, rollBack } from './support.ts';

let production: Production;
let octokit: Octokit;
const quiet = (): void => undefined;
const shop = { owner: 'acme', repo: 'shop' };

beforeAll(async () => {
  production = await fastProduction();
  octokit = new Octokit({
    baseUrl: production.githubUrl,
    auth: 'test-token',
    log: { debug: quiet, info: quiet, warn: quiet, error: quiet },
  });
});
afterAll(() => production.stop());

describe('the repository, asked by Octokit', () => {
  it('has a history with hostile messages', async () => {
    const commits = await octokit.paginate(octokit.repos.listCommits, { ...shop, per_page: 10 });
    expect(commits).toHaveLength(25);
    expect(commits.some(({ commit }) => commit.message.includes('<!channel>'))).toBe(true);
    const one = await octokit.repos.getCommit({ ...shop, ref: 'v41' });
    expect(one.data.commit.message).toBe('Release v41');
    expect(one.data.files?.map(({ filename }) => filename)).toEqual(['CHANGELOG.md']);
  });

  it.each([
    ['v41...v42', 'ahead', 6, 0],
    ['v42...v41', 'behind', 0, 6],
    ['v41...v41', 'identical', 0, 0],
    ['main...v42', 'behind', 0, 1],
  ])('compares %s', async (basehead, status, ahead, behind) => {
    const { data } = await octokit.repos.compareCommitsWithBasehead({ ...shop, basehead });
    expect([data.status, data.ahead_by, data.behind_by, data.commits.length]).toEqual([status, ahead, behind, ahead]);
  });

  it('names a database migration between v38 and v40', async () => {
    const { data } = await octokit.repos.compareCommitsWithBasehead({ ...shop, basehead: 'v38...v40' });
    expect(data.files?.map(({ filename }) => filename)).toContain('migrations/0002_orders_wrapping.sql');
  });

  it('knows no other repository and no unknown ref', async () => {
    await expect(octokit.repos.get({ owner: 'acme', repo: 'nope' })).rejects.toMatchObject({ status: 404 });
    await expect(octokit.repos.compareCommitsWithBasehead({ ...shop, basehead: 'v41...v77' })).rejects.toMatchObject({ status: 404 });
    await expect(octokit.actions.getWorkflow({ ...shop, workflow_id: 'none.yml' })).rejects.toMatchObject({ status: 404 });
  });

  it('shows the workflow file as a template that can be used', async () => {
    const { data } = await octokit.repos.getContent({ ...shop, path: '.github/workflows/rollback.yml' });
    const content = 'content' in data && typeof data.content === 'string' ? data.content : '';
    const workflow = parse(Buffer.from(content, 'base64').toString('utf8')) as { 'run-name': string; concurrency: { group: string } };
    expect(workflow['run-name']).toBe('rollback ${{ inputs.op_id }}');
    expect(workflow.concurrency.group).toBe('production');
  });
});

describe('deployments', () => {
  it('tell the past: v39 failed, the others succeeded, the newest first', async () => {
    const { data } = await octokit.repos.listDeployments({ ...shop, environment: 'production', task: 'deploy' });
    const past = await Promise.all(
      data.map(async ({ id, ref }) => {
        const statuses = await octokit.repos.listDeploymentStatuses({ ...shop, deployment_id: id });
        return [ref, statuses.data[0]?.state];
      }),
    );
    expect(past).toEqual([
      ['v41', 'success'],
      ['v40', 'success'],
      ['v39', 'failure'],
      ['v38', 'success'],
    ]);
  });

  it('keep artifacts, except the one that is too old', async () => {
    const { data } = await octokit.actions.listArtifactsForRepo(shop);
    const expired = Object.fromEntries(data.artifacts.map(({ name, expired: gone }) => [name, gone]));
    expect(expired).toMatchObject({ 'shop-v41': false, 'shop-v38': true });
  });

  it('can be made by hand, with filters and statuses', async () => {
    const payload = { op_id: 'by-hand' };
    const made = await octokit.repos.createDeployment({
      ...shop,
      ref: 'v40',
      task: 'rollback',
      environment: 'staging',
      payload,
      auto_merge: false,
    });
    if (!('id' in made.data)) throw new Error('no deployment');
    const deployment = { ...shop, deployment_id: made.data.id };
    const status = await octokit.repos.createDeploymentStatus({ ...deployment, state: 'in_progress' });
    expect(status.data.state).toBe('in_progress');
    const { data } = await octokit.repos.listDeployments({ ...shop, environment: 'staging', ref: 'v40', task: 'rollback' });
    expect(data.map((found) => found.payload)).toEqual([payload]);
    const wrong = await api(production, `/deployments/${deployment.deployment_id}/statuses`, { method: 'POST', body: { state: 'fine' } });
    expect(wrong.status).toBe(422);
  });
});

describe('webhooks', () => {
  it('are signed over the raw body and tell the whole run', async () => {
    const asks: Ask[] = [];
    const receiver = await listen((req, res) => {
      void readAsk(req).then((ask) => {
        asks.push(ask);
        return send(res, { status: 204 });
      });
    });
    production.github.setWebhook({ url: `${receiver.url}/hook`, secret: 'hush' });
    await completed(production, await rollBack(production, 'v40', 'op-hook'));
    await production.github.webhooks.idle();
    production.github.setWebhook(undefined);
    await receiver.close();

    for (const { raw, headers } of asks) {
      expect(headers['x-hub-signature-256']).toBe(`sha256=${createHmac('sha256', 'hush').update(raw).digest('hex')}`);
    }
    expect(new Set(asks.map(({ headers }) => headers['x-github-delivery'])).size).toBe(asks.length);
    const events = asks.map(({ headers, raw }) => {
      const body = JSON.parse(raw.toString('utf8')) as { action: string; deployment_status?: { state: string } };
      return [headers['x-github-event'], body.deployment_status?.state ?? body.action].join(' ');
    });
    expect(events).toEqual([
      'workflow_run requested',
      'workflow_job queued',
      'workflow_run in_progress',
      'workflow_job in_progress',
      'deployment created',
      'deployment_status in_progress',
      'deployment_status success',
      'workflow_job completed',
      'workflow_run completed',
    ]);
  });
});
