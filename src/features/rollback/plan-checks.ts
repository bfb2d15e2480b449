import { calendarFreezes, freezeChecks } from '../../domain/calendar.ts';
import { databaseChecks } from '../../domain/database-rules.ts';
import type { PlacedHold } from '../../domain/hold.ts';
import { covers, holdChecks } from '../../domain/hold.ts';
import { peakOf } from '../../domain/peak.ts';
import type { Check, Plan, Step } from '../../domain/plan.ts';
import { ProviderError, type Deps, type EnvironmentSettings, type Settings, type StepSettings } from '../../ports.ts';
import { isSingleStep } from './plan-named.ts';

type Asking = Pick<Deps, 'settings' | 'metrics' | 'now'> & { queries: Pick<Deps['queries'], 'holds'> };

/** A plan, and every step it is made from: also those that have nothing left to do and are not in it. */
export interface Composed {
  plan: Plan;
  configured: readonly StepSettings[];
  /** Flags named by the plan itself. */
  flags: readonly string[];
}

/** What no provider can know: measurements, calendars, the database's rules, what ships by itself, what depends on the code. */
export async function planChecks(deps: Asking, { plan, configured, flags }: Composed): Promise<Check[]> {
  const [holds, ...database] = await Promise.all([deps.queries.holds(), ...plan.steps.map((step) => databaseStepChecks(deps, step))]);
  return [
    ...(plan.verify.length > 0 ? [] : [unmeasured]),
    ...(isSingleStep(plan.name) ? [alone] : []),
    ...namedBy(plan, database),
    ...holdsOf(holds, plan),
    ...freezesOf(deps, plan),
    ...autoSyncChecks(deps.settings, plan, configured),
    ...flagChecks(deps.settings, plan, { configured, flags }),
  ];
}

const alone: Check = { code: 'single_step', level: 'warn', text: 'this is one step of a plan; the others are not done' };

const unmeasured: Check = {
  code: 'no_verification',
  level: 'warn',
  text: 'nothing is measured afterwards, so the result will be inconclusive',
};

async function databaseStepChecks(deps: Asking, step: Step): Promise<Check[]> {
  if (step.kind !== 'database' && step.database === undefined) return [];
  const measure = (load: { provider: string; query: string }) => loadNow(deps, load);
  const peak = await peakOf(environmentOf(deps.settings, step)?.peakHours, { now: deps.now(), measure });
  return databaseChecks({ step, now: deps.now(), peak });
}

async function loadNow({ metrics }: Asking, { provider, query }: { provider: string; query: string }) {
  try {
    return await metrics(provider).measure(query);
  } catch (error) {
    if (error instanceof ProviderError) return { missing: error.message };
    throw error;
  }
}

/** In a plan of several steps a finding says which step it is about. */
function namedBy({ steps }: Plan, found: readonly Check[][]): Check[] {
  if (steps.length === 1) return found.flat();
  return steps.flatMap(({ id }, index) => (found[index] ?? []).map((check) => ({ ...check, text: `${id}: ${check.text}` })));
}

/** What people hold just now. A flag or a share of traffic is no deploy: only code has to be known good. */
function holdsOf(holds: readonly PlacedHold[], { service, steps }: Plan): Check[] {
  const services = new Set([service, ...steps.map((step) => step.service)]);
  const isHeld = (name: string): boolean => holds.some((hold) => covers(hold, name));
  const isKnownGood = steps.every(({ kind, to }) => kind !== 'code' || to.health === 'healthy');
  const concerned = [...services].filter(isHeld);
  const found = (concerned.length === 0 ? [service] : concerned).flatMap((name) => holdChecks(holds, { service: name, isKnownGood }));
  return found.filter(({ text }, index) => found.findIndex((other) => other.text === text) === index);
}

function freezesOf({ settings, now }: Asking, { service, steps }: Plan): Check[] {
  const services = new Set([service, ...steps.map((step) => step.service)]);
  const freezes = new Set([...services].flatMap((name) => calendarFreezes(settings, name, now())));
  const concerned = (names: readonly string[] | undefined) => steps.filter((step) => names?.includes(step.service) ?? true);
  return [...freezes].flatMap((freeze) => freezeChecks([freeze], concerned(freeze.services)));
}

/** What git says is shipped again, unless something pauses that: the rollback would be undone behind our back. */
function autoSyncChecks(settings: Settings, { steps }: Plan, configured: readonly StepSettings[]): Check[] {
  const undone = steps.filter(
    (step) =>
      step.kind === 'code' &&
      environmentOf(settings, step)?.autoSync === true &&
      !configured.some((other) => other.pauses === 'auto-sync' && isSamePlace(other, step)),
  );
  return undone.map(({ service, environment }) => ({
    code: 'auto_sync_on',
    level: 'warn',
    text: `${service} ${environment} ships what git says, and nothing here pauses that: it may undo the rollback. Pause it, or revert in git.`,
  }));
}

/** A flag whose code goes away keeps its value: nobody reads it, or the old code reads it in its own way. */
function flagChecks(settings: Settings, { steps }: Plan, { configured, flags }: Omit<Composed, 'plan'>): Check[] {
  const code = steps.filter(({ kind }) => kind === 'code');
  if (code.length === 0) return [];
  const all = new Set([...flags, ...code.flatMap((step) => environmentOf(settings, step)?.flags ?? [])]);
  const open = [...all].filter((flag) => !configured.some((step) => switches(step, flag)));
  if (open.length === 0) return [];
  const text = `Flags depend on the code that goes: ${open.join(', ')}. Switch them off, or make sure that the older code can live with them.`;
  return [{ code: 'flags_depend', level: 'warn', text }];
}

/** Does a step of the plan itself take care of the flag? Its target or its name tells. */
const switches = ({ kind, id, target }: StepSettings, flag: string): boolean =>
  kind === 'config' && (id === flag || JSON.stringify(target).includes(flag));

interface Place {
  readonly service: string;
  readonly environment: string;
}

const isSamePlace = (a: Place, b: Place): boolean => a.service === b.service && a.environment === b.environment;

function environmentOf({ services }: Settings, { service, environment }: Place): EnvironmentSettings | undefined {
  return services.find(({ id }) => id === service)?.environments.find(({ id }) => id === environment);
}
