import { Refusal } from '../../domain/refusal.ts';
import type { Deps, PlanSettings } from '../../ports.ts';

/** Between a plan and one of its steps: no name may contain it. */
const ofPlan = '/';

/**
 * A plan of warroom.yml by its name, or one of its steps alone: `campaign/promotion-off` is a plan of that single step, with its own
 * gate, checks and approvals. @throws Refusal naming the steps there are
 */
export function planNamed({ settings }: Pick<Deps, 'settings'>, name: string | undefined): PlanSettings | undefined {
  const [plan, step] = (name ?? '').split(ofPlan);
  const found = settings.plans.find(({ id }) => id === plan);
  if (found === undefined || step === undefined) return found;
  const only = found.steps.find(({ id }) => id === step);
  if (only === undefined) {
    const known = found.steps.map(({ id }) => `\`${found.id}${ofPlan}${id}\``).join(', ');
    throw new Refusal('usage', { text: `The plan ${found.id} has no step “${step.slice(0, 63)}”. It has: ${known}.` });
  }
  return { ...found, id: `${found.id}${ofPlan}${only.id}`, steps: [{ ...only, needs: [] }] };
}

/** Is this one step of a plan, without the others? */
export const isSingleStep = (name: string | undefined): boolean => name?.includes(ofPlan) === true;
