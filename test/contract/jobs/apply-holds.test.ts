// Deploy paths under holds, over the sandbox's GitHub and real stores: whatever dies or fails in between, nothing stays closed unseen.
import { afterAll, afterEach, beforeAll, expect, it, jest } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { startProduction, type Production } from '../../../sandbox/production/production.ts';
import { closedPathsOf, holdsOf } from '../../../src/domain/hold.ts';
import { incident } from '../../../src/domain/incident.ts';
import { jobs } from '../../../src/jobs/index.ts';
import type { Deps, DeployPath } from '../../../src/ports.ts';
import { openTarget } from '../../../src/providers/index.ts';
import { runJob } from '../../../src/queue/run-job.ts';
import { incidentSentence, isRollbackEvent, printedSpeech } from '../../../src/views/fact-sentence.ts';
import { start } from '../../support/samples.ts';
import { onEachStore, type TestStore } from '../../support/stores.ts';

jest.setTimeout(30_000);

const leaseMs = 60;
const minuteMs = 60_000;
const silence = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** What a process that was killed does from then on: nothing. */
class Dead extends Error {
  override name = 'Dead' as const;
}

interface Employment {
  /** Changes what GitHub's deploy path does. */
  around?: (real: DeployPath, die: () => never) => DeployPath;
  /** Is the path still in warroom.yml? */
  isConfigured?: boolean;
  service?: string;
}

