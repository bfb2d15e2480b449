import type { Decider, Fact } from './domain/decider.ts';
import type { IncidentEvent, KnownIncident } from './domain/incident.ts';
import type { Job } from './domain/job.ts';
import { reactToIncident } from './domain/react-to-incident.ts';
import { reactToRollback } from './domain/react-to-rollback.ts';
import { Refusal } from './domain/refusal.ts';
import type { KnownRollback, RollbackEvent } from './domain/rollback.ts';
import type { AnyEvent, Cause, Execute, Ledger, LedgerTransaction, StoredJob, WakeUp } from './ports.ts';
import { DuplicateInput, LiveConflict } from './ports.ts';

interface Command {
  type: string;
  by: string;
  at: number;
  incidentId?: string;
}

const dayMs = 24 * 60 * 60_000;

type AnyDecider = Decider<{ status: string }, Command, Fact>;

/**
 * Loads the facts under the incident's lock, asks the pure `decide`, and stores new facts, the folded state and the jobs they
 * cause in one transaction. Then the jobs' workers are woken.
 * @throws Refusal when the answer is no; anything else means: not recorded.
 */
export function createExecute({ ledger, wake }: { ledger: Ledger; wake: WakeUp }): Execute {
  const execute = async (decider: AnyDecider, id: string, command: Command, cause: Cause = {}) => {
    const progress = { stored: false };
    try {
      const done = await ledger.transact(async (tx) => {
        const recorded = await record(tx, { decider, id, command, cause });
        progress.stored = true;
        return recorded;
      });
      wake.push(done.jobs);
      return { id, state: done.state, repeated: false, changed: done.changed };
    } catch (error) {
      const before = progress.stored || isAnswer(error) ? await recordedBefore(ledger, error, cause) : undefined;
      if (before === undefined) throw error instanceof LiveConflict ? new Refusal('live_conflict') : error;
      const state = await ledger.transact(async (tx) => (await tx.load(decider.kind, before, command.incidentId)).loaded?.state);
      return { id: before, state, repeated: true, changed: false };
    }
  };
  // One implementation for both deciders; the signature in `Execute` ties each command to its decider.
  return execute as unknown as Execute;
}

/** Answers of ours, not trouble. */
const isAnswer = (error: unknown): boolean => error instanceof Refusal || error instanceof DuplicateInput;

/**
 * A refused repetition was accepted the first time: the person gets that answer again. The same when the connection broke during the
 * commit: whether it is recorded only the database knows, and when it cannot be asked the first error stands.
 */
async function recordedBefore(ledger: Ledger, error: unknown, { inboxKey }: Cause): Promise<string | undefined> {
  if (inboxKey === undefined) return undefined;
  try {
    return (await ledger.outcome(inboxKey))?.entityId;
  } catch (silence) {
    throw isAnswer(error) ? silence : error;
  }
}

interface Work {
  decider: AnyDecider;
  id: string;
  command: Command;
  cause: Cause;
}

async function record(
  tx: LedgerTransaction,
  { decider, id, command, cause }: Work,
): Promise<{ state: unknown; changed: boolean; jobs: StoredJob[] }> {
  const { kind, initial, decide, evolve } = decider;
  const { loaded, head, around } = await tx.load(kind, id, command.incidentId);
  if (cause.fence && !(await tx.holds(cause.fence))) throw new Refusal('stale_worker');
  const before = (loaded?.state ?? initial) as { status: string };
  const number = loaded ? 0 : await tx.nextNumber(kind);
  const glass = command.type === 'rollback.break-glass' ? { glassBroken: await tx.glassBroken(command.by, command.at - dayMs) } : {};
  const events = decide(before, command, { number, ...around, ...glass });
  if (events.length === 0) return { state: before, changed: false, jobs: [] };

  const incidentId = loaded?.incidentId ?? command.incidentId ?? id;
  let state = before;
  const caused: Job[] = [];
  for (const [index, event] of events.entries()) {
    state = evolve(state, event);
    caused.push(...react(event as AnyEvent, state, { id, incidentId, seq: head.seq + index + 1 }));
  }
  const jobs = await tx.save({
    entity: kind,
    id,
    incidentId,
    version: loaded?.version ?? 0,
    state: state as KnownIncident | KnownRollback,
    events: events as AnyEvent[],
    head,
    jobs: onePerKey(caused),
    ...(cause.inboxKey === undefined ? {} : { inboxKey: cause.inboxKey }),
  });
  return { state, changed: true, jobs };
}

function react(event: AnyEvent, after: unknown, where: { id: string; incidentId: string; seq: number }): Job[] {
  return event.type.startsWith('incident.')
    ? reactToIncident(event as IncidentEvent, after as KnownIncident, where)
    : reactToRollback(event as RollbackEvent, after as KnownRollback, where);
}

function onePerKey(jobs: readonly Job[]): Job[] {
  return jobs.filter((job, index) => job.dedupe === undefined || jobs.findIndex((other) => other.dedupe === job.dedupe) === index);
}
