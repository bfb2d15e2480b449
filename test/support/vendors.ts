// Providers in memory, one for each class of effect, as careless as real ones: what they are asked to do twice they do twice.
import { digestOf } from '../../src/lib/canonical.ts';
import type { EffectClass, Order, RollbackTarget } from '../../src/ports.ts';
import { plan } from './samples.ts';

export interface MemoryVendor {
  target: RollbackTarget;
  /** How often production was really changed. */
  effects: () => number;
  /** From now on it says that it did what it did not. */
  lie: () => void;
  /** Somebody else brings out this version. */
  deploy: (id: string) => void;
}

const [first] = plan().steps;
if (!first) throw new Error('a plan has a step');
export const { from, to } = first;

/** One thing in production at `from`, and a provider of this class that can bring it to `to`. */
export function memoryVendor(effect: EffectClass): MemoryVendor {
  const done: string[] = [];
  const runs = new Set<string>();
  let live = from.id;
  let isHonest = true;
  const carryOut = ({ operationId, to: wanted }: Order): void => {
    if (effect === 'keyed' && runs.has(operationId)) return;
    if (effect === 'desired-state' && live === wanted.id) return;
    done.push(operationId);
    runs.add(operationId);
    if (isHonest) live = wanted.id;
  };
  const fingerprint = (): Promise<string> => Promise.resolve(fingerprintAt(live));
  const target: RollbackTarget = {
    effect,
    capabilities: { cancel: 'no', instant: true, reversible: true },
    check: () => Promise.resolve({ ok: true, missing: [] }),
    preview: () => Promise.reject(new Error('the plan is made')),
    fingerprint,
    find: ({ operationId }) => Promise.resolve(runs.has(operationId) ? { ref: operationId } : undefined),
    start: (order) => {
      carryOut(order);
      return Promise.resolve({ ref: order.operationId });
    },
    observe: () => Promise.resolve({ state: 'succeeded', message: 'it is done', nextLookMs: 5 }),
    cancel: () => Promise.resolve({ accepted: false }),
    effective: () => Promise.resolve({ ...from, id: live, label: live === to.id ? to.label : from.label }),
  };
  return { target, effects: () => done.length, deploy: (id) => void (live = id), lie: () => void (isHonest = false) };
}

/** What a plan for it was made with, while this version is live. */
export const fingerprintAt = (live: string): string => digestOf({ live });
