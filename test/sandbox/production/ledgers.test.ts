// The two worlds of `npm run chaos`: what they count is what everything else is judged by.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startForge, type Forge } from '../../../sandbox/production/github/forge.ts';
import { startSettings, type SettingsService } from '../../../sandbox/production/settings/settings.ts';

const token = 'test-token';

describe('many repositories at one address', () => {
  const scene: { forge?: Forge } = {};
  beforeAll(async () => {
    scene.forge = await startForge({ names: ['left', 'right'], token, runSeconds: 0.05, live: 'v41' });
  });
  afterAll(() => scene.forge?.close());

  const dispatch = async (repository: string): Promise<number> => {
    const { status } = await fetch(`${scene.forge?.url}/repos/acme/${repository}/actions/workflows/rollback.yml/dispatches`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}` },
      body: JSON.stringify({ ref: 'main', inputs: { target: 'v40', op_id: `of-${repository}` } }),
    });
    return status;
  };

  it('runs them side by side, and each counts its own', async () => {
    const { forge } = scene;
    expect(await Promise.all([dispatch('left'), dispatch('right')])).toEqual([204, 204]);
    await Promise.all([forge?.repository('left').idle(), forge?.repository('right').idle()]);
    for (const name of ['left', 'right']) {
      expect(forge?.live(name)).toBe('v40');
      expect(forge?.repository(name).ledger()).toEqual([expect.objectContaining({ opId: `of-${name}`, conclusion: 'success' })]);
    }
  });

  it('has no other repository', async () => {
    expect(await dispatch('neither')).toBe(404);
    expect(() => scene.forge?.repository('neither')).toThrow('there is no repository acme/neither');
  });
});

describe('the service that keeps values', () => {
  const scene: { settings?: SettingsService } = {};
  beforeAll(async () => {
    scene.settings = await startSettings((name) => name === 'well');
  });
  afterAll(() => scene.settings?.close());

  const send = async (method: string, path: string, body?: unknown): Promise<number> => {
    const { status } = await fetch(`${scene.settings?.url}${path}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return status;
  };
  const effects = (): (string | boolean)[][] =>
    (scene.settings?.ledger() ?? []).map(({ key, operation, effect }) => [key, operation, effect]);

  it('counts a value written twice once, and again when somebody changed it in between', async () => {
    await send('PUT', '/values/a', { value: 'x', operation: 'op-1' });
    await send('PUT', '/values/a', { value: 'x', operation: 'op-1' });
    scene.settings?.set({ a: 'y' });
    await send('PUT', '/values/a', { value: 'x', operation: 'op-1' });
    expect(effects()).toEqual([
      ['a', 'op-1', true],
      ['a', 'op-1', false],
      ['a', 'op-1', true],
    ]);
  });

  it('carries an order out once for each operation, whatever the value is', async () => {
    await send('POST', '/orders/b', { value: 'x', operation: 'op-2' });
    await send('POST', '/orders/b', { value: 'z', operation: 'op-2' });
    await send('POST', '/orders/b', { value: 'x', operation: 'op-3' });
    expect(effects().slice(-3)).toEqual([
      ['b', 'op-2', true],
      ['b', 'op-2', false],
      ['b', 'op-3', true],
    ]);
    expect(scene.settings?.value('b')).toBe('x');
  });

  it('loses an answer and has the write in its ledger all the same', async () => {
    scene.settings?.faults.add({ kind: 'cut_after', method: 'PUT' });
    await expect(send('PUT', '/values/c', { value: 'x', operation: 'op-4' })).rejects.toThrow('fetch failed');
    expect(effects().at(-1)).toEqual(['c', 'op-4', true]);
  });

  it('says how a service is, what it does not know, and what it cannot read', async () => {
    expect(await Promise.all([send('GET', '/health/well'), send('GET', '/health/ill'), send('GET', '/values/none')])).toEqual([
      200, 503, 404,
    ]);
    expect(await send('PUT', '/values/a', { value: 1 })).toBe(422);
  });
});
