// Runs a procedure once for one operation, and finds out afterwards what became of it.
import type { Observation, Order, Run } from '../../ports.ts';
import { rowsText } from './checks.ts';
import type { Step } from './preview.ts';
import { argumentProblems, callProcedure, readOperation, readProcedure } from './registry.ts';
import { procedureProblems } from './role.ts';
import type { Operation } from './schema.ts';
import { inDryRun, inTransaction, type Session } from './session.ts';
import { refusal } from './trouble.ts';
import { wayTo, type Way } from './versions.ts';

/**
 * One transaction: the change and its line in the log come together or not at all. Called again with the same operation it changes
 * nothing. @throws ProviderError, `unknown` only when the answer to the commit got lost
 */
export async function startRun(step: Step, order: Order, signal: AbortSignal): Promise<Run> {
  const { place, target } = step;
  if (target.class === 'restore')
    throw refusal('a restore is never run from here; follow the runbook with the people who keep the backups');
  return inTransaction({ ...step.work, signal }, async (session) => {
    if (await readOperation(session, place, order.operationId)) return { ref: order.operationId };
    const { parameters } = await allowedWay(session, step, order);
    const call = { parameters, dryRun: false, operation: order.operationId, maxRows: target.maxRows };
    const { affected } = await callProcedure(session, place, call);
    // The procedure has to keep both promises itself; one that does not is found out before its change is.
    if (affected > target.maxRows) throw refusal(`it changed ${rowsText(affected)} and at most ${target.maxRows} may; nothing was changed`);
    if (!(await readOperation(session, place, order.operationId)))
      throw refusal(`${place.name} did not write its operation into the log, so it could not be found again; nothing was changed`);
    return { ref: order.operationId };
  });
}

/** What the preview would block is refused here as well: time has passed since. */
async function allowedWay(session: Session, step: Step, order: Order): Promise<Way> {
  const { place, target } = step;
  const procedure = await readProcedure(session, place);
  const [missing] = procedureProblems(procedure, place);
  if (!procedure || missing !== undefined) throw refusal(`missing: ${missing}`);
  if (procedure.class !== target.class) throw refusal(`${place.name} is registered as ${procedure.class}, not as ${target.class}`);
  const way = await wayTo(session, { ...step, procedure }, order.to.id);
  if (!way) throw refusal(`${place.name} does not lead to ${order.to.label.slice(0, 60)}`);
  const [problem] = argumentProblems(procedure, way.parameters);
  if (problem !== undefined) throw refusal(problem);
  return way;
}

/** The run of this order, by the log. @throws ProviderError */
export async function findRun(step: Step, { operationId }: Order): Promise<Run | undefined> {
  const operation = await logged(step, operationId);
  return operation && { ref: operation.id };
}

/** The log says what was done; while it says nothing, nothing is in effect. @throws ProviderError */
export async function observeRun(step: Step, { ref }: Run): Promise<Observation> {
  const operation = await logged(step, ref);
  if (!operation) return { state: 'unknown', message: 'the operation log does not have this operation', nextLookMs: 1_000 };
  const { affected, skipped } = operation.result;
  return { state: 'succeeded', message: `changed ${rowsText(affected)}, left ${rowsText(skipped)} as they were`, nextLookMs: 1_000 };
}

const logged = (step: Step, id: string): Promise<Operation | undefined> =>
  inDryRun(step.work, (session) => readOperation(session, step.place, id));
