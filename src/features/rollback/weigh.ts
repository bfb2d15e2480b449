import { setTimeout as sleep } from 'node:timers/promises';
import { amount } from '../../domain/amount.ts';
import type { DecideFacts, Objective, Possibility } from '../../domain/decide-rule.ts';
import type { Measurement } from '../../domain/measurement.ts';
import { questionOf } from '../../domain/measurement.ts';
import type { Check, Gate, Threshold } from '../../domain/plan.ts';
import { Refusal } from '../../domain/refusal.ts';
import { liveStatuses } from '../../domain/rollback.ts';
import { judge } from '../../domain/verification.ts';
import type { Severity } from '../../domain/words.ts';
import { rollbackName } from '../../domain/words.ts';
import type { Deps } from '../../ports.ts';
import { ProviderError } from '../../ports.ts';
import type { Weighing } from '../../views/decide-facts.ts';
import type { Target } from '../../views/request-modal.ts';
import type { Planned } from './make-plan.ts';
import { planNamed } from './plan-named.ts';
import { makePlan } from './make-plan.ts';
import { settingsOf } from './read-wish.ts';

/** Somebody looks at an empty form meanwhile: what does not answer in this time is not known. */
const patienceMs = 6000;

/** Looks up what has to be known for “roll back or roll forward?”. Changes nothing; whatever cannot be found out is said to be unknown. */
export async function weigh(deps: Deps, target: Target | undefined, severity: Severity): Promise<Weighing> {
  const at = deps.now();
  if (target === undefined) {
    const unsaid: Possibility = { state: 'unknown', text: 'it is not said which service it is about' };
    return { at, checks: [], facts: { objectives: [], rollback: unsaid, flag: unsaid } };
  }
  const { service, environment } = target;
  const place = { service, environment };
  const [objectives, back, flag, past] = await Promise.all([
    Promise.all(settingsOf(deps, target).environment.verify.map((gate) => objective(gate, deps))),
    wayBack(deps, target, severity),
    flagOff(deps, target, severity),
    pastOf(deps, target),
  ]);
  const { current, checks, rollback } = back;
  const deployedAt = current?.deployedAt;
  const facts: DecideFacts = {
    objectives,
    rollback,
    flag: flag.possibility,
    ...(deployedAt === undefined || deployedAt > at ? {} : { sinceDeployMs: at - deployedAt }),
    ...(past.running === undefined ? {} : { running: past.running }),
    ...(past.last === undefined ? {} : { lastRollbackMs: past.last.ms }),
  };
  return {
    ...place,
    at,
    facts,
    checks,
    ...(current === undefined ? {} : { current }),
    ...(past.last === undefined ? {} : { last: past.last }),
    ...(flag.plan === undefined ? {} : { flagPlan: flag.plan }),
  };
}

/** In time, or why not. Everything but a refusal and a provider's silence is a bug, and passes. */
async function known<T>(ask: () => Promise<T>): Promise<{ answer: T } | { refused: string } | { silent: string }> {
  const late = sleep(patienceMs, { silent: `no answer within ${patienceMs / 1000} s` }, { ref: false });
  try {
    return await Promise.race([ask().then((answer) => ({ answer })), late]);
  } catch (error) {
    if (error instanceof Refusal) return { refused: error.message };
    if (error instanceof ProviderError) return { silent: error.message };
    throw error;
  }
}

/** One gate of the environment, measured now against its condition. */
async function objective(gate: Gate, deps: Deps): Promise<Objective> {
  const { name } = gate;
  const measured = await known(() => measureNow(gate, deps));
  if (!('answer' in measured))
    return { name, state: 'unknown', text: `${name}: ${'silent' in measured ? measured.silent : measured.refused}` };
  const { answer } = measured;
  if ('missing' in answer) return { name, state: 'unknown', text: `${name}: no data (${answer.missing})` };
  const text = `${name} ${amount(gate, answer.value)}${needs(gate)}`;
  const finding = judge(gate, answer.value);
  if (finding === 'neither') return { name, state: 'unknown', text: `${text}, and that alone is neither good nor bad` };
  return { name, state: finding === 'good' ? 'met' : 'breached', text };
}

