// Stopping a run at GitHub: what it says about a live one, and about one that nobody knows.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startProduction, type Production } from '../../../sandbox/production/production.ts';
import type { Order, RollbackTarget } from '../../../src/ports.ts';
import { openTarget } from '../../../src/providers/index.ts';
import { ended } from './vendor.ts';

describe('stopping a run of GitHub Actions', () => {
  let production: Production;
  let target: RollbackTarget;
  beforeAll(async () => {
    production = await startProduction({ runSeconds: 1 });
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
  });
  afterAll(() => production.stop());

  const start = async (): Promise<{ order: Order; run: { ref: string } }> => {
    const { target: to } = await target.preview('v40');
    if (!to) throw new Error('v40 is not there');
    const order = { operationId: `cancel-${production.github.ledger().length}`, to, reason: 'test' };
    return { order, run: await target.start(order, AbortSignal.timeout(5_000)) };
  };

  it('stops a live one, which then ends as cancelled and leaves in effect what was', async () => {
    const before = await target.effective();
    const { order, run } = await start();
    expect(await target.cancel(run)).toMatchObject({ accepted: true });
    expect(await ended(target, run, order)).toMatchObject({ state: 'failed', message: expect.stringContaining('cancelled') });
    expect((await target.effective())?.id).toBe(before?.id);
  });

  it('asks once, and does not know what became of the wish when the answer got lost', async () => {
    const { order, run } = await start();
    const before = production.github.requests().length;
    production.github.faults.add({ kind: 'cut_after', method: 'POST', path: '/cancel' });
    await expect(target.cancel(run)).rejects.toMatchObject({ name: 'ProviderError', kind: 'unknown' });
    const asked = production.github.requests().slice(before);
    expect(asked.filter(({ method }) => method === 'POST')).toHaveLength(1);
    expect((await ended(target, run, order)).state).toBe('failed');
  });

  it('calls a run that is not there not_found', async () => {
    await expect(target.cancel({ ref: '1' })).rejects.toMatchObject({ kind: 'not_found' });
  });
});
