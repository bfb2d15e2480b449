import { Refusal } from '../../domain/refusal.ts';
import { leftIn } from '../../domain/repeat.ts';
import type { KnownRollback } from '../../domain/rollback.ts';
import { median, timesOf } from '../../domain/times.ts';
import type { Deps, EnvironmentSettings, PlanSettings, Preview, ServiceSettings } from '../../ports.ts';
import { ProviderError } from '../../ports.ts';
import type { TargetPlan, TargetsOf, TargetVersion, Usual } from '../../views/rollback-targets.ts';
import { rollbackTargets } from '../../views/rollback-targets.ts';
import type { Feature } from '../feature.ts';
import { knownService, states } from '../feature.ts';
import { unknownEnvironment } from './read-wish.ts';

const remembered = 50;

/** `/rollback targets`: what a service could go back to, and what is known about each version. */
export const lookAtTargets: Feature = (on, deps) => {
  const verb = {
    name: 'targets',
    usage: 'targets <service> [environment]',
    help: 'what one could go back to, with age and health',
    example: 'targets shop production',
  };
  on.command('rollback', verb, async ({ text, channel }) => {
    const { service, environments } = read(text, deps);
    const history = states(await deps.queries.rollbackHistory(service.id, remembered));
    const [incident, ...looked] = await Promise.all([
      deps.queries.incidentByRoom(channel),
      ...environments.map((environment) => look(deps, { service, environment, history })),
    ]);
    const isOpen = incident !== undefined && incident.state.status !== 'resolved';
    return rollbackTargets({
      service: service.id,
      environments: looked,
      plans: plansOf(deps, service, environments),
      incidentId: isOpen ? incident.id : undefined,
      now: deps.now(),
    });
  });
};

function read(text: string, deps: Deps): { service: ServiceSettings; environments: readonly EnvironmentSettings[] } {
  const [name = '', asked, ...more] = text.split(/\s+/).filter((word) => word !== '');
  const known = deps.settings.services.map(({ id }) => `\`${id}\``).join(', ') || 'none is configured yet';
  if (name === '') throw new Refusal('usage', { text: `Name the service: ${known}.` });
  const service = knownService(name, deps);
  if (more.length > 0) throw new Refusal('usage', { text: `Name the service and one environment: \`/rollback targets ${service.id}\`.` });
  if (asked === undefined) return { service, environments: service.environments };
  const environments = service.environments.filter(({ id }) => id === asked.toLowerCase());
  if (environments.length === 0) throw unknownEnvironment(service, asked);
  return { service, environments };
}

interface Place {
  service: ServiceSettings;
  environment: EnvironmentSettings;
  /** Of the service, newest first. */
  history: readonly KnownRollback[];
}

/** One environment that does not answer must not hide the others. */
async function look(deps: Deps, place: Place): Promise<TargetsOf> {
  const environment = place.environment.id;
  try {
    const preview = await deps.target(place.service.id, environment).preview();
    const withPast = (version: TargetVersion['version']): TargetVersion => ({
      version,
      left: leftIn(place.history, { service: place.service.id, environment, from: version }),
    });
    const { current, candidates, lastKnownGood } = preview;
    return {
      environment,
      current: current && withPast(current),
      candidates: candidates.map(withPast),
      lastKnownGood,
      usual: usualOf(place, preview),
    };
  } catch (error) {
    if (!(error instanceof ProviderError || error instanceof Refusal)) throw error;
    deps.log.warn({ err: error, service: place.service.id, environment }, 'targets could not be read');
    return { environment, trouble: error.message };
  }
}

/** What really happened here says more than an estimate. A plan of several steps takes another time than the code alone. */
function usualOf({ environment, history }: Place, { estimateSeconds }: Preview): Usual | undefined {
  const times = history
    .filter(({ plan }) => plan.environment === environment.id && plan.name === undefined)
    .map((rollback) => timesOf(rollback))
    .filter(({ execute }) => execute !== undefined);
  const executeMs = median(times.flatMap(({ execute }) => execute ?? []));
  if (executeMs === undefined) return estimateSeconds === undefined ? undefined : { from: 'provider', executeMs: estimateSeconds * 1000 };
  return { from: 'history', rollbacks: times.length, executeMs, recoverMs: median(times.flatMap(({ recover }) => recover ?? [])) };
}

const plansOf = ({ settings }: Deps, service: ServiceSettings, environments: readonly EnvironmentSettings[]): TargetPlan[] =>
  settings.plans
    .filter((plan) => plan.service === service.id && environments.some(({ id }) => id === plan.environment))
    .map((plan) => ({ name: plan.id, environment: plan.environment, description: plan.description, groups: groupsOf(plan) }));

/** Steps in the order in which they can begin: a group needs nothing but the groups before it. */
function groupsOf({ steps }: Pick<PlanSettings, 'steps'>): string[][] {
  const groups: string[][] = [];
  let left = [...steps];
  while (left.length > 0) {
    const done = groups.flat();
    const next = left.filter(({ needs }) => needs.every((need) => done.includes(need)));
    // A circle is refused when the configuration is read; here it must not turn for ever.
    const group = next.length === 0 ? left : next;
    groups.push(group.map(({ id }) => id));
    left = left.filter((step) => !group.includes(step));
  }
  return groups;
}
