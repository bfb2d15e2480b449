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

  /** Commits on top of what is live, and puts it on record as deployed. */
  const ship = async (message: string, files: Record<string, string>): Promise<void> => {
    const sha = production.github.commit({ message, files });
    const { id } = (await (await api('POST', '/deployments', { ref: sha, environment: 'production' })).json()) as { id: number };
    await api('POST', `/deployments/${id}/statuses`, { state: 'success' });
  };

  it('tells who deployed what runs, when and where, and that it is news', async () => {
    const { checks } = await target.preview('v40');
    expect(checks.find(({ code }) => code === 'newer_deploy')).toMatchObject({
      level: 'warn',
      text: expect.stringMatching(/^v41 was deployed to production by shop-dev-2 at \d{4}-\d\d-\d\d \d\d:\d\d UTC/),
    });
  });

  it('blocks while the deploy workflow runs, even before it has told of a deployment; a break-glass may pass', async () => {
    const watching = open({ deployWorkflow: 'deploy.yml' });
    await api('POST', '/actions/workflows/deploy.yml/dispatches', { ref: 'main', inputs: { version: 'v41' } });
    expect(check(await watching.preview('v40'), 'pending_operation')).toMatchObject({
      level: 'block',
      override: 'break-glass',
      text: expect.stringMatching(/^A newer deploy is running: started by shop-dev-2 at .* UTC \(http.*\/actions\/runs\/\d+\)\.$/),
    });
    await production.github.idle();
    expect(check(await watching.preview('v40'), 'nothing_pending')).toBeDefined();
  });

  it('reads what each migration in between does, from its mark or its SQL', async () => {
    await ship('Add notes', { 'migrations/0003_notes.sql': '-- warroom: expand\nalter table orders add column notes text;' });
    expect(check(await target.preview('v41'), 'migrations_in_range')).toMatchObject({ level: 'pass' });
    await ship('Forget cents', { 'migrations/0004_euros.sql': 'alter table orders drop column cents;', 'db/migrate/5.rb': 'noop' });
    const seen = await target.preview('v41');
    expect(check(seen, 'migrations_contract')).toMatchObject({
      level: 'block',
      override: 'break-glass',
      text: expect.stringContaining('migrations/0004_euros.sql'),
    });
    expect(check(seen, 'migrations_unknown')).toMatchObject({ level: 'warn', text: expect.stringContaining('db/migrate/5.rb') });
    const configured = open({ migrations: { paths: ['migrations/**'], expand: ['migrations/0004*'] } });
    const other = await configured.preview('v41');
    expect(other.checks.filter(({ code }) => code.startsWith('migrations')).map(({ code }) => code)).toEqual(['migrations_in_range']);
  });

  it('takes a migration that cannot be read for unknown', async () => {
    production.github.faults.add({ kind: 'status', status: 422, method: 'GET', path: '/contents/migrations/0004_euros.sql' });
    try {
      expect(check(await target.preview('v41'), 'migrations_unknown')?.text).toContain('0004_euros');
    } finally {
      production.github.faults.clear();
    }
  });

  it('names configuration that changed in between', async () => {
    await ship('Tune', { 'k8s/shop.yml': 'replicas: 3', '.env.production': 'A=1', 'src/config-reader.ts': 'x' });
    const seen = check(await target.preview('v41'), 'configuration_changed');
    expect(seen).toMatchObject({ level: 'warn', text: expect.stringContaining('(.env.production, k8s/shop.yml)') });
    expect(check(await open({ configuration: ['src/*-reader.ts'] }).preview('v41'), 'configuration_changed')?.text).toContain(
      'config-reader',
    );
  });

  it('says what GitHub itself will ask for, once the workflow names an environment that asks', async () => {
    expect(check(await target.preview('v41'), 'approvals_required_upstream')).toBeUndefined();
    await api('PUT', '/environments/production-rollback', {
      wait_timer: 5,
      reviewers: [{ type: 'Team', id: 'release' }],
      deployment_branch_policy: { protected_branches: true, custom_branch_policies: false },
    });
    expect(check(await target.preview('v41'), 'approvals_required_upstream')).toBeUndefined(); // the workflow does not use it

    const file = '.github/workflows/rollback.yml';
    const { content } = (await (await api('GET', `/contents/${file}`)).json()) as { content: string };
    const text = Buffer.from(content, 'base64').toString('utf8');
    const guarded = text.replace('    runs-on:', '    environment: production-rollback # asks people\n    runs-on:');
    production.github.commit({ message: 'Ask', files: { [file]: guarded } });
    const { checks } = await target.preview('v41');
    expect(checks.filter(({ code }) => code === 'approvals_required_upstream')).toEqual([
      expect.objectContaining({
        level: 'warn',
        text: 'GitHub itself will ask for the approval of release and a wait of 5 min (environment production-rollback); the run waits there.',
      }),
      expect.objectContaining({ text: expect.stringContaining('only protected branches') }),
    ]);
    production.github.commit({ message: 'Stop asking', files: { [file]: text } });
    expect(check(await target.preview('v41'), 'approvals_required_upstream')).toBeUndefined();
  });

  it('asks for everything side by side: runs and files are asked for before the deployments have been told', async () => {
    production.github.faults.clear();
    const before = production.github.requests().length;
    await target.preview('v41');
    const asked = production.github.requests().slice(before);
    const paths = asked.map(({ path }) => path);
    const last = (part: string) => paths.findLastIndex((path) => path.includes(part));
    const first = (part: string) => paths.findIndex((path) => path.includes(part));
    expect(first('/runs')).toBeLessThan(last('/statuses'));
    expect(first('/contents/.github')).toBeLessThan(last('/statuses'));
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
