// Rules about what ships by itself: a rollback of code that something takes back is none.
import { ancestors } from './plan-graph.ts';
import type { Planned, Reports } from './plan-context.ts';
import type { StepFields } from './plan-schema.ts';
import { at } from './raw.ts';

export function syncRules(planned: Planned, reports: Reports): void {
  unpausedSync(planned, reports);
  idlePauses(planned, reports);
}

function unpausedSync(planned: Planned, { error }: Reports): void {
  const { steps } = planned.plan;
  for (const [index, step] of steps.entries()) {
    const { service, environment } = placeOf(planned, step);
    if (step.kind !== 'code' || !isSynced(planned, step)) continue;
    const before = ancestors(steps, step.id);
    const pausing = steps.filter(({ pauses, id }) => pauses === 'auto-sync' && id !== step.id);
    const here = pausing.filter((other) => isHere(planned, other, step));
    if (here.some(({ id }) => before.has(id))) continue;
    const path = [...planned.path, 'steps', index];
    const message = `rolls code back while ${service} ${environment} ships what git says (autoSync), so it is taken back at once`;
    const [late] = here;
    error(
      path,
      message,
      late
        ? `Add needs: [${late.id}], the step that pauses it.`
        : 'Add a step that pauses the synchronisation, with pauses: auto-sync, and let this one need it.',
    );
  }
}

function idlePauses(planned: Planned, { warn }: Reports): void {
  for (const [index, step] of planned.plan.steps.entries()) {
    const { service, environment } = placeOf(planned, step);
    if (step.pauses === undefined || isSynced(planned, step)) continue;
    const message = `is auto-sync, but ${service} ${environment} has none`;
    warn([...planned.path, 'steps', index, 'pauses'], message, 'Add autoSync: true to the environment, or leave pauses out.');
  }
}

const placeOf = ({ plan }: Planned, { service = plan.service, environment = plan.environment }: StepFields) => ({ service, environment });

function isHere(planned: Planned, a: StepFields, b: StepFields): boolean {
  const [one, other] = [placeOf(planned, a), placeOf(planned, b)];
  return one.service === other.service && one.environment === other.environment;
}

function isSynced(planned: Planned, step: StepFields): boolean {
  const { service, environment } = placeOf(planned, step);
  return at(planned.root, ['services', service, 'environments', environment, 'autoSync']) === true;
}
