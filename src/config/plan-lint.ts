// What is wrong, or will surprise somebody, in a plan that is well written. Read from the raw values plan by plan, so that a mistake
// elsewhere in the file hides nothing here.
import { suggestFrom } from './near-miss.ts';
import type { Planned, Reports } from './plan-context.ts';
import { orderRules } from './plan-order-rules.ts';
import { PlanFields } from './plan-schema.ts';
import { stepRules } from './plan-step-rules.ts';
import { syncRules } from './plan-sync-rules.ts';
import { at, list, record } from './raw.ts';

export function lintPlans(root: unknown, reports: Reports): void {
  for (const [id, written] of Object.entries(record(at(root, ['plans'])))) {
    const path = ['plans', id];
    if (Object.hasOwn(record(at(root, ['services'])), id)) {
      const message = `is the name of a service too, so "/rollback request ${id}" could mean either`;
      reports.error(path, message, `Rename the plan, for example to ${id}-rollback.`);
    }
    const { data: plan } = PlanFields.safeParse(written);
    if (plan) lintPlan({ plan, path, written, root }, reports);
  }
}

function lintPlan(planned: Planned, reports: Reports): void {
  placeRules(planned, reports);
  verificationRules(planned, reports);
  orderRules(planned, reports);
  syncRules(planned, reports);
  for (const index of planned.plan.steps.keys()) stepRules(planned, index, reports);
}

const ranks = ['development', 'staging', 'production'];

function placeRules({ plan, path, root }: Planned, { error }: Reports): void {
  const { service, environment, steps } = plan;
  const places = [
    { at: path, service, environment },
    ...steps.map((step, index) => ({
      at: [...path, 'steps', index],
      service: step.service ?? service,
      environment: step.environment ?? environment,
      inherited: step.service === undefined && step.environment === undefined,
    })),
  ];
  const planClass = classOf(root, plan);
  for (const place of places.filter((found) => !('inherited' in found && found.inherited))) {
    const services = Object.keys(record(at(root, ['services'])));
    const environments = Object.keys(record(at(root, ['services', place.service, 'environments'])));
    if (!services.includes(place.service)) {
      error([...place.at, 'service'], `names the unknown service ${place.service}`, suggestFrom(place.service, services));
    } else if (!environments.includes(place.environment)) {
      const message = `names the environment ${place.environment}, which ${place.service} does not have`;
      error([...place.at, 'environment'], message, suggestFrom(place.environment, environments));
    } else if (ranks.indexOf(classOf(root, place)) > ranks.indexOf(planClass) && planClass !== '') {
      const message = `is ${classOf(root, place)}, while the plan is approved as ${planClass}`;
      error(place.at, message, 'Name the strictest environment as the plan’s own: its approval rules count.');
    }
  }
}

function classOf(root: unknown, { service, environment }: { service: string; environment: string }): string {
  const found = at(root, ['services', service, 'environments', environment, 'class']);
  return typeof found === 'string' ? found : '';
}

function verificationRules({ plan, path, root }: Planned, { warn }: Reports): void {
  const { service, environment, verify } = plan;
  if (verify ? verify.length > 0 : list(at(root, ['services', service, 'environments', environment, 'verify'])).length > 0) return;
  warn(
    verify ? [...path, 'verify'] : path,
    'has no verification, so it always ends as inconclusive',
    'Add verify with at least one query.',
  );
}
