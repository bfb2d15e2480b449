import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startProduction, type Production } from '../../../sandbox/production/production.ts';

describe('environments and files at the local GitHub', () => {
  let production: Production;
  beforeAll(async () => {
    production = await startProduction({ runSeconds: 0.1 });
  });
  afterAll(() => production.stop());

  const ask = async (method: string, path: string, body?: unknown): Promise<{ status: number; body: Record<string, unknown> }> => {
    const response = await fetch(`${production.githubUrl}/repos/acme/shop${path}`, {
      method,
      headers: { authorization: `Bearer ${production.github.token()}` },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, body: text === '' ? {} : (JSON.parse(text) as Record<string, unknown>) };
  };
  const textOf = async (path: string, ref: string): Promise<string> => {
    const { body } = await ask('GET', `/contents/${path}?ref=${ref}`);
    return Buffer.from(String(body['content']), 'base64').toString('utf8');
  };

  it('an environment is there once it was made, as it was last written, until it is deleted', async () => {
    expect((await ask('GET', '/environments/production')).status).toBe(404);
    await ask('PUT', '/environments/production', { wait_timer: 10, reviewers: [{ type: 'User', id: 'shop-dev-1' }] });
    expect((await ask('GET', '/environments/production')).body).toMatchObject({
      name: 'production',
      protection_rules: [
        { type: 'wait_timer', wait_timer: 10 },
        { type: 'required_reviewers', reviewers: [{ type: 'User', reviewer: { login: 'shop-dev-1' } }] },
      ],
      deployment_branch_policy: null,
    });
    await ask('PUT', '/environments/production', {});
    expect((await ask('GET', '/environments/production')).body).toMatchObject({ protection_rules: [] });
    expect((await ask('GET', '/environments')).body).toMatchObject({ total_count: 1 });
    expect((await ask('DELETE', '/environments/production')).status).toBe(204);
    expect((await ask('DELETE', '/environments/production')).status).toBe(404);
  });

  it.each([
    [{ wait_timer: -1 }, 'wait_timer'],
    [{ reviewers: Array.from({ length: 7 }, () => ({ type: 'User', id: 'a' })) }, 'at most 6'],
    [{ reviewers: [{ type: 'Robot', id: 1 }] }, 'type and id'],
    [{ deployment_branch_policy: { protected_branches: true, custom_branch_policies: true } }, 'same value'],
  ])('refuses rules that make no sense: %j', async (rules, message) => {
    const answer = await ask('PUT', '/environments/production', rules);
    expect([answer.status, answer.body]).toEqual([422, expect.objectContaining({ message: expect.stringContaining(message) })]);
  });

  it('a file is what it was in the commit that is asked for', async () => {
    expect(await textOf('migrations/0002_orders_wrapping.sql', 'v41')).toContain('add column wrapping');
    expect((await ask('GET', '/contents/migrations/0002_orders_wrapping.sql?ref=v39')).status).toBe(404);
    const sha = production.github.commit({ message: 'Docs', files: { 'docs/new.md': 'one', 'src/server.ts': 'two' }, tag: 'v43' });
    expect([await textOf('docs/new.md', sha), await textOf('src/server.ts', 'v43')]).toEqual(['one', 'two']);
    expect((await ask('GET', '/contents/docs/new.md?ref=v42')).status).toBe(404);
    expect((await ask('GET', '/compare/v42...v43')).body).toMatchObject({ status: 'ahead' });
    expect((await ask('GET', '/contents/..%2f..%2fmain.ts')).status).toBe(404);
  });
});
