// What must hold after any run, whatever broke during it, recomputed from raw facts and from the provider's own ledger.
import type { Kysely } from 'kysely';
import type { LedgerEntry } from '../../sandbox/production/github/state.ts';
import { incident, type IncidentEvent } from '../../src/domain/incident.ts';
import { operationId, rollback, type KnownRollback, type Place, type RollbackEvent } from '../../src/domain/rollback.ts';
import { canonical } from '../../src/lib/canonical.ts';
import type { RecordedFact } from '../../src/ports.ts';
import { linkHash } from '../../src/store/ledger.ts';
import { createQueries } from '../../src/store/queries.ts';
import type { Database } from '../../src/store/schema.ts';
import { voteTrouble } from './vote-trouble.ts';

interface Evidence {
  db: Kysely<Database>;
  /** Every run that a provider ever started, or every effect it had, by its own count. */
  runs: readonly Pick<LedgerEntry, 'opId'>[];
  /** Jobs that were given up are trouble, unless the test meant it. */
  parkedAllowed?: boolean;
  /** Nobody worked: what is due may wait. */
  workAllowed?: boolean;
}

/** Everything that does not hold, in words; empty when all is well. */
export async function brokenInvariants(evidence: Evidence): Promise<string[]> {
  const { db, runs } = evidence;
  const incidents = await db.selectFrom('incident').select(['id', 'head_seq', 'head_hash']).execute();
  const broken = await Promise.all(
    incidents.map(async ({ id, head_seq: seq, head_hash: hash }) => {
      const facts = await allFacts(db, id);
      return [...chainTrouble(facts, { seq, hash }), ...quorumTrouble(facts), ...effectTrouble(facts, runs)];
    }),
  );
  const all = [stateTrouble(db), inboxTrouble(db), outboxTrouble(evidence), strangerTrouble(evidence), idleTrouble(db)];
  return [...broken.flat(), ...(await Promise.all(all)).flat()];
}

async function allFacts(db: Kysely<Database>, incidentId: string): Promise<RecordedFact[]> {
  const queries = createQueries(db);
  const facts: RecordedFact[] = [];
  for (;;) {
    const page = await queries.facts(incidentId, { after: facts.length, limit: 1000 });
    facts.push(...page);
    if (page.length < 1000) return facts;
  }
}

/** I4: numbered without gaps, each hash covers the one before, and the incident knows the last one. */
function chainTrouble(facts: readonly RecordedFact[], head: { seq: number; hash: string }): string[] {
  let hash = '';
  const broken = facts.filter(({ incidentId, seq, event, hash: stored }, index) => {
    hash = linkHash(hash, { incidentId, seq, event });
    return seq !== index + 1 || hash !== stored;
  });
  const ends = head.seq === facts.length && head.hash === hash;
  return [...broken.map(({ seq }) => `I4: fact ${seq} does not fit into its chain`), ...(ends ? [] : ['I4: the chain has another end'])];
}

/** I3: whenever a step was begun, enough people other than the requester had approved exactly this plan, and none had taken it back. */
function quorumTrouble(facts: readonly RecordedFact[]): string[] {
  return facts.flatMap(({ entityId, event, seq }) => {
    if (event.type !== 'rollback.step-intended') return [];
    const before = eventsOf(facts, entityId).filter((fact) => fact.seq < seq);
    return voteTrouble(
      before.map((fact) => fact.event),
      event.at,
    ).map((trouble) => `I3: ${entityId} step ${event.step + 1}: ${trouble}`);
  });
}

const eventsOf = (facts: readonly RecordedFact[], rollbackId: string): { seq: number; event: RollbackEvent }[] =>
  facts.filter(({ entityId }) => entityId === rollbackId).map(({ seq, event }) => ({ seq, event: event as RollbackEvent }));

/** I1: at most one run per operation (a step, its undo, each round of it); exactly one when it was seen to run; none when it was never begun. */
function effectTrouble(facts: readonly RecordedFact[], runs: Evidence['runs']): string[] {
  const ids = [...new Set(facts.filter(({ entity }) => entity === 'rollback').map(({ entityId }) => entityId))];
  return ids.flatMap((id) => {
    const events = eventsOf(facts, id).map(({ event }) => event);
    const plans = events.flatMap((event) => (event.type === 'rollback.requested' || event.type === 'rollback.edited' ? event.plan : []));
    const steps = [...Array(Math.max(0, ...plans.map((plan) => plan.steps.length))).keys()];
    const places = steps.flatMap((step): Place[] => [{ step }, { step, back: true }]);
    return places.flatMap((place) => operationTrouble(id, roundsOf(events, place), { place, runs }));
  });
}

/** The facts of one run, cut where a person had it run again. */
function roundsOf(events: readonly RollbackEvent[], { step, back }: Place): RollbackEvent['type'][][] {
  const rounds: RollbackEvent['type'][][] = [[]];
  for (const event of events) {
    if (!('step' in event) || event.step !== step || 'back' in event !== (back !== undefined)) continue;
    if (event.type === 'rollback.step-requeued') rounds.push([]);
    else rounds.at(-1)?.push(event.type);
  }
  return rounds;
}

