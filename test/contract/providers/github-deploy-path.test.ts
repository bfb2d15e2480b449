import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startProduction, type Production } from '../../../sandbox/production/production.ts';
import type { DeployPath } from '../../../src/ports.ts';
import { openTarget } from '../../../src/providers/index.ts';
import { deployPathContract } from './deploy-path-contract.ts';
import { failure } from './vendor.ts';

describe('the deploy path at GitHub', () => {
  let production: Production;
  beforeAll(async () => {
    production = await startProduction({ runSeconds: 0.1 });
  });
  afterAll(() => production.stop());

  const target = (changed: object = {}) =>
    openTarget(
      { 'github-actions': { apiUrl: production.githubUrl, token: production.github.token(), allowPrivate: true, pollMs: 20 } },
      {
        provider: 'github-actions',
        repository: 'acme/shop',
        workflow: 'rollback.yml',
        inputs: { target: 'target', operation: 'op_id' },
        deployments: { environment: 'production' },
        deployWorkflow: 'deploy.yml',
        ...changed,
      },
    );
  const pathOf = (changed?: object): DeployPath => {
    const { deployPath } = target(changed);
    if (!deployPath) throw new Error('it has no deploy path');
    return deployPath;
  };
  const dispatch = async (): Promise<Response> => {
    const response = await fetch(`${production.githubUrl}/repos/acme/shop/actions/workflows/deploy.yml/dispatches`, {
      method: 'POST',
      headers: { authorization: `Bearer ${production.github.token()}` },
      body: JSON.stringify({ ref: 'main', inputs: { version: 'v41' } }),
    });
    await production.github.idle();
    return response;
  };
  const orders = () => production.github.requests().filter(({ method }) => method === 'PUT').length;

  deployPathContract(() => ({
    path: pathOf(),
    isOpen: () => production.github.workflowState('deploy.yml') === 'active',
    deploys: async () => (await dispatch()).ok,
    orders,
    trouble(kind) {
      const { faults } = production.github;
      const where = { method: 'PUT', path: '/actions/workflows/deploy.yml/' };
      switch (kind) {
        case 'refused':
          return faults.add({ ...where, kind: 'status', status: 403 });
        case 'error':
          return faults.add({ ...where, kind: 'status', status: 502 });
        case 'accepted-then-error':
          return faults.add({ ...where, kind: 'status_after', status: 502 });
        case 'accepted-then-cut':
          return faults.add({ ...where, kind: 'cut_after' });
      }
    },
  }));

  it('is refused in words by GitHub while it is closed, and rollbacks go on', async () => {
    const path = pathOf();
    await path.close();
    const refused = await dispatch();
    expect([refused.status, await refused.json()]).toEqual([
      422,
      expect.objectContaining({ message: "Cannot trigger a 'workflow_dispatch' on a disabled workflow" }),
    ]);
    const { checks } = await target().preview();
    expect(checks.filter(({ level }) => level === 'block')).toEqual([]);
    expect(checks.map(({ code }) => code)).toContain('workflow_active');
    await path.open();
  });

  it('exists only where it is configured, and is never the workflow that rolls back', () => {
    expect(target({ deployWorkflow: undefined }).deployPath).toBeUndefined();
    expect(() => target({ deployWorkflow: 'rollback.yml' })).toThrow('would stop the rollback as well');
  });

  it('says that a workflow is not there', async () => {
    expect(await failure(pathOf({ deployWorkflow: 'gone.yml' }).close())).toMatchObject({ kind: 'not_found' });
  });
});
