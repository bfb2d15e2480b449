import type { Plan, Step } from './plan.ts';

/** What is different in another plan, in words short enough for one sentence. */
export function planDifference(before: Plan, after: Plan): string {
  const gone = before.steps.filter(({ id }) => !after.steps.some((step) => step.id === id)).map(({ id }) => `without ${id}`);
  const changed = after.steps.flatMap((step) => {
    const old = before.steps.find(({ id }) => id === step.id);
    return old === undefined ? [`with ${step.id}`] : stepDifference(old, step, after.steps.length);
  });
  const all = [...changed, ...gone];
  return all.length === 0 ? 'the same steps, looked up again' : all.join(', ');
}

function stepDifference(before: Step, after: Step, steps: number): string[] {
  const name = steps === 1 ? '' : `${after.id} `;
  if (before.to.id !== after.to.id) return [`${name}to ${after.to.label} instead of ${before.to.label}`];
  if (before.from.id !== after.from.id) return [`${name}from ${after.from.label}, which runs by now, instead of ${before.from.label}`];
  return [];
}