/** What a person says ran may have left no run behind; what Warroom saw start has exactly one. */
function operationTrouble(
  id: string,
  rounds: readonly RollbackEvent['type'][][],
  { place, runs }: { place: Place; runs: Evidence['runs'] },
): string[] {
  return rounds.flatMap((types, round) => {
    const operation = operationId(id, place, round);
    const count = runs.filter(({ opId }) => opId === operation).length;
    const least = types.includes('rollback.step-started') ? 1 : 0;
    const most = types.includes('rollback.step-intended') ? 1 : 0;
    return count < least || count > most ? [`I1: ${operation} had ${count} runs, not ${least} to ${most}`] : [];
  });
}

/** What follows a rollback's id in the name of an operation: the step, its undo, its round. */
const placeInName = /^\.\d+(\.undo)?(\.r\d+)?$/;

/** I1: a provider was never given an operation that no rollback has, such as one named after the attempt. */
async function strangerTrouble({ db, runs }: Evidence): Promise<string[]> {
  const known = await db.selectFrom('rollback').select('id').execute();
  const isKnown = (opId: string): boolean => known.some(({ id }) => opId.startsWith(id) && placeInName.test(opId.slice(id.length)));
  return runs.flatMap(({ opId }) => (opId === undefined || isKnown(opId) ? [] : [`I1: ${opId} belongs to no rollback`]));
}

/** I2: what is stored is what the facts say, no more and no less. */
async function stateTrouble(db: Kysely<Database>): Promise<string[]> {
  const facts = await db.selectFrom('fact').select(['entity', 'entity_id', 'event']).orderBy('incident_id').orderBy('seq').execute();
  const stored = [
    ...(await db.selectFrom('incident').select(['id', 'state']).execute()),
    ...(await db.selectFrom('rollback').select(['id', 'state']).execute()),
  ];
  return stored.flatMap(({ id, state }) => {
    const events = facts.filter((fact) => fact.entity_id === id).map(({ event }) => event);
    return canonical(folded(events)) === canonical(state) ? [] : [`I2: the state of ${id} is not what its facts say`];
  });
}

function folded(events: readonly unknown[]): unknown {
  const [first] = events as RollbackEvent[];
  return first?.type === 'rollback.requested'
    ? (events as RollbackEvent[]).reduce<ReturnType<typeof rollback.evolve>>(rollback.evolve, rollback.initial)
    : (events as IncidentEvent[]).reduce<ReturnType<typeof incident.evolve>>(incident.evolve, incident.initial);
}

/** I2: every input that was taken has left facts behind. */
async function inboxTrouble(db: Kysely<Database>): Promise<string[]> {
  const inputs = await db.selectFrom('inbox').select(['key', 'entity_id']).execute();
  const known = await db.selectFrom('fact').select('entity_id').distinct().execute();
  return inputs.filter((input) => !known.some((fact) => fact.entity_id === input.entity_id)).map(({ key }) => `I2: ${key} left nothing`);
}

/** A clock is due again and again, and brings nothing new. */
const isWork = (kind: string): boolean => kind !== 'card.tick';

/** I5: nothing that is due waits, and nothing was given up. */
async function outboxTrouble({ db, parkedAllowed = false, workAllowed = false }: Evidence): Promise<string[]> {
  const open = await db
    .selectFrom('outbox')
    .select(['id', 'kind', 'due_at', 'parked_at', 'failure'])
    .where('done_at', 'is', null)
    .execute();
  const due = workAllowed ? [] : open.filter((job) => job.parked_at === null && isWork(job.kind) && Number(job.due_at) <= Date.now());
  const parked = parkedAllowed ? [] : open.filter((job) => job.parked_at !== null);
  return [
    ...due.map(({ id, kind }) => `I5: ${kind} ${id} is due and waits`),
    ...parked.map(({ id, kind, failure }) => `I5: ${kind} ${id} was given up: ${failure ?? ''}`),
  ];
}

/** I6: whatever goes on by itself has a job that makes it go on. At a manual gate a person does. */
async function idleTrouble(db: Kysely<Database>): Promise<string[]> {
  const rollbacks = await db.selectFrom('rollback').select(['id', 'number', 'state']).execute();
  const jobs = await db
    .selectFrom('outbox')
    .select(['kind', 'payload'])
    .where('done_at', 'is', null)
    .where('parked_at', 'is', null)
    .execute();
  const open = jobs.filter(({ kind }) => kind.startsWith('rollback.'));
  return rollbacks
    .filter(({ id, state }) => !isOver(state) && !waitsAtGate(state) && !open.some(({ payload }) => payload['rollbackId'] === id))
    .map(({ number, state }) => `I6: RB-${number} is ${state.status}, and no job makes it go on`);
}

const waitsAtGate = ({ plan, steps }: KnownRollback): boolean =>
  steps.some(
    ({ status, gatePassedAt }, step) => status === 'pending' && gatePassedAt === undefined && plan.steps[step]?.gate?.kind === 'manual',
  );

/** Nothing more happens to it by itself. */
export const isOver = ({ status }: Pick<KnownRollback, 'status'>): boolean =>
  !['requested', 'approved', 'executing', 'compensating', 'verifying'].includes(status);
