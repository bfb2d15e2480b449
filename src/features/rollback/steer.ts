import { z } from 'zod';
import type { RollbackCommand, StepChoice } from '../../domain/rollback.ts';
import { rollback } from '../../domain/rollback.ts';
import type { Voter } from '../../domain/policy.ts';
import type { Deps, StoredRollback } from '../../ports.ts';
import { ids } from '../../views/ids.ts';
import { cancelModal } from '../../views/reject-modal.ts';
import type { Feature } from '../feature.ts';
import { rollbackById, rollbackOf } from '../feature.ts';
import { lastResortVoterOf, voterOf } from './voter-of.ts';

const Ref = z.object({ id: z.string() });
const OfStep = Ref.extend({ step: z.number(), back: z.literal(1).optional() });
const Reason = z.object({ reason: z.string('Say why').trim().min(1, 'Say why: everybody in the room reads it').max(500) });

/** What people do with a rollback that runs: call it off, take it back, open a gate, say what happened to a step. */
export const steerRollback: Feature = (on, deps) => {
  const verb = {
    name: 'cancel',
    usage: 'cancel <RB-7> <reason>',
    help: 'calls a running rollback off',
    example: 'cancel RB-7 the errors stopped by themselves',
  };
  on.command('rollback', verb, async ({ text, ...input }) => {
    const { rollback: found, text: reason } = await rollbackOf(text, deps, '/rollback cancel RB-7 <reason>');
    if (reason === '') return void (await input.modal(cancelModal({ id: found.id, rollback: found.state })));
    await steer(deps, found, { ...input, command: (voter) => ({ type: 'rollback.cancel', reason, voter, by: input.user, at: input.at }) });
  });
  on.button(ids.openCancel, Ref, async ({ value, modal }) => {
    await modal(cancelModal({ id: value.id, rollback: (await rollbackById(value.id, deps)).state }));
  });
  on.submit(ids.cancelRollback, { form: Reason, metadata: Ref }, async ({ form, metadata, ...input }) => {
    const command = (voter: Voter): RollbackCommand => ({
      type: 'rollback.cancel',
      reason: form.reason,
      voter,
      by: input.user,
      at: input.at,
    });
    await steer(deps, await rollbackById(metadata.id, deps), { ...input, command });
  });

  on.button(ids.compensateRollback, Ref, async ({ value, ...input }) => {
    const command = (voter: Voter): RollbackCommand => ({ type: 'rollback.compensate', voter, by: input.user, at: input.at });
    await steer(deps, await rollbackById(value.id, deps), { ...input, command });
  });
  on.button(ids.passGate, OfStep, async ({ value, ...input }) => {
    const command = (voter: Voter): RollbackCommand => ({
      type: 'rollback.pass-gate',
      step: value.step,
      voter,
      by: input.user,
      at: input.at,
    });
    await steer(deps, await rollbackById(value.id, deps), { ...input, command });
  });
  for (const [action, choice] of Object.entries(choices)) onChoice(on, deps, { action, choice });
};

const choices: Record<string, StepChoice> = {
  [ids.settleStepRan]: 'ran',
  [ids.settleStepAgain]: 'again',
  [ids.settleStepSkip]: 'skip',
};

const said: Record<StepChoice, string> = { ran: 'it ran', again: 'it did not run', skip: 'left out' };

function onChoice(on: Parameters<Feature>[0], deps: Deps, { action, choice }: { action: string; choice: StepChoice }): void {
  on.button(action, OfStep, async ({ value: { id, step, back }, ...input }) => {
    const place = { step, ...(back ? { back: true as const } : {}) };
    const command = (voter: Voter): RollbackCommand => ({
      type: 'rollback.settle-step',
      ...place,
      choice,
      reason: said[choice],
      voter,
      by: input.user,
      at: input.at,
    });
    await steer(deps, await rollbackById(id, deps), { ...input, command });
  });
}

interface Steering {
  user: string;
  inboxKey: string;
  command: (voter: Voter) => RollbackCommand;
  /** For breaking the glass. */
  lastResort?: true;
}

/** A command of somebody who may approve, or who asked for it. */
export async function steer(deps: Deps, found: StoredRollback, { user, inboxKey, command, lastResort }: Steering): Promise<void> {
  const voter = await (lastResort ? lastResortVoterOf : voterOf)(deps, found, user);
  await deps.execute(rollback, found.id, command(voter), { inboxKey });
}
