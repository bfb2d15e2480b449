import type { Check, DatabaseStep, Plan, Step, Version } from '../../domain/plan.ts';
import { planHashOf } from '../../domain/plan.ts';
import type { Policy } from '../../domain/policy.ts';
import { policyFor } from '../../domain/policy.ts';
import { Refusal } from '../../domain/refusal.ts';
import type { Severity } from '../../domain/words.ts';
import type { Deps, EnvironmentSettings, Preview, ServiceSettings, StepSettings } from '../../ports.ts';
import { planChecks } from './plan-checks.ts';
import { planNamed } from './plan-named.ts';
import { settingsOf } from './read-wish.ts';
import type { Wish } from './read-wish.ts';
import { repeats } from './repeats.ts';

export interface Planned {
  plan: Plan;
  planHash: string;
  checks: Check[];
  policy: Policy;
  /** Of the step that people choose a version for. */
  preview: Preview;
}

/** Looks, and changes nothing: what would be rolled back, to what, and what speaks against it. @throws Refusal, ProviderError */
export async function makePlan(deps: Deps, wish: Wish, severity: Severity): Promise<Planned> {
  const { service, environment } = settingsOf(deps, wish);
  const named = planNamed(deps, wish.plan);
  const configured = named?.steps ?? [codeStep(wish, environment)];
  const looked = await Promise.all(configured.map((step) => look(deps, step, wish)));
  const steps = withoutDone(looked, wish);
  const verify = [...(named?.verify ?? environment.verify)];
  const name = named === undefined ? {} : { name: named.id };
  const plan: Plan = { ...name, service: wish.service, environment: wish.environment, steps: steps.map(({ step }) => step), verify };
  const policy = policyOf(deps, { service, environment, severity, steps: plan.steps });
  const chosen = looked.find(({ step }) => step.kind === 'code') ?? looked[0];
  if (chosen === undefined) {
    throw new Refusal('no_target', { service: wish.service, environment: wish.environment, reason: 'the plan has no steps' });
  }
  const ownChecks = await planChecks(deps, { plan, configured, flags: named?.flags ?? [] });
  return {
    plan,
    planHash: planHashOf(plan),
    checks: [...steps.flatMap(checksOf(steps.length)), ...ownChecks, ...(await repeats(deps, plan))],
    policy,
    preview: chosen.preview,
  };
}

const defaultTimeoutMs = 30 * 60_000;

/** A single step asked for ad hoc: the code of the environment, without a plan. */
function codeStep({ service, environment }: Wish, { code: { provider, ...target } }: EnvironmentSettings): StepSettings {
  const place = { id: 'code', needs: [], service, environment } as const;
  return { ...place, kind: 'code', provider, target, compensation: 'manual', onFailure: 'stop', timeoutMs: defaultTimeoutMs };
}

interface Looked {
  step: Step;
  preview: Preview;
}

/** What was asked for is the version of the code; every other step has its own target. */
async function look(deps: Deps, settings: StepSettings, wish: Wish): Promise<Looked> {
  const { to: fixed, needs, database, ...rest } = settings;
  const asked = fixed ?? (settings.kind === 'code' ? wish.to : undefined);
  const preview = await deps.open(settings.provider, settings.target).preview(asked);
  const step: Step = {
    ...rest,
    needs: [...needs],
    from: preview.current ?? unknown,
    to: targetOf(preview, settings, asked),
    change: preview.change ?? { summary: 'the difference is not known', commits: [] },
    fingerprint: preview.fingerprint,
    ...(preview.estimateSeconds === undefined ? {} : { estimateSeconds: preview.estimateSeconds }),
    ...((settings.kind === 'database' || preview.database) && { database: databaseOf(database, preview.database) }),
  };
  return { step, preview };
}

/** The file and the database may both vouch for a step: either is enough, and the later drill counts. */
function databaseOf(file: StepSettings['database'], provider: Preview['database']): DatabaseStep {
  const drilledAt = Math.max(file?.drilledAt ?? 0, provider?.drilledAt ?? 0);
  return {
    ...(provider?.class && { class: provider.class }),
    automated: file?.automated === true || provider?.automated === true,
    ...(drilledAt > 0 && { drilledAt }),
  };
}

const unknown: Version = { id: 'unknown', label: 'unknown', health: 'unknown' };

function targetOf({ target, candidates }: Preview, place: { service: string; environment: string }, asked: string | undefined): Version {
  if (target !== undefined) return target;
  const { service, environment } = place;
  if (asked === undefined) throw new Refusal('no_target', { service, environment, reason: 'no other version was ever healthy there' });
  const known = candidates
    .filter(({ health }) => health !== 'failed')
    .slice(0, 5)
    .map(({ label }) => label);
  throw new Refusal('unknown_version', {
    version: asked,
    service,
    environment,
    hint: known.length === 0 ? '' : `Known: ${known.join(', ')}.`,
  });
}

/** A step whose target is in effect already has nothing to do, and keeps none of the others waiting. */
function withoutDone(looked: readonly Looked[], wish: Wish): Looked[] {
  const left = looked.filter(({ step }) => step.from.id !== step.to.id);
  const [first] = looked;
  if (left.length === 0 && first) {
    throw new Refusal('already_live', { service: wish.service, environment: wish.environment, version: first.step.to.label });
  }
  const ids = new Set(left.map(({ step }) => step.id));
  return left.map(({ step, preview }) => ({ preview, step: { ...step, needs: needsLeft(step, { looked, ids }) } }));
}

/** What a left-out step needed is needed by those after it, so that the order holds. */
function needsLeft({ needs }: Step, of: { looked: readonly Looked[]; ids: ReadonlySet<string> }): string[] {
  const deeper = needs.flatMap((need) => {
    if (of.ids.has(need)) return [need];
    const skipped = of.looked.find(({ step }) => step.id === need)?.step;
    return skipped === undefined ? [] : needsLeft(skipped, of);
  });
  return [...new Set(deeper)];
}

/** In a plan of several steps a finding says which step it is about. */
const checksOf =
  (steps: number) =>
  ({ step, preview }: Looked): Check[] =>
    steps === 1 ? preview.checks : preview.checks.map((check) => ({ ...check, text: `${step.id}: ${check.text}` }));

interface At {
  service: ServiceSettings;
  environment: EnvironmentSettings;
  severity: Severity;
  steps: readonly Step[];
}

/** The policy for this place, the service's owners among the approvers where a rule says so. */
function policyOf({ settings }: Deps, { service, environment, severity, steps }: At): Policy {
  const rules = settings.policies.map(({ owners, ...rule }) => ({
    ...rule,
    groups: owners ? [...rule.groups, service.owner] : rule.groups,
  }));
  return policyFor(rules, { environment: environment.class, severity, steps }, settings.breakGlass);
}
