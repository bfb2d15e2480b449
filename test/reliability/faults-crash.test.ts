// A worker dies in the middle of a rollback, for each class of effect and at every moment there is; another one goes on.
import { expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import type { Gate, Plan } from '../../src/domain/plan.ts';
import { planHashOf } from '../../src/domain/plan.ts';
import { rollback, type KnownRollback } from '../../src/domain/rollback.ts';
import type { EffectClass } from '../../src/ports.ts';
import { hire, workUntilOver, type Employment } from '../support/mortal.ts';
import { approve, plan, policy } from '../support/samples.ts';
import { onServerStore, type TestStore } from '../support/stores.ts';
import { fingerprintAt, from, memoryVendor, to } from '../support/vendors.ts';

const classes = ['desired-state', 'keyed', 'observe', 'manual'] as const;
const byItself = ['desired-state', 'keyed', 'observe'] as const;

const gate: Gate = {
  name: 'errors',
  provider: 'prometheus',
  query: 'errors',
  pass: { operator: '<', value: 1 },
  windowMs: 1000,
  settleMs: 0,
  intervalMs: 10,
  count: 2,
  failureLimit: 3,
  timeoutMs: 60_000,
};

/** One look decides, unless the test is about what lies between two. */
function planned(count: number): Plan {
  const asked = plan(`crashed-${randomUUID()}`);
  const steps = asked.steps.map((step) => ({ ...step, from, to, fingerprint: fingerprintAt(from.id) }));
  return { ...asked, steps, verify: [{ ...gate, count }] };
}

/** Approved by enough people, and not begun. */
async function approved({ db, execute, declared, requested }: TestStore, count: number): Promise<string> {
  await db.deleteFrom('outbox').execute(); // nobody here draws the cards of the rounds before
  const asked = planned(count);
  const planHash = planHashOf(asked);
  const id = await requested(await declared(), { plan: asked, planHash, policy: policy(1) });
  await execute(rollback, id, approve('UADA', { planHash }));
  return id;
}

interface Ended {
  state: KnownRollback;
  effects: number;
  measured: number;
  died: boolean;
}

/** One worker begins and dies, another one takes over what it left. */
async function crash(store: TestStore, effect: EffectClass, dies: Pick<Employment, 'diesAfter' | 'diesAt'>): Promise<Ended> {
  const id = await approved(store, dies.diesAfter === 'measure' ? 2 : 1);
  const vendor = memoryVendor(effect);
  let measured = 0;
  const measure = () => {
    measured += 1;
    return Promise.resolve({ value: 0 });
  };
  const employment = { store, target: vendor.target, metrics: { measure } };
  const state = async (): Promise<KnownRollback> => {
    const stored = await store.queries.rollback(id);
    if (!stored) throw new Error('it is gone');
    return stored.state;
  };
  const first = hire({ ...employment, ...dies });
  await first.work();
  if (dies.diesAfter === 'measure') while (!first.isDead()) await first.work();
  const died = first.isDead();
  const end = await workUntilOver(hire(employment), state);
  return { state: end, effects: vendor.effects(), measured, died };
}

onServerStore('a worker that dies', (store) => {
  it.each(byItself)('F3: after its intent and before the call: another one goes on, with one effect (%s)', async (effect) => {
    const { state, effects, died } = await crash(store(), effect, { diesAfter: 'begin-step' });
    expect({ status: state.status, effects, died }).toEqual({ status: 'recovered', effects: 1, died: true });
  });

  it('F3: after its intent and before the call: a person decides where nobody else can know (manual)', async () => {
    const { state, effects } = await crash(store(), 'manual', { diesAfter: 'begin-step' });
    expect({ status: state.status, effects }).toEqual({ status: 'needs human', effects: 0 });
    expect(state.outcome).toContain('cannot tell whether it ran');
  });

  it.each(byItself)('F4: after the call and before it is written down: another one goes on, with one effect (%s)', async (effect) => {
    const { state, effects, died } = await crash(store(), effect, { diesAfter: 'start' });
    expect({ status: state.status, effects, died }).toEqual({ status: 'recovered', effects: 1, died: true });
  });

  it('F4: after the call and before it is written down: it is never called again, and a person decides (manual)', async () => {
    const { state, effects } = await crash(store(), 'manual', { diesAfter: 'start' });
    expect({ status: state.status, effects }).toEqual({ status: 'needs human', effects: 1 });
  });

  it('F5: while it measures: another one measures again, starts nothing again, and comes to the verdict', async () => {
    const { state, effects, measured, died } = await crash(store(), 'observe', { diesAfter: 'measure' });
    expect({ status: state.status, effects, died }).toEqual({ status: 'recovered', effects: 1, died: true });
    expect(measured).toBe(3); // the one that was lost, and the two that were needed
    expect(state.readings).toHaveLength(2);
  });

  it.each(classes)(
    'F3, F4, F5: at whichever of its calls: never two effects, never stuck (%s)',
    async (effect) => {
      const seen = new Set<string>();
      for (let diesAt = 1; ; diesAt += 1) {
        const { state, effects, died } = await crash(store(), effect, { diesAt });
        const isFine = state.status === 'recovered' ? effects === 1 : effect === 'manual' && state.status === 'needs human' && effects <= 1;
        expect({ diesAt, isFine, status: state.status, effects }).toMatchObject({ diesAt, isFine: true });
        seen.add(`${state.status} ${effects}`);
        if (!died) break;
      }
      const left = effect === 'manual' ? ['needs human 0', 'needs human 1', 'recovered 1'] : ['recovered 1'];
      expect([...seen].toSorted()).toEqual(left);
    },
    60_000,
  );
});
