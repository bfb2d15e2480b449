import type { Policy } from '../../domain/policy.ts';
import { approversText } from '../../domain/policy.ts';
import { Refusal } from '../../domain/refusal.ts';
import type { Deps, EnvironmentSettings, ServiceSettings } from '../../ports.ts';
import type { Target } from '../../views/request-modal.ts';

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

/** `shop`, `shop production`, `campaign`, `shop to v41`, then free words. The environment may be left out when there is only one, or production. */
export function readWish(text: string, deps: Deps): { wish: Wish; rest: string } {
  const [name = '', ...words] = text.split(/\s+/).filter((word) => word !== '');
  if (name === '') throw new Refusal('usage', { text: `Name the service or plan: ${namesOf(deps)}.` });
  const target = readTarget(name.toLowerCase(), words, deps);
  if (target === undefined) throw new Refusal('unknown_service', { service: name.slice(0, 63), hint: `Known: ${namesOf(deps)}.` });
  const to = words[0]?.toLowerCase() === 'to' ? words.splice(0, 2)[1] : undefined;
  return { wish: { ...target, to }, rest: words.join(' ') };
}

const namesOf = ({ settings }: Deps): string =>
  [...settings.services, ...settings.plans].map(({ id }) => `\`${id}\``).join(', ') || 'none is configured yet';

/** Takes the environment from the words when it stands there. */
function readTarget(name: string, words: string[], { settings }: Deps): Wish | undefined {
  const plan = settings.plans.find(({ id }) => id === name);
  if (plan) return { plan: plan.id, service: plan.service, environment: plan.environment };
  const service = settings.services.find(({ id }) => id === name);
  if (!service) return undefined;

  const named = service.environments.some(({ id }) => id === words[0]?.toLowerCase()) ? words.shift()?.toLowerCase() : undefined;
  const usual = service.environments.find(({ id }) => id === 'production') ?? service.environments[0];
  return { service: service.id, environment: named ?? usual?.id ?? '' };
}

/** @throws Refusal naming what there is */
export function settingsOf({ settings }: Deps, wish: Target): { service: ServiceSettings; environment: EnvironmentSettings } {
  const service = settings.services.find(({ id }) => id === wish.service);
  if (!service) {
    const known = settings.services.map(({ id }) => id).join(', ');
    throw new Refusal('unknown_service', {
      service: wish.service,
      hint: known === '' ? 'None is configured in warroom.yml.' : `Known: ${known}.`,
    });
  }
  const environment = service.environments.find(({ id }) => id === wish.environment);
  if (!environment) {
    const known = service.environments.map(({ id }) => id).join(', ');
    throw new Refusal('unknown_environment', { service: service.id, environment: wish.environment, known });
  }
  return { service, environment };
}

/** “one approval by the Incident Commander or the Technical Lead” */
export const policyText = (policy: Policy): string =>
  `${policy.approvals === 1 ? 'one approval' : `${policy.approvals} approvals`} by ${approversText(policy)}`;
