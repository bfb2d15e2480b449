import { z } from 'zod';
import type { Reach } from '../../domain/plan.ts';
import { Refusal } from '../../domain/refusal.ts';
import { rollback } from '../../domain/rollback.ts';
import type { Deps, RollbackTarget, StoredIncident } from '../../ports.ts';
import { ProviderError } from '../../ports.ts';
import type { Modal } from '../../views/blocks.ts';
import { ids } from '../../views/ids.ts';
import type { Target } from '../../views/request-modal.ts';
import { parseTarget, requestModal } from '../../views/request-modal.ts';
import type { Feature } from '../feature.ts';
import { incidentById, incidentOf } from '../feature.ts';
import { assertAlone } from './alone.ts';
import { makePlan } from './make-plan.ts';
import { planNamed } from './plan-named.ts';
import type { Wish } from './read-wish.ts';
import { readWish, settingsOf, targetsWith } from './read-wish.ts';

const Ref = z.object({
  id: z.string(),
  plan: z.string().optional(),
  service: z.string().optional(),
  environment: z.string().optional(),
  to: z.string().optional(),
});
const Metadata = z.object({ id: z.string(), plan: z.string().optional(), service: z.string(), environment: z.string() });
const Form = z.object({
  /** Absent where every step of the plan has its own target. */
  version: z.string('Choose a version').optional(),
  reason: z.string('Say why, in a few words').trim().min(1, 'Say why, in a few words').max(500),
});

/** Asks for a rollback: by command, or by a form that looks the versions up while it already stands there. */
export const requestRollback: Feature = (on, deps) => {
  const verb = {
    name: 'request',
    usage: 'request <service|plan> [environment] [to <version|previous|sha>] [reason]',
    help: 'asks for a rollback; somebody else approves it',
    example: 'request shop to v41 errors began with v42',
  };
  on.command('rollback', verb, async (input) => {
    const { incident, text } = await incidentOf(input, deps, '/rollback request INC-12 shop');
    if (text === '') return openRequest(deps, { incident }, input.modal);
    const { wish, rest } = readWish(text, deps);
    await request(deps, { ...input, incident, wish, reason: rest || incident.state.title });
  });

  on.button(ids.openRequest, Ref, async ({ value, modal }) => {
    const incident = await incidentById(value.id, deps);
    await openRequest(deps, { incident, ...value }, modal);
  });

  // The menu inside the form: its value is the chosen target.
  on.button(ids.chooseTarget, z.string(), async ({ value, view }) => {
    if (!view) return;
    const { id } = z.object({ id: z.string() }).parse(view.metadata);
    const chosen = parseTarget(value);
    await view.replace(requestModal({ id, targets: targetsWith(deps, chosen.plan), chosen, state: { kind: 'loading' } }));
    await view.replace(await readyForm(deps, { id, chosen }));
  });

  on.submit(ids.requestRollback, { form: Form, metadata: Metadata }, async ({ form, metadata, ...input }) => {
    const incident = await incidentById(metadata.id, deps);
    await request(deps, {
      ...input,
      incident,
      wish: { plan: metadata.plan, service: metadata.service, environment: metadata.environment, to: form.version },
      reason: form.reason,
    });
  });
};

interface Opening {
  incident: StoredIncident;
  plan?: string | undefined;
  service?: string | undefined;
  environment?: string | undefined;
  to?: string | undefined;
  reason?: string | undefined;
}

/** Opens the form at once; versions are looked up while it already stands there. @throws Refusal when the incident is over */
export async function openRequest(
  deps: Deps,
  { incident, plan, service, environment, to, reason }: Opening,
  open: (view: Modal) => Promise<(next: Modal) => Promise<void>>,
): Promise<void> {
  assertOpen(incident);
  const { id } = incident;
  const targets = targetsWith(deps, plan);
  const fitting = targets.filter((target) => (service === undefined || target.service === service) && target.plan === plan);
  const chosen =
    fitting.find((target) => target.environment === environment) ??
    (service !== undefined || fitting.length === 1 ? usual(fitting) : undefined);
  const replace = await open(requestModal({ id, targets, chosen, state: { kind: 'loading' } }));
  if (chosen) await replace(await readyForm(deps, { id, chosen, to, reason }));
}

const usual = (targets: readonly Target[]): Target | undefined =>
  targets.find(({ environment }) => environment === 'production') ?? targets[0];

interface Chosen {
  id: string;
  chosen: Target;
  to?: string | undefined;
  reason?: string | undefined;
}

async function readyForm(deps: Deps, { id, chosen, to, reason }: Chosen): Promise<Modal> {
  const form = { id, targets: targetsWith(deps, chosen.plan), chosen, reason };
  try {
    settingsOf(deps, chosen);
    const target = codeTargetOf(deps, chosen);
    if (target === undefined) return requestModal({ ...form, state: { kind: 'fixed' } });
    const { current, candidates, lastKnownGood } = await target.preview(to);
    return requestModal({ ...form, state: { kind: 'ready', current, candidates, lastKnownGood, to } });
  } catch (error) {
    if (!(error instanceof Refusal || error instanceof ProviderError)) throw error;
    return requestModal({ ...form, state: { kind: 'error', text: error.message } });
  }
}

/** What a version is chosen for: the code of the service, or the code step of the plan. */
export function codeTargetOf(deps: Deps, { plan, service, environment }: Target): RollbackTarget | undefined {
  if (plan === undefined) return deps.target(service, environment);
  const step = planNamed(deps, plan)?.steps.find(({ kind, to }) => kind === 'code' && to === undefined);
  return step && deps.open(step.provider, step.target);
}

interface Request {
  incident: StoredIncident;
  wish: Wish;
  reason: string;
  user: string;
  at: number;
  inboxKey: string;
}

/** Looks, and asks for the rollback. @returns its id. @throws Refusal, ProviderError */
export async function request(deps: Deps, { incident, wish, reason, user, at, inboxKey }: Request): Promise<string> {
  assertOpen(incident);
  const [planned] = await Promise.all([makePlan(deps, wish, incident.state.severity), assertAlone(deps, reachOf(deps, wish))]);
  const { plan, planHash, checks, policy } = planned;
  const command = { type: 'rollback.request', incidentId: incident.id, plan, planHash, checks, policy, reason, by: user, at } as const;
  return (await deps.execute(rollback, deps.newId('rb'), command, { inboxKey })).id;
}

function assertOpen({ state: { number, status } }: StoredIncident): void {
  if (status === 'resolved') throw new Refusal('incident_over', { number, status, command: 'a rollback' });
}

/** What the wish reaches, before anything is looked up. */
function reachOf(deps: Deps, { plan, service, environment }: Wish): Reach {
  return planNamed(deps, plan) ?? { service, environment, steps: [] };
}
