/** Incidents with a past: as many facts as wanted, written through the ledger as Warroom writes them. */
import { createExecute } from '../src/execute.ts';
import { incident, type IncidentCommand, type IncidentEvent, type KnownIncident } from '../src/domain/incident.ts';
import { rollback, type KnownRollback } from '../src/domain/rollback.ts';
import { createLedger } from '../src/store/ledger.ts';
import { openPostgres } from '../src/store/postgres.ts';
import { createQueries } from '../src/store/queries.ts';

const atOnce = 500;
const onError = (error: Error): void => void process.stderr.write(`database: ${error.message}\n`);

/** The store as this process sees it, beside the measured Warroom. Nobody is woken for what is done here. */
export function openStore(databaseUrl: string) {
  const { db, close } = openPostgres(databaseUrl, { onError });
  const ledger = createLedger(db, Date.now);
  return { ledger, queries: createQueries(db), execute: createExecute({ ledger, wake: { push: () => undefined } }), close };
}

export type Store = ReturnType<typeof openStore>;

/** Adds facts until the incident's timeline has this many entries. */
export async function growTo(entries: number, { ledger }: Store, id: string): Promise<void> {
  let length = 0;
  while (length < entries) length = await ledger.transact((tx) => grow(tx, id, entries));
}

type Tx = Parameters<Parameters<Store['ledger']['transact']>[0]>[0];

async function grow(tx: Tx, id: string, entries: number): Promise<number> {
  const { loaded, head } = await tx.load('incident', id, undefined);
  if (!loaded) throw new Error(`there is no incident ${id}`);
  const wanted = Math.min(atOnce, entries - head.seq);
  if (wanted <= 0) return head.seq;
  let state = loaded.state as KnownIncident;
  const events: IncidentEvent[] = [];
  for (let index = 0; index < wanted; index += 1) {
    for (const event of incident.decide(state, nextCommand(head.seq + index), { number: 0 })) {
      events.push(event);
      state = incident.evolve(state, event) as KnownIncident;
    }
  }
  await tx.save({ entity: 'incident', id, incidentId: id, version: loaded.version, state, events, head, jobs: [] });
  return head.seq + events.length;
}

/** What a long incident consists of: updates, and the status going to and fro. Each is one fact. */
function nextCommand(index: number): IncidentCommand {
  const who = { by: 'U0BENCH', at: Date.now() };
  if (index % 2 === 0) {
    const text = `Update ${index}: checkout still fails for a part of the customers, the team looks at the payment service.`;
    return { type: 'incident.publish-update', id: `upd_${index}`, audience: 'internal', text, secrets: [], ...who };
  }
  return { type: 'incident.set-status', status: index % 4 === 1 ? 'identified' : 'mitigating', note: 'as seen on the dashboard', ...who };
}

/** Makes one more request like this one, of a service of its own. @returns how to approve it, once; it resolves when that is recorded */
export async function requestLike(
  model: KnownRollback,
  { execute }: Store,
  { id, service, approver }: { id: string; service: string; approver: string },
): Promise<() => Promise<void>> {
  const { incidentId, checks, policy, reason, planHash, requestedBy: by } = model;
  const plan = { ...model.plan, service, steps: model.plan.steps.map((step) => ({ ...step, service })) };
  const asked = { type: 'rollback.request', incidentId, plan, planHash, checks, policy, reason, by, at: Date.now() } as const;
  await execute(rollback, id, asked, { inboxKey: `request:${id}` });
  return async () => {
    const voter = { user: approver, standing: 'member', roles: ['ic'], groups: [] } as const;
    const vote = { type: 'rollback.approve', voter, planHash, by: approver, at: Date.now() } as const;
    const { changed } = await execute(rollback, id, vote, { inboxKey: `approve:${id}` });
    if (!changed) throw new Error(`${id} was not approved`);
  };
}
