// Workers that come back late, die in the middle, or find the world changed: nothing runs that should not, and nothing is stuck.
import { expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { planHashOf, type Plan } from '../../src/domain/plan.ts';
import { rollback, type KnownRollback } from '../../src/domain/rollback.ts';
import { jobs } from '../../src/jobs/index.ts';
import type { Deps, Outbox, RollbackTarget } from '../../src/ports.ts';
import { ProviderError } from '../../src/ports.ts';
import { runJob } from '../../src/queue/run-job.ts';
import { approve, fingerprint, plan, policy, request, start, voter } from '../support/samples.ts';
import { onEachStore, type TestStore } from '../support/stores.ts';

onEachStore('workers that come back late', (store) => {
  it('F8: run nothing whose time is over, and ask no provider about it', async () => {
    const { execute, declared, requested, queries } = store();
    const { id: cleared, asked, part } = await approved(store(), 'late');
    const unanswered = await requested(await declared(), part);

    const asks: string[] = [];
    await work(store(), { at: start + 20 * 60_000, target: watched(asked, asks) });
    expect((await queries.rollback(unanswered))?.state).toMatchObject({ status: 'expired' });
    expect((await queries.rollback(cleared))?.state).toMatchObject({ status: 'expired', steps: [{ status: 'pending' }] });
    expect(asks).toEqual([]);
    await expect(execute(rollback, unanswered, approve('UADA', { planHash: part.planHash, at: start + 20 * 60_000 }))).rejects.toThrow(
      /expired/,
    );
  });

  it('hand a step to a person when workers died in it again and again, and let the next rollback of the service in', async () => {
    const { execute, declared, requested, queries, outbox } = store();
    const { id, asked, part } = await approved(store(), 'poison');
    const job = store().woken.findLast(({ kind }) => kind === 'rollback.run-step');
    for (let death = 0; death < 10; death += 1) {
      await outbox(1).claim(job?.id ?? '', start + 1000);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    const asks: string[] = [];
    await work(store(), { at: start + 2000, target: watched(asked, asks) });
    expect((await queries.rollback(id))?.state).toMatchObject({ status: 'failed', outcome: expect.stringContaining('workers ended') });
    expect(asks).toEqual([]);
    const next = await requested(await declared(), part);
    await expect(execute(rollback, next, approve('UADA', { planHash: part.planHash }))).resolves.toMatchObject({ changed: true });
  });

  it('F6: do not call when their lease may have ended while they stood still, and look before they start after that', async () => {
    const { id, asked } = await approved(store(), 'frozen');
    const asks: string[] = [];
    const target: RollbackTarget = { ...watched(asked, asks), fingerprint: () => sleep(80, fingerprint) };
    const outbox = { ...store().outbox(), renew: () => Promise.reject(new Error('the database is away')) };
    await work(store(), { at: start + 2000, target, outbox, leaseMs: 30 });
    expect(asks).toEqual([]);
    expect(await stateOf(store(), id)).toMatchObject({ status: 'executing', steps: [{ status: 'intended' }] });

    const run = { ref: '7', url: 'https://example.com/runs/7' };
    await work(store(), { at: start + 60_000, target: { ...watched(asked, asks), find: () => Promise.resolve(run) } });
    expect(asks).toEqual([]);
    expect(await stateOf(store(), id)).toMatchObject({ steps: [{ status: 'started', ref: '7' }] });
  });

  it('F29: hand over to a person when the provider does not let them look for what they may have started', async () => {
    const { id, asked } = await approved(store(), 'revoked');
    const silent = refuses('unknown', 'no answer');
    const refused = refuses('unauthorized', 'the token was revoked');
    await work(store(), {
      at: start + 2000,
      target: { ...watched(asked, []), fingerprint: () => Promise.resolve(fingerprint), start: silent },
    });
    expect(await stateOf(store(), id)).toMatchObject({ status: 'executing', steps: [{ status: 'intended' }] });
    await work(store(), { at: start + 60_000, target: { ...watched(asked, []), find: refused } });
    expect(await stateOf(store(), id)).toMatchObject({ status: 'needs human', outcome: expect.stringContaining('revoked') });
  });

  it('end a rollback, and say why, when its provider is no longer configured', async () => {
    const { id } = await approved(store(), 'gone');
    await work(store(), { at: start + 2000, target: new ProviderError('gone', 'not_found', { message: 'no such provider' }) });
    expect(await stateOf(store(), id)).toMatchObject({ status: 'failed', outcome: expect.stringContaining('no such provider') });
  });

  it('do not take a run of a moment ago for lost because the provider does not show it yet', async () => {
    const { id, asked } = await approved(store(), 'fresh');
    const known = { ...watched(asked, []), fingerprint: () => Promise.resolve(fingerprint), start: () => Promise.resolve({ ref: '7' }) };
    const hidden = { ...known, observe: () => Promise.resolve({ state: 'unknown', message: 'not shown', nextLookMs: 1000 } as const) };
    await work(store(), { at: start + 2000, target: hidden });
    await work(store(), { at: start + 4000, target: hidden });
    expect(await stateOf(store(), id)).toMatchObject({ status: 'executing' });
    await work(store(), { at: start + 60_000, target: hidden });
    expect(await stateOf(store(), id)).toMatchObject({ status: 'needs human' });
  });
});

/** A rollback of a service of its own that may start. */
async function approved({ execute, declared, requested }: TestStore, name: string) {
  const asked = plan(`${name}-${randomUUID()}`);
  const part: Partial<ReturnType<typeof request>> = { plan: asked, planHash: planHashOf(asked), policy: policy(1) };
  const id = await requested(await declared(), part);
  await execute(rollback, id, approve('UADA', { planHash: planHashOf(asked) }));
  return { id, asked, part: { ...part, planHash: planHashOf(asked) } };
}

const stateOf = async ({ queries }: TestStore, id: string): Promise<KnownRollback | undefined> => (await queries.rollback(id))?.state;

const refuses = (kind: ProviderError['kind'], message: string) => (): Promise<never> =>
  Promise.reject(new ProviderError('github-actions', kind, { message }));

const isStillMember = (user: string) => Promise.resolve(voter(user));

interface Shift {
  at: number;
  target: RollbackTarget | ProviderError;
  outbox?: Outbox;
  leaseMs?: number;
}

/** Does all that is due at this time, and what comes of it. */
async function work(store: TestStore, { at, target, outbox = store.outbox(), leaseMs = 15_000 }: Shift): Promise<void> {
  const { execute, queries } = store;
  const open = (): RollbackTarget => {
    if (target instanceof ProviderError) throw target;
    return target;
  };
  const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
  // Of all there is to work with, the engine needs no more than this.
  const deps = { execute, queries, now: () => at, open, voter: isStillMember, settleMs: 1, log } as Partial<Deps> as Deps;
  const runner = { outbox, jobs, deps, now: () => at, leaseMs, log, onEnd: () => undefined };
  const engine = (await outbox.due(at, 1000)).filter(({ kind }) => kind.startsWith('rollback.'));
  for (const { id } of engine) await runJob(runner, id);
}

/** A provider that notes down who asks it anything. */
function watched(asked: Plan, asks: string[]): RollbackTarget {
  const refuse = (what: string) => (): Promise<never> => {
    asks.push(`${what} of ${asked.service}`);
    return Promise.reject(new Error(`${what} was asked`));
  };
  return {
    effect: 'observe',
    capabilities: { cancel: 'no', instant: false, reversible: true },
    check: refuse('check'),
    cancel: refuse('cancel'),
    effective: refuse('effective'),
    preview: refuse('preview'),
    fingerprint: refuse('fingerprint'),
    find: refuse('find'),
    start: refuse('start'),
    observe: refuse('observe'),
  };
}
