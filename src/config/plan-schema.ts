// Plans of several steps: what may be written, and what each step becomes once the plan's and the services' defaults are in it.
import { z } from 'zod';
import { stepKinds } from './defaults.ts';
import { TimeOfDay } from './calendar-schema.ts';
import { Flags, type Services } from './service-schema.ts';
import { Verification } from './verification-schema.ts';
import { instantOf, localPattern } from './local-time.ts';
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

const Day = z
  .string()
  .regex(localPattern, "is not a day; write it in quotes, for example '2026-05-04'")
  .refine((day) => instantOf(day, 'UTC', 'from') !== undefined, 'is not a day of the calendar')
  .meta({ title: 'date' });

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
  database: z
    .strictObject({
      automated: z.boolean().default(false).describe('Whether it runs without anybody watching each statement.'),
      drilled: Day.optional().describe("When it was last tried out against a copy, for example '2026-05-04'."),
    })
    .optional()
    .describe('For kind database: how well the step was rehearsed. Its class comes from the provider.'),
  pauses: z
    .literal('auto-sync')
    .optional()
    .describe('What the step switches off so that the code stays as rolled back; resuming it becomes a task for afterwards.'),
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
  flags: Flags.default([]).describe('Feature flags whose code goes back with this plan, besides those of its environments.'),
});
export type PlanFields = z.output<typeof PlanFields>;
export type StepFields = PlanFields['steps'][number];

export const Plans = z
  .record(Name, PlanFields)
  .prefault({})
  .describe('Rollbacks of several steps, by name: /rollback request takes it in place of a service. See plans.md.');

/** Every default filled in. What cannot be resolved has been reported by the linter, and such a configuration is never used. */
export function resolvePlans(plans: z.output<typeof Plans>, services: Services) {
  return Object.entries(plans).map(([id, { steps, verify, flags, ...plan }]) => ({
    id,
    ...plan,
    steps: steps.map((step) => resolveStep(step, plan, services)),
    ...(verify && { verify }),
    ...(flags.length > 0 && { flags }),
  }));
}

function resolveStep(step: StepFields, plan: { service: string; environment: string }, services: Services) {
  const { id, needs, kind, to, gate, onFailure, timeout, database, pauses } = step;
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
    ...(database && { database: rehearsalOf(database) }),
    ...(pauses && { pauses }),
  };
}

function rehearsalOf({ automated, drilled }: NonNullable<StepFields['database']>) {
  const drilledAt = drilled === undefined ? undefined : instantOf(drilled, 'UTC', 'from');
  return { automated, ...(drilledAt !== undefined && { drilledAt }) };
}

function codeOf(services: Services, service: string, environment: string) {
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
