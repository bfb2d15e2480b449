import type { Policy } from '../../domain/policy.ts';
import { approversText } from '../../domain/policy.ts';
import { Refusal } from '../../domain/refusal.ts';
import type { Deps, EnvironmentSettings, ServiceSettings } from '../../ports.ts';
import type { Target } from '../../views/request-modal.ts';
import { knownService } from '../feature.ts';
import { isSingleStep, planNamed } from './plan-named.ts';

/** What somebody wants rolled back. */
export interface Wish extends Target {
  /** A version's label, id or its beginning, or `previous`; absent = the last known good one. */
  to?: string | undefined;
}

/** Everything that can be rolled back: the named plans first, they are what somebody thought of beforehand. */
export const allTargets = ({ settings }: Deps): Target[] => [
  ...settings.plans.map(({ id, service, environment }) => ({ plan: id, service, environment })),
  ...settings.services.flatMap(({ id, environments }) => environments.map((environment) => ({ service: id, environment: environment.id }))),
];

/** The same, and the single step of a plan that somebody asks for. */
export function targetsWith(deps: Deps, name: string | undefined): Target[] {
  const step = isSingleStep(name) ? planNamed(deps, name) : undefined;
  const alone = step && { plan: step.id, service: step.service, environment: step.environment };
  return [...(alone ? [alone] : []), ...allTargets(deps)];
}

/** `shop`, `shop production`, `campaign`, `campaign/promotion-off`, `shop to v41`, then free words. The environment may be left out when there is only one, or production. */
export function readWish(text: string, deps: Deps): { wish: Wish; rest: string } {
  const [name = '', ...words] = text.split(/\s+/).filter((word) => word !== '');
  if (name === '') throw new Refusal('usage', { text: `Name the service or plan: ${namesOf(deps)}.` });
  const target = readPlan(name, deps) ?? readService(name, words, deps);
  if (words[0]?.toLowerCase() !== 'to') return { wish: target, rest: words.join(' ') };

  const [, to, ...rest] = words;
  if (to === undefined)
    throw new Refusal('usage', { text: `Name the version after \`to\`, for example \`${target.plan ?? target.service} to previous\`.` });
  return { wish: { ...target, to }, rest: rest.join(' ') };
}

const namesOf = ({ settings }: Deps): string =>
  [...settings.services, ...settings.plans].map(({ id }) => `\`${id}\``).join(', ') || 'none is configured yet';

function readPlan(name: string, deps: Deps): Wish | undefined {
  const plan = planNamed(deps, name.toLowerCase());
  return plan && { plan: plan.id, service: plan.service, environment: plan.environment };
}

/** Takes the environment from the words when it stands there. */
function readService(name: string, words: string[], deps: Deps): Wish {
  const service = knownService(name, deps);
  const named = service.environments.some(({ id }) => id === words[0]?.toLowerCase()) ? words.shift()?.toLowerCase() : undefined;
  // A mistyped environment must not become the usual one, with its name read as the reason.
  if (words[1]?.toLowerCase() === 'to') throw unknownEnvironment(service, words[0] ?? '');
  const usual = service.environments.find(({ id }) => id === 'production') ?? service.environments[0];
  return { service: service.id, environment: named ?? usual?.id ?? '' };
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

/** “one approval by the Incident Commander or the Technical Lead” */
export function policyText(policy: Policy): string {
  const [only] = policy.require;
  if (policy.require.length > 1 || only === undefined) return `approvals: ${approversText(policy)}`;
  return `${only.approvals === 1 ? 'one approval' : `${only.approvals} approvals`} by ${approversText(policy)}`;
}
