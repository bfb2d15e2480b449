// What happens when GitHub itself asks people before the rollback's run may go on.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { startProduction, type Production } from '../../../sandbox/production/production.ts';
import type { Observation, Order, RollbackTarget, Run } from '../../../src/ports.ts';
import { openTarget } from '../../../src/providers/index.ts';
import { ended, inTime, versionOf } from './vendor.ts';

const file = '.github/workflows/rollback.yml';

describe('a run that GitHub holds for its reviewers', () => {
  let production: Production;
  let target: RollbackTarget;

  beforeAll(async () => {
    production = await startProduction({ runSeconds: 0.1 });
    target = openTarget(
      { 'github-actions': { apiUrl: production.githubUrl, token: production.github.token(), allowPrivate: true, pollMs: 20 } },
      {
        provider: 'github-actions',
        repository: 'acme/shop',
        workflow: 'rollback.yml',
        inputs: { target: 'target', operation: 'op_id' },
        deployments: { environment: 'production' },
      },
    );
    const written = readFileSync(new URL(`../../../sandbox/production/repository/${file}`, import.meta.url), 'utf8');
    const asking = written.replace('    runs-on:', '    environment:\n      name: production-rollback\n    runs-on:');
    production.github.commit({ message: 'Let people agree', files: { [file]: asking } });
    await api('PUT', '/environments/production-rollback', { reviewers: [{ type: 'User', id: 'shop-dev-3' }] });
  });
  afterAll(() => production.stop());

  const api = async (method: string, path: string, body?: object): Promise<{ status: number; body: unknown }> => {
    const response = await fetch(`${production.githubUrl}/repos/acme/shop${path}`, {
      method,
      headers: { authorization: `Bearer ${production.github.token()}` },
      ...(body && { body: JSON.stringify(body) }),
    });
    return { status: response.status, body: await response.json() };
  };

  const held = async (): Promise<{ run: Run; order: Order; seen: Observation }> => {
    const order = { operationId: randomUUID(), to: await versionOf(target, 'v40'), reason: 'contract' };
    const run = await target.start(order, inTime());
    for (let look = 0; look < 100; look += 1) {
      const seen = await target.observe(run, order);
      if (seen.message.includes('reviewer')) return { run, order, seen };
      await sleep(20);
    }
    throw new Error('nobody was asked');
  };
  const review = async ({ ref }: Run, state: string): Promise<number> => {
    const { body } = await api('GET', `/actions/runs/${ref}/pending_deployments`);
    const [pending] = body as { environment: { id: number } }[];
    const answer = { environment_ids: [pending?.environment.id], state, comment: 'seen' };
    return (await api('POST', `/actions/runs/${ref}/pending_deployments`, answer)).status;
  };

  it('is announced before, shown as waiting, and fails when they reject it', async () => {
    const { checks } = await target.preview('v40');
    expect(checks.find(({ code }) => code === 'approvals_required_upstream')?.text).toContain('the approval of shop-dev-3');

    const { run, order, seen } = await held();
    expect(seen).toMatchObject({ state: 'waiting', message: 'waiting for a reviewer in GitHub' });
    expect(await review(run, 'rejected')).toBe(200);
    expect((await ended(target, run, order)).state).toBe('failed');
    expect((await target.effective())?.label).toBe('v41');
  });

  it('can be called off while it waits', async () => {
    const { run, order } = await held();
    expect(await target.cancel(run)).toMatchObject({ accepted: true });
    expect((await ended(target, run, order)).state).toBe('failed');
  });

  it('goes on once they approved it, and not before', async () => {
    const { run, order } = await held();
    expect((await target.effective())?.label).toBe('v41');
    expect((await api('POST', `/actions/runs/${run.ref}/pending_deployments`, { environment_ids: [1], state: 'approved' })).status).toBe(
      422,
    );
    expect(await review(run, 'approved')).toBe(200);
    expect((await ended(target, run, order)).state).toBe('succeeded');
    expect((await target.effective())?.label).toBe('v40');
  });
});
