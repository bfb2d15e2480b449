import type { Job, Where } from './job.ts';
import { announce, draw, incidentCards, publish } from './job.ts';
import type { Running } from './rollback-flow.ts';
import { asksAtGate, nextUndo, runnable, unlockedBy } from './rollback-flow.ts';
import type { KnownRollback, Place, RollbackEvent } from './rollback-state.ts';

/** Facts that move the rollback's engine on. */
function engine(event: RollbackEvent, after: KnownRollback, { id, incidentId, seq }: Where): Job[] {
  const advance = (status: 'mitigating' | 'monitoring'): Job => ({
    kind: 'incident.advance',
    payload: { incidentId, status, rollback: after.number },
    order: `advance:${incidentId}`,
  });
  switch (event.type) {
    case 'rollback.requested':
    case 'rollback.edited':
      return [expiry(id, after.approveBy), ...escalation(id, event.at, after)];
    case 'rollback.votes-voided': // open again: the first deadline may have passed meanwhile, and who could approve is needed anew
    case 'rollback.revoked':
      return after.status === 'requested' ? [expiry(id, after.approveBy), ...escalation(id, event.at, after)] : [];
    case 'rollback.cleared':
      return [expiry(id, event.executeBy)];
    case 'rollback.start-ordered':
      return runnable(after).map((step) => stepJob('rollback.run-step', id, { step }));
    case 'rollback.glass-broken':
    case 'rollback.escalated':
      return [{ kind: 'approvers.tell', payload: { incidentId, seq }, order: `approvers:${id}` }];
    case 'rollback.gate-passed':
    case 'rollback.step-requeued':
      return [stepJob('rollback.run-step', id, event)];
    case 'rollback.step-intended':
      return event.at === after.startedAt ? [advance('mitigating'), lock(incidentId, id), tick(id, event.at)] : [];
    case 'rollback.step-started':
      // Called off while it was being started: nobody could tell the provider before it had a name.
      return [
        stepJob('rollback.watch-step', id, event),
        ...(after.cancelledBy === undefined || event.back ? [] : [stepJob('rollback.cancel-step', id, event)]),
      ];
    case 'rollback.step-succeeded':
    case 'rollback.step-skipped':
    case 'rollback.step-failed':
      return event.back ? undoNext(id, after) : unlockedBy(after, event.step).map((step) => stepJob('rollback.run-step', id, { step }));
    case 'rollback.compensation-started':
      return undoNext(id, after);
    case 'rollback.cancel-requested':
      return after.steps.flatMap(({ status }, step) => (status === 'started' ? [stepJob('rollback.cancel-step', id, { step })] : []));
    case 'rollback.verification-started':
      return [{ kind: 'rollback.verify', payload: { rollbackId: id }, order: `engine:${id}` }];
    case 'rollback.verified':
      return event.verdict === 'recovered' ? [advance('monitoring'), publish({ id, incidentId, seq })] : [];
    case 'rollback.care-opened':
      return event.items.some(({ done }) => done === undefined) ? [reminder(id, event.at + firstReminderMs)] : [];
    case 'rollback.care-reminded':
      return [reminder(id, event.at + betweenRemindersMs)];
    case 'rollback.care-done':
    case 'rollback.care-taken':
    case 'rollback.help-called':
    case 'rollback.approved':
    case 'rollback.rejected':
    case 'rollback.expired':
    case 'rollback.drifted':
    case 'rollback.step-progressed':
    case 'rollback.step-deferred':
    case 'rollback.step-repeated':
    case 'rollback.step-cancelled':
    case 'rollback.compensated':
    case 'rollback.cancelled':
    case 'rollback.failed':
    case 'rollback.held':
    case 'rollback.measured':
    case 'rollback.abandoned':
      return [];
  }
}

const hourMs = 60 * 60_000;
const firstReminderMs = 4 * hourMs;
const betweenRemindersMs = 24 * hourMs;

/** One at a time: whatever asked for it, what it says is read when it is due. */
const reminder = (rollbackId: string, dueAt: number): Job => ({
  kind: 'care.remind',
  payload: { rollbackId },
  order: `care:${rollbackId}`,
  dedupe: `care:${rollbackId}`,
  dueAt,
});

const expiry = (rollbackId: string, dueAt: number): Job => ({
  kind: 'rollback.expire',
  payload: { rollbackId },
  order: `expire:${rollbackId}:${dueAt}`,
  dueAt,
});

const escalation = (rollbackId: string, at: number, { policy: { escalateAfterMs } }: KnownRollback): Job[] =>
  escalateAfterMs === undefined
    ? []
    : [{ kind: 'rollback.escalate', payload: { rollbackId }, order: `escalate:${rollbackId}`, dueAt: at + escalateAfterMs }];

const firstTickMs = 10_000;

const tick = (rollbackId: string, at: number): Job => ({
  kind: 'card.tick',
  payload: { rollbackId },
  order: `tick:${rollbackId}`,
  dueAt: at + firstTickMs,
});

const lock = (incidentId: string, rollbackId: string): Job => ({
  kind: 'incident.lock',
  payload: { incidentId, rollbackId },
  order: `lock:${incidentId}`,
});

type StepJob = 'rollback.run-step' | 'rollback.watch-step' | 'rollback.cancel-step';

/** Runs of one step follow one another; those of different steps go side by side. Calling one off does not wait for it to end. */
function stepJob(kind: StepJob, rollbackId: string, { step, back }: Place): Job {
  const order = `${kind === 'rollback.cancel-step' ? 'cancel' : 'engine'}:${rollbackId}:${step}${back ? ':undo' : ''}`;
  return { kind, payload: { rollbackId, step, ...(back ? { back } : {}) }, order };
}

/** The job that watches a run, by what it is found by. */
export function watchOf({ rollbackId, place }: Running): Pick<Job, 'kind' | 'order'> {
  const { kind, order } = stepJob('rollback.watch-step', rollbackId, place);
  return { kind, order };
}

function undoNext(id: string, after: KnownRollback): Job[] {
  const step = nextUndo(after);
  return step === undefined ? [] : [stepJob('rollback.run-step', id, { step, back: true })];
}

/** Facts that only the rollback's own card shows. */
const onCardOnly: readonly RollbackEvent['type'][] = [
  'rollback.measured',
  'rollback.step-progressed',
  'rollback.step-deferred',
  'rollback.step-repeated',
];
const unannounced: readonly RollbackEvent['type'][] = [...onCardOnly, 'rollback.step-intended', 'rollback.cleared', 'rollback.care-done'];

/** A measurement is told when it changes what the verdict can say, and a wait when it is a person who is waited for. */
function isUnannounced(event: RollbackEvent, after: KnownRollback): boolean {
  if (event.type === 'rollback.measured') return event.readings.every(({ verdict }) => verdict !== 'ignored');
  if (event.type === 'rollback.step-deferred') return !asksAtGate(after, event);
  return unannounced.includes(event.type);
}

/** Jobs caused by a fact of a rollback: the engine's next move first, then what people see. */
export function reactToRollback(event: RollbackEvent, after: KnownRollback, where: Where): Job[] {
  return [
    ...engine(event, after, where),
    draw('rollback', where.id),
    ...(onCardOnly.includes(event.type) ? [] : incidentCards(where.incidentId)),
    ...(isUnannounced(event, after) ? [] : [announce(where)]),
  ];
}
