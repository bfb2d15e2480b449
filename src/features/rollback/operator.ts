import { can } from '../../domain/rollback.ts';
import { Refusal } from '../../domain/refusal.ts';
import { incidentName, rollbackName } from '../../domain/words.ts';
import type { Deps, Operator, OperatorCommand, OperatorInput, OperatorView, StoredRollback } from '../../ports.ts';
import { planPreview } from '../../views/plan-preview.ts';
import { rollbackCard } from '../../views/rollback-card.ts';
import { originOf, rollbackWords, targetOf } from '../../views/words.ts';
import { incidentNamed, rollbackOf } from '../feature.ts';
import { makePlan } from './make-plan.ts';
import { offersOf, operations } from './operations.ts';
import { allTargets, policyText, readWish, settingsOf, unknownEnvironment } from './read-wish.ts';
import { request } from './request.ts';

type OfRollbacks = Pick<Operator, 'plan' | 'request' | 'act' | 'show' | 'rollbacksOf' | 'waiting'>;

/** Rollbacks for people who cannot reach Slack: other words in, the same decisions behind. */
export function operateRollbacks(deps: Deps): OfRollbacks {
  const { queries } = deps;
  const named = async (name: string): Promise<StoredRollback> => (await rollbackOf(name, deps, 'RB-7')).rollback;
  const show = async (found: StoredRollback): Promise<OperatorView> => viewOf(found, deps);
  const viewsOf = async (incidentId: string): Promise<OperatorView[]> => Promise.all((await queries.rollbacksOf(incidentId)).map(show));
  return {
    plan: (text, incident) => plan(deps, text, incident),
    request: async (by, { incident: name, text }) => {
      const incident = await incidentNamed(name, deps);
      const { wish, rest } = readWish(text, deps);
      const id = await request(deps, { ...by, incident, wish, reason: rest || incident.state.title });
      return show(await stored(deps, id));
    },
    act: async (by, name, command) => {
      const found = await named(name);
      await carryOut(deps, found, { by, command });
      return show(await stored(deps, found.id));
    },
    show: async (name) => show(await named(name)),
    rollbacksOf: async (name) => viewsOf((await incidentNamed(name, deps)).id),
    waiting: async (user) => {
      const open = await queries.openIncidents();
      const all = (await Promise.all(open.map(({ id }) => queries.rollbacksOf(id)))).flat();
      const isMine = ({ state }: StoredRollback): boolean => state.requestedBy === user || state.votes.some((each) => each.user === user);
      return Promise.all(all.filter((each) => can('rollback.approve', each.state) && !isMine(each)).map(show));
    },
  };
}

async function stored({ queries }: Deps, id: string): Promise<StoredRollback> {
  const found = await queries.rollback(id);
  if (!found) throw new Refusal('no_rollback', { ref: 'with this id' });
  return found;
}

async function plan(deps: Deps, text: string, name: string | undefined): ReturnType<Operator['plan']> {
  const incident = name === undefined ? undefined : await incidentNamed(name, deps);
  const { wish, rest } = readWish(text, deps);
  if (rest !== '') throw unknownEnvironment(settingsOf(deps, wish).service, rest);
  const { service, environment } = wish;
  const planned = await makePlan(deps, wish, incident?.state.severity ?? 'SEV3');
  return planPreview({
    service,
    environment,
    plan: planned.plan,
    preview: { ...planned.preview, checks: planned.checks },
    policyText: policyText(planned.policy),
    targets: allTargets(deps),
    incidentId: incident?.id,
  });
}

interface Carried {
  by: OperatorInput;
  command: OperatorCommand;
}

/** What is not offered (any more) is decided all the same: the repetition of something that was recorded gets its first answer again. */
async function carryOut(deps: Deps, found: StoredRollback, { by, command }: Carried): Promise<void> {
  const verb = command.verb.toLowerCase();
  const operation = Object.hasOwn(operations, verb) ? operations[verb] : undefined;
  if (operation !== undefined) return operation.run({ deps, found, by, command });
  const { number, status } = found.state;
  const offers = [...new Set(offersOf(found.state).map((offer) => offer.verb))].join(', ') || 'nothing';
  throw new Refusal('bad_operation', { rollback: rollbackName(number), status: rollbackWords[status], offers });
}

async function viewOf({ id, state }: StoredRollback, { queries, now }: Deps): Promise<OperatorView> {
  const incident = await queries.incident(state.incidentId);
  const { number, plan: of, status, planHash, requestedBy } = state;
  return {
    rollback: rollbackName(number),
    incident: incident === undefined ? '' : incidentName(incident.state.number),
    service: of.service,
    environment: of.environment,
    from: originOf(of),
    to: targetOf(of),
    status,
    planHash,
    requestedBy,
    card: rollbackCard({ id, rollback: state, now: now() }),
    offers: offersOf(state),
  };
}
