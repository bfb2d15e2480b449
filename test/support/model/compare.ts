import type { KnownRollback, Rollback, StepRun } from '../../../src/domain/rollback.ts';
import { runnable } from '../../../src/domain/rollback.ts';
import { nextUndo } from '../../../src/domain/rollback-flow.ts';
import { check, wasBegun, type Reference } from './reference.ts';

/** Nothing happens to these any more; `failed` and `cancelled` may still be undone by a person. */
const terminal: readonly Rollback['status'][] = ['recovered', 'compensated', 'rejected', 'expired', 'drifted', 'abandoned'];

/** What the rollback thinks of itself, beside what was really said and done. */
export function compare(state: KnownRollback, model: Reference): void {
  const { votes, glass, executeBy, startOrderedAt, approveBy, editedBy, requestedBy } = state;
  const itself = {
    votes: votes.map(({ user }) => user).toSorted(),
    glass: glass?.by,
    executeBy,
    approveBy,
    ordered: startOrderedAt !== undefined,
  };
  const really = {
    votes: [...model.votes.keys()].toSorted(),
    glass: model.glass,
    executeBy: model.executeBy,
    approveBy: model.approveBy,
    ordered: model.ordered,
  };
  check(JSON.stringify(itself) === JSON.stringify(really), 'it thinks something else was said', { itself, really });
  check(
    [requestedBy, ...editedBy].every((user) => model.authors.has(user)) && editedBy.length >= model.authors.size - 1,
    'other authors',
    editedBy,
  );
  check(model.over === terminal.includes(state.status), 'the end is not where it should be', state.status);
  if (state.status === 'requested') check(executeBy === undefined, 'open although it is cleared', state);
  if (state.status === 'approved') check(executeBy !== undefined, 'approved without a clock', state);

  const runs = [
    ...state.steps.map((run, step) => ({ run, place: { step } })),
    ...state.undos.map((run, step) => ({ run, place: { step, back: true as const } })),
  ];
  const further = runs.filter(({ run }) => ['intended', 'started', 'succeeded', 'cancelled'].includes(run.status));
  check(
    further.every(({ place }) => wasBegun(model, place)),
    'a step is further than it was begun',
    further,
  );
  statusFits(
    state,
    runs.map(({ run }) => run.status),
  );
}

/** The status is what the runs say, and a rollback under way always has something that moves it on: a job, or a person. */
function statusFits(state: KnownRollback, runs: readonly StepRun['status'][]): void {
  const moving = runs.some((status) => status === 'intended' || status === 'started');
  const unknown = runs.includes('unknown');
  const nextJob = runnable(state).length > 0 || nextUndo(state) !== undefined;
  switch (state.status) {
    case 'executing':
      check(!unknown && state.undoing.length === 0, 'executing beside something unknown or undone', state);
      return check(moving || nextJob, 'executing, and nothing will ever move it on', state);
    case 'compensating':
      check(!unknown && state.undoing.length > 0, 'compensating without anything to undo, or beside something unknown', state);
      return check(moving || nextJob, 'compensating, and nothing will ever move it on', state);
    case 'needs human':
      return check(unknown, 'waits for a person without a question', state);
    case 'failed':
    case 'cancelled':
    case 'compensated':
      return check(!moving && !unknown, 'over while something is still under way', state);
    case 'verifying':
    case 'recovered':
    case 'not recovered':
    case 'inconclusive':
    case 'abandoned':
      return check(!moving, 'measured or given up while something is still under way', state);
    case 'requested':
    case 'approved':
    case 'rejected':
    case 'expired':
    case 'drifted':
      return check(!touchedProduction(runs), 'production was touched before the approval', state);
  }
}

const touchedProduction = (runs: readonly StepRun['status'][]): boolean =>
  runs.some((status) => status !== 'pending' && status !== 'failed' && status !== 'skipped');
