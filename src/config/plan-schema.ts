// Plans of several steps: what may be written, and what each step becomes once the plan's and the services' defaults are in it.
import { z } from 'zod';
import { stepKinds } from './defaults.ts';
import { type Services, Verification } from './service-schema.ts';
import { duration, Name } from './words.ts';

type StepKind = (typeof stepKinds)[number];

/** Undone by itself only what a second order puts back exactly; code and data need somebody who looks first. */
export const defaultCompensation: Record<StepKind, 'auto' | 'manual'> = {
  code: 'manual',
  config: 'auto',
  database: 'manual',
  traffic: 'auto',
  infrastructure: 'manual',
};

const TimeOfDay = z
  .string()
  .regex(/^([01]\d|2[0-3]):[0-5]\d$/, "is not a time of day; write it in quotes, for example '09:00'")
  .meta({ title: 'time of day' });

const Gate = z
  .strictObject({
    manual: z
      .string()
      .trim()
      .min(1, 'asks nothing, so nobody knows what to look at before letting the step start')
      .max(300, 'is longer than 300 characters')
      .optional()
      .describe('A person says that the step may start; write what to look at, as a question.'),
    timer: duration()
      .refine((ms) => ms > 0, 'waits for nothing')
      .optional()
      .describe('How long to wait after the steps before, for example 5m. Leave the gate out to start at once.'),
    metric: Verification.optional().describe('A measurement that must pass before the step starts; fields as in verify.'),
    window: z
      .strictObject({
        from: TimeOfDay.describe('The step may start from this time on.'),
        to: TimeOfDay.describe('And before this one; earlier than from means the next day.'),
        timeZone: z.string().min(1, 'is empty').max(64).describe('Name of a time zone, for example Europe/Berlin.'),
      })
      .optional()
      .describe('Times of day between which the step may start.'),
  })
  .superRefine((gate, context) => {
    const named = Object.keys(gate);
    if (named.length === 1) return;
    const message = named.length === 0 ? 'names nothing to wait for' : `names ${named.join(' and ')}; a step waits at one gate`;
    context.addIssue({ code: 'custom', message });
  })
  .describe('What the step waits for besides the steps it needs: one of manual, timer, metric, window.')
  .transform(({ manual: text, timer: afterMs, metric: gate, window }) => {
    if (text !== undefined) return { kind: 'manual' as const, text };
    if (afterMs !== undefined) return { kind: 'timer' as const, afterMs };
    if (gate) return { kind: 'metric' as const, gate };
    return { kind: 'window' as const, ...(window ?? { from: '', to: '', timeZone: '' }) };
  });

const Step = z.strictObject({
  id: Name.describe('Short name of the step, unique in the plan.'),
  needs: z
    .array(Name)
    .max(20)
    .default([])
    .describe('Steps that must be done before; steps that need nothing of each other run in parallel.'),
  kind: z.enum(stepKinds).describe('What kind of thing is rolled back.'),
  service: Name.optional().describe('Service the step is about. Default: the one of the plan.'),
  environment: Name.optional().describe('Environment the step is about. Default: the one of the plan.'),
  provider: Name.optional().describe('Who carries the step out. For kind code it may be left out: then it is the one of the environment.'),
  target: z
    .record(z.string(), z.unknown())
    .meta({ title: 'settings' })
    .optional()
    .describe('What the provider needs to know about the thing it changes; see the provider. ${NAME} may stand for an address.'),
  to: z
    .string()
    .trim()
    .min(1, 'is empty')
    .max(4_000, 'is longer than 4000 characters')
    .optional()
    .describe('Version or value to go to, in quotes. Left out for code: chosen at the request, else the last known good.'),
  gate: Gate.optional(),
  compensation: z
    .enum(['auto', 'manual', 'none'])
    .optional()
    .describe('How the step is undone when the plan is. Default: auto for traffic and config, manual for the others.'),
  onFailure: z
    .enum(['stop', 'compensate', 'continue'])
    .default('stop')
    .describe('When the step fails: start nothing more, undo what was done, or go on with the others.'),
  timeout: duration('1s').prefault('30m').describe('When to give up on the step and ask a person.'),
});

/** One plan as it is written, checked for itself alone. */
export const PlanFields = z.strictObject({
  description: z
    .string()
    .trim()
    .min(1, 'is empty')
    .max(150, 'is longer than 150 characters')
    .describe('What it does, in a sentence; people choose by it.'),
  service: Name.describe('Service whose approval rules, lock and verification apply.'),
  environment: Name.describe('Environment of that service.'),
  steps: z
    .array(Step)
    .min(1, 'is empty; a plan has at least one step')
    .max(20, 'has more than 20 steps, more than anybody can follow on one card; make two plans of it')
    .describe('The steps, at most 20.'),
  verify: z.array(Verification).max(20).optional().describe('What must be measured afterwards. Default: what the environment measures.'),
});
export type PlanFields = z.output<typeof PlanFields>;
export type StepFields = PlanFields['steps'][number];

export const Plans = z
  .record(Name, PlanFields)
  .prefault({})
  .describe('Rollbacks of several steps, by name: /rollback request takes it in place of a service. See plans.md.');

type ReadServices = z.output<typeof Services>;

/** Every default filled in. What cannot be resolved has been reported by the linter, and such a configuration is never used. */
export function resolvePlans(plans: z.output<typeof Plans>, services: ReadServices) {
  return Object.entries(plans).map(([id, { steps, verify, ...plan }]) => ({
    id,
    ...plan,
    steps: steps.map((step) => resolveStep(step, plan, services)),
    ...(verify && { verify }),
  }));
}

function resolveStep(step: StepFields, plan: { service: string; environment: string }, services: ReadServices) {
  const { id, needs, kind, to, gate, onFailure, timeout } = step;
  const { service = plan.service, environment = plan.environment } = step;
  return {
    id,
    needs,
    service,
    environment,
    kind,
    ...carriedOutBy(step, codeOf(services, service, environment)),
    ...(to !== undefined && { to }),
    ...(gate && { gate }),
    compensation: step.compensation ?? defaultCompensation[kind],
    onFailure,
    timeoutMs: timeout,
  };
}

function codeOf(services: ReadServices, service: string, environment: string) {
  return services.find(({ id }) => id === service)?.environments.find(({ id }) => id === environment)?.code;
}

type Code = NonNullable<ReturnType<typeof codeOf>>;

function carriedOutBy({ provider, target }: StepFields, code: Code | undefined): { provider: string; target: Record<string, unknown> } {
  const own = code && withoutProvider(code);
  if (provider !== undefined) return { provider, target: target ?? (provider === code?.provider ? own : undefined) ?? {} };
  return { provider: code?.provider ?? '', target: target ?? own ?? {} };
}

function withoutProvider({ provider: _, ...target }: Code): Record<string, unknown> {
  return target;
}