onEachStore('deploy paths', (storeOf) => {
  let production: Production;
  let store: TestStore;
  let clock = start;
  const declared: string[] = [];
  beforeAll(async () => {
    store = storeOf();
    production = await startProduction({ runSeconds: 0.1 });
  });
  afterAll(() => production.stop());
  // Whatever a test did: when nothing is held any more, everything can be deployed again, and nobody believes otherwise.
  afterEach(async () => {
    production.github.faults.clear();
    for (const id of declared.splice(0)) {
      for (const { scope } of await heldBy(id)) await release(id, scope);
      await work();
      if ((await closedFor(id)).length > 0) await release(id, 'all');
      await work();
      if ((await closedFor(id)).length > 0) throw new Error('it is said that something is still closed');
    }
    if (!isOpen()) throw new Error('nobody can deploy any more, and nobody knows');
  });

  const isOpen = () => production.github.workflowState('deploy.yml') === 'active';
  const stateOf = async (id: string) => {
    const found = await store.queries.incident(id);
    if (!found) throw new Error('no such incident');
    return found.state;
  };
  const heldBy = async (id: string) => holdsOf(await stateOf(id));
  const closedFor = async (id: string) => closedPathsOf(await stateOf(id)).map(({ outcome }) => outcome);

  const githubPath = (): DeployPath => {
    const settings = { apiUrl: production.githubUrl, token: production.github.token(), allowPrivate: true, pollMs: 20 };
    const target = { provider: 'github-actions', repository: 'acme/shop', workflow: 'rollback.yml', deployWorkflow: 'deploy.yml' };
    const { deployPath } = openTarget(
      { 'github-actions': settings },
      { ...target, inputs: { target: 'target', operation: 'op_id' }, deployments: { environment: 'production' } },
    );
    if (!deployPath) throw new Error('it has no deploy path');
    return deployPath;
  };

  async function hold(scope = 'shop', id?: string): Promise<string> {
    const holder = id ?? (await store.declared());
    if (id === undefined) declared.push(holder);
    clock += minuteMs;
    await store.execute(incident, holder, { type: 'incident.freeze', scope, reason: 'it breaks', by: 'UADA', at: clock });
    return holder;
  }
  async function release(id: string, scope = 'shop'): Promise<void> {
    clock += minuteMs;
    await store.execute(incident, id, { type: 'incident.unfreeze', scope, reason: 'it is repaired', by: 'UBEN', at: clock });
  }
  const bySomebody = (to: 'disable' | 'enable') =>
    fetch(`${production.githubUrl}/repos/acme/shop/actions/workflows/deploy.yml/${to}`, {
      method: 'PUT',
      headers: { authorization: `Bearer ${production.github.token()}` },
    });

  /** Does what is due, once; lost work is taken over. */
  async function round({ around = (real) => real, isConfigured = true, service = 'shop' }: Employment = {}): Promise<number> {
    let dead = false;
    const assertAlive = (): void => {
      if (dead) throw new Dead();
    };
    const die = (): never => {
      dead = true;
      throw new Dead();
    };
    const guard = <T extends object>(calls: T): T =>
      Object.fromEntries(
        Object.entries(calls).map(([name, call]) => [
          name,
          async (...args: unknown[]) => {
            assertAlive();
            return (call as (...all: unknown[]) => Promise<unknown>)(...args);
          },
        ]),
      ) as T;
    const provider = around(githubPath(), die);
    const path = { service, environment: 'production', name: provider.name };
    const { execute } = guard({ execute: store.execute as (...args: unknown[]) => Promise<unknown> });
    const deps = {
      execute,
      queries: store.queries,
      deployPaths: () => (isConfigured ? [{ path, provider }] : []),
      now: () => clock,
      log: silence,
    } as Partial<Deps> as Deps;
    clock += 10 * minuteMs;
    const outbox = store.outbox(leaseMs);
    const runner = { outbox: guard(outbox), jobs, deps, now: () => clock, leaseMs, log: silence, onEnd: () => undefined };
    const due = (await outbox.due(clock, 1000)).filter(({ kind }) => kind === 'hold.apply');
    for (const { id } of due) {
      await runJob(runner, id).catch((error: unknown) => {
        if (!(error instanceof Dead)) throw error;
      });
    }
    return due.length;
  }

  /** Until nothing is due; what a dead worker had is due when its lease has ended. */
  async function work(employment: Employment = {}): Promise<void> {
    do {
      while ((await round(employment)) > 0);
      await sleep(leaseMs + 20);
    } while ((await round(employment)) > 0);
  }

  async function said(id: string): Promise<string[]> {
    const facts = await store.queries.facts(id);
    const speech = printedSpeech((user) => user);
    return facts.flatMap(({ event }) =>
      !isRollbackEvent(event) && event.type === 'incident.path-recorded' ? [incidentSentence(event, speech)] : [],
    );
  }
  const way = 'deploy.yml of acme/shop, which deploys shop (production)';

  it('are closed at a freeze and opened when it ends', async () => {
    const id = await hold();
    await work();
    expect(isOpen()).toBe(false);
    expect(await closedFor(id)).toEqual(['closed']);
    await release(id);
    await work();
    expect(isOpen()).toBe(true);
    expect(await said(id)).toEqual([`Being switched off: ${way}`, `Switched off: ${way}`, `Switched on again: ${way}`]);
  });

  it('stay closed while a second hold of the same incident covers them', async () => {
    const id = await hold();
    await hold('all', id);
    await work();
    await release(id);
    await work();
    expect(isOpen()).toBe(false);
    await release(id, 'all');
    await work();
    expect(isOpen()).toBe(true);
  });

  it('are closed by a freeze of everything, and not by the lock of another service', async () => {
    const other = await hold('web');
    await work();
    expect(isOpen()).toBe(true);
    await hold('all', other);
    await work();
    expect(isOpen()).toBe(false);
  });

  it('stay closed when somebody else had closed them', async () => {
    await bySomebody('disable');
    const id = await hold();
    await work();
    expect(await closedFor(id)).toEqual([]);
    await release(id);
    await work();
    expect(isOpen()).toBe(false);
    expect(await said(id)).toEqual([]);
    await bySomebody('enable');
  });

  it('are closed although the process died between writing it down and the call', async () => {
    const id = await hold();
    await round({ around: (real, die) => ({ ...real, close: () => Promise.resolve(die()) }) });
    expect({ isOpen: isOpen(), closed: await closedFor(id) }).toEqual({ isOpen: true, closed: ['closing'] });
    await work();
    expect({ isOpen: isOpen(), closed: await closedFor(id) }).toEqual({ isOpen: false, closed: ['closed'] });
  });

  it('are known to be ours although the process died right after the call', async () => {
    const id = await hold();
    await round({ around: (real, die) => ({ ...real, close: async () => (await real.close(), die()) }) });
    expect({ isOpen: isOpen(), closed: await closedFor(id) }).toEqual({ isOpen: false, closed: ['closing'] });
    await work();
    expect(await closedFor(id)).toEqual(['closed']);
  });

  it('are opened although the process died after closing them, and the hold ended before anybody went on', async () => {
    const id = await hold();
    await round({ around: (real, die) => ({ ...real, close: async () => (await real.close(), die()) }) });
    await release(id);
    await work();
    expect({ isOpen: isOpen(), closed: await closedFor(id) }).toEqual({ isOpen: true, closed: [] });
  });

  it('are opened although the process died right after the call that opens', async () => {
    const id = await hold();
    await work();
    await release(id);
    await round({ around: (real, die) => ({ ...real, open: async () => (await real.open(), die()) }) });
    await work();
    expect({ isOpen: isOpen(), closed: await closedFor(id) }).toEqual({ isOpen: true, closed: [] });
  });

  it('are not closed for what was released before anybody came to it', async () => {
    const id = await hold();
    await release(id);
    await work();
    expect(await said(id)).toEqual([]);
  });

  it('are handed over when another incident holds them, and opened with the last', async () => {
    const first = await hold();
    await work();
    const second = await hold('all');
    await work();
    expect(await closedFor(second)).toEqual([]);
    await release(first);
    await work();
    expect({ isOpen: isOpen(), first: await closedFor(first), second: await closedFor(second) }).toEqual({
      isOpen: false,
      first: [],
      second: ['closed'],
    });
    expect((await said(first)).at(-1)).toBe(`Still switched off, because another incident holds it: ${way}`);
    await release(second, 'all');
    await work();
    expect(isOpen()).toBe(true);
  });

  it('stay closed for an incident that begins to hold them while they are opened', async () => {
    const first = await hold();
    await work();
    await release(first);
    let second: string | undefined;
    await work({
      around: (real) => ({
        ...real,
        open: async () => {
          // It is seen closed, so nothing is done, just before it is opened.
          second ??= await hold();
          await real.open();
        },
      }),
    });
    expect(isOpen()).toBe(false);
    expect(await closedFor(second ?? '')).toEqual(['closed']);
    expect(await closedFor(first)).toEqual([]);
  });

  it('are opened when the other incident lets go in the middle of being handed them', async () => {
    const first = await hold();
    await work();
    const second = await hold();
    await work();
    await release(first);
    let isReleased = false;
    await work({
      around: (real) => ({
        ...real,
        close: async () => {
          if (!isReleased) {
            isReleased = true;
            await release(second);
            await round();
          }
          await real.close();
        },
      }),
    });
    expect({ isOpen: isOpen(), first: await closedFor(first), second: await closedFor(second) }).toEqual({
      isOpen: true,
      first: [],
      second: [],
    });
  });

  const put = { method: 'PUT', path: '/actions/workflows/deploy.yml/' } as const;

  it('are tried again when GitHub errs, and nobody has to hear of it', async () => {
    production.github.faults.add({ ...put, kind: 'status', status: 500, times: 3 });
    const id = await hold();
    await work();
    expect(isOpen()).toBe(false);
    expect(await said(id)).toEqual([`Being switched off: ${way}`, `Switched off: ${way}`]);
  });

  it('are a matter for people when GitHub errs all the time: what is the case, why, and what to do', async () => {
    const id = await hold();
    await work();
    production.github.faults.add({ ...put, kind: 'status', status: 500, times: 100 });
    await release(id);
    await work();
    expect(await closedFor(id)).toEqual(['not opened']);
    expect((await said(id)).at(-1)).toMatch(
      /^Still switched off, because it could not be switched on again: deploy\.yml of acme\/shop, which deploys shop \(production\): .*answered 500.*\. Switch it on by hand\. After that, or to try once more, type `\/rollback unlock shop <reason>`$/,
    );

    production.github.faults.clear();
    await release(id);
    await work();
    expect({ isOpen: isOpen(), closed: await closedFor(id) }).toEqual({ isOpen: true, closed: [] });
  });

  it('are looked after when nobody knows whether they are closed', async () => {
    production.github.faults.add({ ...put, kind: 'status', status: 502, times: 100 });
    const id = await hold();
    await work();
    expect(await closedFor(id)).toEqual(['maybe closed']);
    expect((await said(id)).at(-1)).toContain('Nobody knows whether it is switched off');
  });

  it('are looked after when GitHub falls silent right after the call', async () => {
    const look = { method: 'GET', path: '/actions/workflows/deploy.yml' } as const;
    production.github.faults.add({
      ...put,
      kind: 'status_after',
      status: 500,
      andThen: { ...look, kind: 'status', status: 500, times: 1000 },
    });
    const id = await hold();
    await work();
    expect({ isOpen: isOpen(), closed: await closedFor(id) }).toEqual({ isOpen: false, closed: ['maybe closed'] });
  });

  it('are said to be open at once when the token may not close them', async () => {
    production.github.faults.add({ ...put, kind: 'status', status: 403, times: 100 });
    const id = await hold();
    await round();
    expect(await closedFor(id)).toEqual([]);
    expect((await said(id)).at(-1)).toMatch(
      /^Could not be switched off: .*the token may not do this.*Switch it off by hand, or tell everybody not to deploy by it$/,
    );
  });

  it('are to be opened by hand when the configuration does not name them any more', async () => {
    const id = await hold();
    await work();
    await release(id);
    await work({ isConfigured: false });
    expect(isOpen()).toBe(false);
    expect((await said(id)).at(-1)).toContain(`${way}: warroom.yml does not name it any more. Switch it on by hand`);
  });

  it('are not left in the dark by a fault of ours', async () => {
    const id = await hold();
    await work({ around: (real) => ({ ...real, state: () => Promise.reject(new TypeError('x is not a function')) }) });
    expect((await said(id)).at(-1)).toContain('given up: x is not a function');
  });
});
