import type { Check, Plan, Version } from '../../domain/plan.ts';
import { planHashOf } from '../../domain/plan.ts';
import type { Policy } from '../../domain/policy.ts';
import { approversText, policyFor } from '../../domain/policy.ts';
import { Refusal } from '../../domain/refusal.ts';
import type { Severity } from '../../domain/words.ts';
import type { Deps, EnvironmentSettings, Preview, RollbackTarget, ServiceSettings } from '../../ports.ts';
import type { Target } from '../../views/request-modal.ts';
import { knownService } from '../feature.ts';

export interface Wish extends Target {
  /** A version's label, id or its beginning, or `previous`; absent = the last known good one. */
  to?: string | undefined;
}

export interface Planned {
  preview: Preview;
  checks: Check[];
  policy: Policy;
  plan: Plan;
  planHash: string;
}

export const allTargets = ({ settings }: Deps): Target[] =>
  settings.services.flatMap(({ id, environments }) => environments.map((environment) => ({ service: id, environment: environment.id })));

/** Looks, and changes nothing: what would be rolled back, to what, and what speaks against it. @throws Refusal, ProviderError */
export async function makePlan(deps: Deps, wish: Wish, severity: Severity): Promise<Planned> {
  const { service, environment } = settingsOf(deps, wish);
  const target = deps.target(wish.service, wish.environment);
  const preview = await target.preview(wish.to);
  const to = targetOf(preview, wish);
  if (preview.current?.id === to.id)
    throw new Refusal('already_live', { service: wish.service, environment: wish.environment, version: to.label });

  const unknown: Version = { id: 'unknown', label: 'unknown', health: 'unknown' };
  const step = {
    kind: 'code',
    provider: providerOf(target),
    target: target.description,
    from: preview.current ?? unknown,
    to,
    change: preview.change ?? { summary: 'the difference is not known', commits: [] },
    fingerprint: preview.fingerprint,
    ...(preview.estimateSeconds === undefined ? {} : { estimateSeconds: preview.estimateSeconds }),
  } as const;
  const plan: Plan = { service: wish.service, environment: wish.environment, steps: [step], verify: [...environment.verify] };
  const policy = policyOf(deps, { service, environment, severity });
  return { preview, checks: [...preview.checks, ...ownChecks(plan)], policy, plan, planHash: planHashOf(plan) };
}

const providerOf = ({ description: { provider } }: RollbackTarget): string => (typeof provider === 'string' ? provider : '');

function targetOf({ target, candidates }: Preview, { service, environment, to }: Wish): Version {
  if (target !== undefined) return target;
  if (to === undefined) throw new Refusal('no_target', { service, environment, reason: 'no other version was ever healthy there' });
  const known = candidates.slice(0, 5).map(({ label }) => label);
  throw new Refusal('unknown_version', {
    version: to,
    service,
    environment,
    hint: known.length === 0 ? '' : `Known: ${known.join(', ')}.`,
  });
}

function ownChecks({ verify }: Plan): Check[] {
  if (verify.length > 0) return [];
  return [{ code: 'no_verification', level: 'warn', text: 'nothing is measured afterwards, so the result will be inconclusive' }];
}

/** @throws Refusal naming what there is */
export function settingsOf(deps: Deps, wish: Target): { service: ServiceSettings; environment: EnvironmentSettings } {
  const service = knownService(wish.service, deps);
  const environment = service.environments.find(({ id }) => id === wish.environment);
  if (!environment) throw unknownEnvironment(service, wish.environment);
  return { service, environment };
}

/** The refusal of an environment that this service does not have. */
export function unknownEnvironment({ id, environments }: ServiceSettings, environment: string): Refusal {
  const known = environments.map((each) => each.id).join(', ');
  return new Refusal('unknown_environment', { service: id, environment: environment.slice(0, 63), known });
}

interface At {
  service: ServiceSettings;
  environment: EnvironmentSettings;
  severity: Severity;
}

/** The policy for this place, the service's owners among the approvers where a rule says so. */
function policyOf({ settings }: Deps, { service, environment, severity }: At): Policy {
  const rules = settings.policies.map(({ owners, ...rule }) => ({
    ...rule,
    groups: owners ? [...rule.groups, service.owner] : rule.groups,
  }));
  return policyFor(rules, { environment: environment.class, severity });
}

/** “one approval by the Incident Commander or the Technical Lead” */
export const policyText = (policy: Policy): string =>
  `${policy.approvals === 1 ? 'one approval' : `${policy.approvals} approvals`} by ${approversText(policy)}`;

/** `shop`, `shop production`, `shop to v41`, then free words. The environment may be left out when there is only one, or production. */
export function readWish(text: string, deps: Deps): { wish: Wish; rest: string } {
  const [name = '', ...words] = text.split(/\s+/).filter((word) => word !== '');
  if (name === '')
    throw new Refusal('usage', {
      text: `Name the service: ${
        allTargets(deps)
          .map(({ service }) => `\`${service}\``)
          .join(', ') || 'none is configured yet'
      }.`,
    });
  const service = knownService(name, deps);
  const named = service.environments.some(({ id }) => id === words[0]?.toLowerCase()) ? words.shift()?.toLowerCase() : undefined;
  const usual = service.environments.find(({ id }) => id === 'production') ?? service.environments[0];
  const environment = named ?? usual?.id ?? '';
  // A mistyped environment must not become the usual one, with its name read as the reason.
  if (words[1]?.toLowerCase() === 'to') throw unknownEnvironment(service, words[0] ?? '');
  if (words[0]?.toLowerCase() !== 'to') return { wish: { service: service.id, environment }, rest: words.join(' ') };

  const [, to, ...rest] = words;
  if (to === undefined) throw new Refusal('usage', { text: `Name the version after \`to\`, for example \`${service.id} to previous\`.` });
  return { wish: { service: service.id, environment, to }, rest: rest.join(' ') };
}
