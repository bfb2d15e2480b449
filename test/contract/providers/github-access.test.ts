// Which permission a token lacks, as GitHub tells it: classic tokens by scopes, fine-grained ones by permissions.
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { startProduction, type Production } from '../../../sandbox/production/production.ts';
import { openTarget } from '../../../src/providers/index.ts';

describe('the check of the credentials at GitHub', () => {
  let production: Production;
  beforeAll(async () => {
    production = await startProduction({ runSeconds: 0.3 });
  });
  afterEach(() => production.github.setAccess({ kind: 'classic', scopes: ['repo', 'workflow'] }));
  afterAll(() => production.stop());

  const check = (token = production.github.token(), repository = 'acme/shop') =>
    openTarget(
      { 'github-actions': { apiUrl: production.githubUrl, token, allowPrivate: true } },
      { provider: 'github-actions', repository, workflow: 'rollback.yml', deployments: { environment: 'production' } },
    ).check();

  it('is content with a classic token of scope repo, and with a fine-grained one that has all permissions', async () => {
    expect(await check()).toEqual({ ok: true, missing: [] });
    production.github.setAccess({ kind: 'fine-grained', permissions: { actions: 'write', deployments: 'read', contents: 'read' } });
    expect(await check()).toEqual({ ok: true, missing: [] });
  });

  it('names each permission that a fine-grained token lacks, and only those', async () => {
    production.github.setAccess({ kind: 'fine-grained', permissions: { contents: 'read', deployments: 'read' } });
    expect(await check()).toEqual({ ok: false, missing: ['actions: write'] });
    production.github.setAccess({ kind: 'fine-grained', permissions: { actions: 'write' } });
    expect(await check()).toEqual({ ok: false, missing: ['deployments: read', 'contents: read'] });
  });

  it('says that a classic token without its scope does not see the repository', async () => {
    production.github.setAccess({ kind: 'classic', scopes: ['gist'] });
    expect(await check()).toEqual({ ok: false, missing: [expect.stringContaining('acme/shop')] });
  });

  it('tells a wrong token from a wrong repository', async () => {
    expect((await check('wrong')).missing).toEqual([expect.stringContaining('valid token')]);
    expect((await check(undefined, 'acme/nothing')).missing).toEqual([expect.stringContaining('acme/nothing')]);
  });

  it('only reads, and says what hinders it when GitHub has trouble', async () => {
    const before = production.github.requests().length;
    await check();
    const asked = production.github.requests().slice(before);
    expect(new Set(asked.map(({ method }) => method))).toEqual(new Set(['GET']));
    production.github.faults.add({ kind: 'status', status: 503, path: /\/deployments$/, times: 3 });
    expect((await check()).missing).toEqual([expect.stringContaining('answered 503')]);
  });
});
