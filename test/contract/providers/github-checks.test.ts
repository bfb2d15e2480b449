// What the preview finds at GitHub beyond the contract: workflow, migrations, artifacts, pending runs, old deployments.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startProduction, type Production } from '../../../sandbox/production/production.ts';
import type { Preview, RollbackTarget } from '../../../src/ports.ts';
import { openTarget } from '../../../src/providers/index.ts';

describe('the preview of GitHub Actions', () => {
  let production: Production;
  let target: RollbackTarget;

  beforeAll(async () => {
    production = await startProduction({ runSeconds: 0.3 });
    target = open();
  });
  afterAll(() => production.stop());

  const open = (changed: object = {}): RollbackTarget =>
    openTarget(
      { 'github-actions': { apiUrl: production.githubUrl, token: production.github.token(), allowPrivate: true, pollMs: 20 } },
      {
        provider: 'github-actions',
        repository: 'acme/shop',
        workflow: 'rollback.yml',
        ref: 'main',
        inputs: { target: 'target', operation: 'op_id' },
        deployments: { environment: 'production' },
        ...changed,
      },
    );

  const api = (method: string, path: string, body?: object): Promise<Response> =>
    fetch(`${production.githubUrl}/repos/acme/shop${path}`, {
      method,
      headers: { authorization: `Bearer ${production.github.token()}`, 'content-type': 'application/json' },
      ...(body && { body: JSON.stringify(body) }),
    });

  it('only reads', async () => {
    const before = production.github.requests().length;
    await target.preview();
    const methods = production.github
      .requests()
      .slice(before)
      .map(({ method }) => method);
    expect(new Set(methods)).toEqual(new Set(['GET']));
  });

  it('lists the commits that would be taken out, with foreign text as plain data', async () => {
    const { change } = await target.preview('v40');
    expect(change?.summary).toMatch(/^v41 to v40 takes out \d+ commits in \d+ files$/);
    expect(change?.url).toContain('/compare/');
    expect(change?.commits.map(({ title }) => title)).toContain('Make search faster <!channel> please review');
    for (const { title } of change?.commits ?? []) expect(title).not.toContain('\n');
  });

  it('warns of migrations in between and of a build that has expired', async () => {
    const seen = await target.preview('v38');
    expect(check(seen, 'migrations_in_range')).toMatchObject({ level: 'warn', text: expect.stringContaining('migrations/0002') });
    expect(check(seen, 'artifact_expired')).toMatchObject({ level: 'warn' });
    const nearer = await target.preview('v40');
    expect(check(nearer, 'no_migrations')).toMatchObject({ level: 'pass' });
    expect(check(nearer, 'artifact_there')).toMatchObject({ level: 'pass' });
  });

  it('has read the workflow: it can be started and its runs can be found again', async () => {
    expect(check(await target.preview(), 'workflow_active')?.text).toContain('can be started');
    const misnamed = open({ inputs: { target: 'target', operation: 'no_such_input' } });
    expect(check(await misnamed.preview(), 'workflow_input_missing')).toMatchObject({ level: 'warn' });
    const unfindable = open({ workflow: 'deploy.yml', inputs: { target: 'version', operation: 'op_id' } });
    expect(check(await unfindable.preview(), 'workflow_run_name')).toMatchObject({ level: 'warn' });
  });

  it('blocks when there is no such workflow', async () => {
    expect(check(await open({ workflow: 'nothing.yml' }).preview(), 'workflow_missing')).toMatchObject({ level: 'block' });
  });

  it('blocks when the workflow is switched off, and the fingerprint shows that somebody did', async () => {
    const before = await target.preview();
    await api('PUT', '/actions/workflows/rollback.yml/disable');
    const seen = await target.preview();
    await api('PUT', '/actions/workflows/rollback.yml/enable');
    expect(check(seen, 'workflow_disabled')).toMatchObject({ level: 'block' });
    expect(seen.fingerprint).not.toBe(before.fingerprint);
    expect((await target.preview()).fingerprint).toBe(before.fingerprint);
  });

  it('blocks while a run of the workflow or a deployment has not ended, and links it', async () => {
    const { target: to } = await target.preview();
    if (!to) throw new Error('nothing to go back to');
    const run = await target.start({ operationId: 'pending-1', to, reason: 'test' }, AbortSignal.timeout(5_000));
    expect(check(await target.preview(), 'pending_operation')?.text).toContain(run.url);
    await production.github.idle();
    expect(check(await target.preview(), 'nothing_pending')).toMatchObject({ level: 'pass' });

    const { id } = (await (await api('POST', '/deployments', { ref: 'v41', environment: 'production' })).json()) as { id: number };
    expect(check(await target.preview(), 'pending_operation')).toMatchObject({ level: 'block' });
    await api('POST', `/deployments/${id}/statuses`, { state: 'success' });
    expect(check(await target.preview(), 'nothing_pending')).toBeDefined();
  });

  it('says that it does not know what runs in an environment without deployments', async () => {
    const seen = await open({ deployments: { environment: 'staging' } }).preview();
    expect(seen).toMatchObject({ current: undefined, target: undefined, candidates: [] });
    expect(check(seen, 'current_unknown')).toMatchObject({ level: 'block' });
  });

  it('estimates the time from earlier runs', async () => {
    expect((await target.preview()).estimateSeconds).toBeGreaterThan(0);
  });

  it('finds a version that was deployed longer ago than the list reaches', async () => {
    for (const ref of Array.from({ length: 22 }, () => 'v41')) {
      const { id } = (await (await api('POST', '/deployments', { ref, environment: 'production' })).json()) as { id: number };
      await api('POST', `/deployments/${id}/statuses`, { state: 'success' });
    }
    expect((await target.preview()).candidates.map(({ label }) => label)).not.toContain('v38');
    const seen = await target.preview('v38');
    expect(seen.target?.label).toBe('v38');
    expect(check(seen, 'target_healthy')).toMatchObject({ level: 'pass' });
  });
});

const check = ({ checks }: Preview, code: string) => checks.find((one) => one.code === code);
