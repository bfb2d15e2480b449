import { canonical } from '../lib/canonical.ts';
import type { Plan, Step } from './plan.ts';

/** What is different in another plan, in words short enough for one sentence. */
export function planDifference(before: Plan, after: Plan): string {
  const gone = before.steps.filter(({ id }) => !after.steps.some((step) => step.id === id)).map(({ id }) => `without ${id}`);
  const changed = after.steps.flatMap((step) => {
    const old = before.steps.find(({ id }) => id === step.id);
    return old === undefined ? [`with ${step.id}`] : stepDifference(old, step, after.steps.length);
  });
  const measured = isSame(before.verify, after.verify) ? [] : ['measured in another way'];
  const all = [...changed, ...gone, ...measured];
  return all.length === 0 ? 'the same steps, looked up again' : all.join(', ');
}

function stepDifference(before: Step, after: Step, steps: number): string[] {
  const to = before.to.id === after.to.id ? [] : [`to ${after.to.label} instead of ${before.to.label}`];
  const from = before.from.id === after.from.id ? [] : [`from ${after.from.label}, which runs by now, instead of ${before.from.label}`];
  const set = settings.filter((key) => !isSame(before[key], after[key])).map((key) => settingWords[key]);
  const other = set.length === 0 ? [] : [`with another ${set.join(' and ')}`];
  return [...to, ...from, ...other].map((text) => (steps === 1 ? text : `${after.id} ${text}`));
}

/** What the file says about a step; the rest of it was seen in production. */
const settingWords = {
  service: 'service',
  environment: 'environment',
  kind: 'kind',
  provider: 'provider',
  target: 'target',
  needs: 'place in the order',
  gate: 'gate',
  compensation: 'way back',
  onFailure: 'rule for its failure',
  timeoutMs: 'time limit',
  database: 'word about its database',
  pauses: 'pause',
} as const satisfies Partial<Record<keyof Step, string>>;

const settings = Object.keys(settingWords) as (keyof typeof settingWords)[];

const isSame = (one: unknown, other: unknown): boolean => canonical(one ?? null) === canonical(other ?? null);
