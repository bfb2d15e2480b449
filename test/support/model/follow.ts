import type { RollbackEvent } from '../../../src/domain/rollback.ts';
import {
  check,
  cleared,
  edited,
  glassBroken,
  pendingAgain,
  startOrdered,
  stepBegun,
  voted,
  wasBegun,
  withdrawn,
  type Reference,
  type Told,
} from './reference.ts';

/** Follows one fact, and complains when it must not have happened. */
export function follow(model: Reference, event: RollbackEvent, told: Told): void {
  check(!model.over || isAfterCare(event), 'something happened after the end', event);
  if ('step' in event) ofStep(model, event, told);
  else ofWhole(model, event, told);
}

type StepEvent = Extract<RollbackEvent, { step: number }>;

function ofWhole(model: Reference, event: Exclude<RollbackEvent, StepEvent>, told: Told): void {
  switch (event.type) {
    case 'rollback.approved':
      return voted(model, event, told);
    case 'rollback.cleared':
      return cleared(model, event);
    case 'rollback.start-ordered':
      return startOrdered(model, event, told);
    case 'rollback.revoked':
      return withdrawn(model, [event.by]);
    case 'rollback.votes-voided':
      return withdrawn(model, event.users);
    case 'rollback.edited':
      return edited(model, event, told);
    case 'rollback.glass-broken':
      return glassBroken(model, event, told);
    case 'rollback.escalated':
      check(!model.escalated && model.executeBy === undefined && event.at < model.approveBy, 'called for approvals for nothing', event);
      return void (model.escalated = true);
    case 'rollback.expired':
      return expired(model, event);
    case 'rollback.rejected':
      check(model.executeBy === undefined, 'rejected after it was cleared', event);
      return void (model.over = true);
    case 'rollback.verified':
      return void (model.over = event.verdict === 'recovered');
    case 'rollback.abandoned':
    case 'rollback.compensated':
      return void (model.over = true);
    case 'rollback.cancel-requested':
    case 'rollback.compensation-started':
      return void (model.halted = true);
    case 'rollback.requested':
    case 'rollback.cancelled':
    case 'rollback.failed':
    case 'rollback.verification-started':
    case 'rollback.measured':
    case 'rollback.care-opened':
    case 'rollback.care-done':
    case 'rollback.care-taken':
    case 'rollback.care-reminded':
    case 'rollback.help-called':
      return; // it tells, and allows nothing
  }
}

const isAfterCare = ({ type }: RollbackEvent): boolean => type.startsWith('rollback.care-');

function expired(model: Reference, { at, phase }: Extract<RollbackEvent, { type: 'rollback.expired' }>): void {
  const deadline = phase === 'approval' ? model.approveBy : model.executeBy;
  check(!model.touched && deadline !== undefined && at >= deadline, 'expired before its time', { at, deadline });
  check(phase === 'execution' || model.executeBy === undefined, 'expired by the first clock after it was cleared', phase);
  model.over = true;
}

function ofStep(model: Reference, event: StepEvent, told: Told): void {
  switch (event.type) {
    case 'rollback.step-intended':
      return stepBegun(model, event, told);
    case 'rollback.drifted':
      check(!model.touched, 'given up as drifted half-way', event);
      return void (model.over = true);
    case 'rollback.gate-passed':
      return void model.gates.delete(event.step);
    case 'rollback.step-started':
    case 'rollback.step-repeated':
    case 'rollback.step-cancelled':
      return check(wasBegun(model, event), 'a step went on that was never begun', event);
    case 'rollback.step-succeeded':
      check(wasBegun(model, event), 'a step succeeded that was never begun', event);
      return done(model, event);
    case 'rollback.step-skipped':
      return done(model, event);
    case 'rollback.step-deferred':
      return pendingAgain(model, event, false);
    case 'rollback.step-requeued':
      return pendingAgain(model, event, true);
    case 'rollback.step-failed':
      if (model.plan.steps[event.step]?.onFailure === 'continue') return done(model, event);
      return void (model.halted = true);
    case 'rollback.step-progressed':
    case 'rollback.held':
      return; // it tells, and allows nothing
  }
}

function done(model: Reference, { step, back }: { step: number; back?: true }): void {
  const { id } = model.plan.steps[step] ?? {};
  if (id !== undefined && back === undefined) model.done.add(id);
}