async function measureNow(gate: Gate, { metrics }: Deps): Promise<Measurement> {
  const source = metrics(gate.provider);
  const { minimumTraffic } = gate;
  const [value, traffic] = await Promise.all([
    source.measure(questionOf(gate.query, gate)),
    minimumTraffic && source.measure(questionOf(minimumTraffic.query, gate)),
  ]);
  if (minimumTraffic === undefined || traffic === undefined) return value;
  if ('missing' in traffic) return { missing: `traffic is not known: ${traffic.missing}` };
  return traffic.value < minimumTraffic.atLeast ? { missing: 'too little traffic to tell' } : value;
}

function needs(gate: Gate): string {
  const said = (word: string, { operator, value }: Threshold): string => ` (${word} ${operator} ${amount(gate, value)})`;
  if (gate.pass) return said('needs', gate.pass);
  return gate.fail ? said('fails', gate.fail) : '';
}

type WayBack = Pick<Weighing, 'current' | 'checks'> & { rollback: Possibility };

/** What `/rollback request` would plan and find just now. */
async function wayBack(deps: Deps, { service, environment }: Target, severity: Severity): Promise<WayBack> {
  const planned = await known(() => makePlan(deps, { service, environment }, severity));
  if ('answer' in planned) {
    const { preview, checks } = planned.answer;
    const rollback = possibilityOf(planned.answer, `back to ${preview.target?.label ?? 'the version before'}`);
    return { checks, rollback, ...(preview.current === undefined ? {} : { current: preview.current }) };
  }
  if ('silent' in planned) return { checks: [], rollback: { state: 'unknown', text: planned.silent } };
  // There may be nothing to go back to; what runs is worth knowing all the same.
  const preview = await known(async () => deps.target(service, environment).preview());
  const current = 'answer' in preview ? preview.answer.current : undefined;
  return { checks: [], rollback: { state: 'impossible', text: planned.refused }, ...(current === undefined ? {} : { current }) };
}

/** A block makes it impossible; a warning is something to be careful with. */
function possibilityOf({ checks }: Pick<Planned, 'checks'>, what: string): Possibility {
  const of = (level: Check['level']): string[] => checks.filter((check) => check.level === level).map(({ text }) => text);
  const blocks = of('block');
  if (blocks.length > 0) return { state: 'impossible', text: blocks.join('; ') };
  return { state: 'possible', text: `${what}, ${of('pass').length} checks are well`, careful: of('warn') };
}

/** The flag alone, where a plan of the place has a step for it and it is not off already. */
async function flagOff(deps: Deps, target: Target, severity: Severity): Promise<{ plan?: string; possibility: Possibility }> {
  const here = deps.settings.plans.filter(({ service, environment }) => service === target.service && environment === target.environment);
  const [step] = here.flatMap(({ id, steps }) => steps.flatMap((each) => (each.kind === 'config' ? [`${id}/${each.id}`] : [])));
  const plan = planNamed(deps, step);
  if (plan === undefined) return { possibility: { state: 'impossible', text: 'no plan with a config step is configured' } };
  const planned = await known(() => makePlan(deps, { plan: plan.id, service: plan.service, environment: plan.environment }, severity));
  if ('silent' in planned) return { plan: plan.id, possibility: { state: 'unknown', text: planned.silent } };
  if ('refused' in planned) return { possibility: { state: 'impossible', text: planned.refused } };
  return { plan: plan.id, possibility: possibilityOf(planned.answer, `step ${plan.id}`) };
}

const looked = 20;
const measured = ['recovered', 'not recovered', 'inconclusive'] as const;

/** A rollback of this that runs now, and the last one that ran to a verdict. */
async function pastOf({ queries }: Deps, { service, environment }: Target): Promise<Pick<Weighing, 'last'> & { running?: string }> {
  const [history, live] = await Promise.all([queries.rollbackHistory(service, looked), queries.liveRollback(service, environment)]);
  const ended = history
    .map(({ state }) => state)
    .find(
      (state) =>
        state.plan.environment === environment && (measured as readonly string[]).includes(state.status) && state.endedAt !== undefined,
    );
  const { startedAt, endedAt } = ended ?? {};
  const isLive = live !== undefined && (liveStatuses as readonly string[]).includes(live.state.status);
  return {
    ...(ended === undefined || startedAt === undefined || endedAt === undefined
      ? {}
      : { last: { name: rollbackName(ended.number), status: ended.status, ms: endedAt - startedAt } }),
    ...(isLive ? { running: `${rollbackName(live.state.number)} is ${live.state.status}` } : {}),
  };
}
