// Production is not what the plan took it for: somebody changed it before a step, or a step only says that it changed it.
import { expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import type { OnFailure, Plan } from '../../src/domain/plan.ts';
import { planHashOf } from '../../src/domain/plan.ts';
import { rollback, type KnownRollback } from '../../src/domain/rollback.ts';
import { hire, workUntilOver } from '../support/mortal.ts';
import { approve, plan, policy } from '../support/samples.ts';
import { onServerStore, type TestStore } from '../support/stores.ts';
import { fingerprintAt, from, memoryVendor, to, type MemoryVendor } from '../support/vendors.ts';

const names = ['traffic', 'flag', 'code'] as const;
const somebodys = 'c'.repeat(40);

/** Three steps, one after another, each with a thing of its own that it changes. */
function planned(onFailure: OnFailure): Plan {
  const asked = plan(`changed-${randomUUID()}`, names.length);
  const steps = asked.steps.map((step, index) => ({
    ...step,
    from,
    to,
    onFailure,
    fingerprint: fingerprintAt(from.id),
    target: { name: names[index] },
    compensation: 'auto' as const,
  }));
  return { ...asked, steps };
}

interface Story {
  state: KnownRollback;
  effects: number[];
}

/** `happens` comes just before the step of this index is looked at for the last time. */
async function play(
  store: TestStore,
  { onFailure = 'stop', at, happens }: { onFailure?: OnFailure; at: number; happens: (vendor: MemoryVendor) => void },
): Promise<Story> {
  const { execute, declared, requested, queries, db } = store;
  await db.deleteFrom('outbox').execute(); // nobody here draws the cards of the stories before
  const asked = planned(onFailure);
  const planHash = planHashOf(asked);
  const id = await requested(await declared(), { plan: asked, planHash, policy: policy(1) });
  await execute(rollback, id, approve('UADA', { planHash }));
  const vendors = names.map(() => memoryVendor('desired-state'));
  const target = Object.fromEntries(
    vendors.map((vendor, index) => {
      const fingerprint = (): Promise<string> => {
        if (index === at) happens(vendor);
        return vendor.target.fingerprint(from, to);
      };
      return [names[index] ?? '', { ...vendor.target, fingerprint }] as const;
    }),
  );
  const state = await workUntilOver(hire({ store, target }), async () => {
    const stored = await queries.rollback(id);
    if (!stored) throw new Error('it is gone');
    return stored.state;
  });
  return { state, effects: vendors.map(({ effects }) => effects()) };
}

const deployed = (vendor: MemoryVendor): void => vendor.deploy(somebodys);
const lies = (vendor: MemoryVendor): void => vendor.lie();

onServerStore('production that is not what it was taken for', (store) => {
  it('F32: changed before the first step: nothing is started, and it has to be asked for again', async () => {
    const { state, effects } = await play(store(), { at: 0, happens: deployed });
    expect(state).toMatchObject({ status: 'drifted', steps: [{ status: 'pending' }, { status: 'pending' }, { status: 'pending' }] });
    expect(effects).toEqual([0, 0, 0]);
  });

  it.each([1, 2])(
    'F32: changed before a later step: it is not started, nor is any after it, and what was done stays (step %i)',
    async (at) => {
      const { state, effects } = await play(store(), { at, happens: deployed });
      expect(state).toMatchObject({ status: 'failed', outcome: 'production changed since this was approved' });
      expect(effects).toEqual(names.map((_, index) => (index < at ? 1 : 0)));
      expect(state.steps.map(({ status }) => status)).toEqual(
        names.map((_, index) => (index < at ? 'succeeded' : index === at ? 'failed' : 'pending')),
      );
    },
  );

  it.each([1, 2])('F32: changed before a later step: what was done is undone where the plan says so (step %i)', async (at) => {
    const { state, effects } = await play(store(), { onFailure: 'compensate', at, happens: deployed });
    expect(state).toMatchObject({ status: 'compensated', outcome: 'production changed since this was approved' });
    expect(effects).toEqual(names.map((_, index) => (index < at ? 2 : 0)));
  });

  it.each([0, 1, 2])('F28: a step that only says it is done waits for a person, and nothing after it is started (step %i)', async (at) => {
    const { state, effects } = await play(store(), { at, happens: lies });
    expect(state).toMatchObject({
      status: 'needs human',
      outcome: expect.stringContaining('says it is done, but v42 is in effect, not v41'),
    });
    expect(state.steps[at]?.status).toBe('unknown');
    expect(effects).toEqual(names.map((_, index) => (index <= at ? 1 : 0)));
  });
});
