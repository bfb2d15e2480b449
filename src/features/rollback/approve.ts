import { z } from 'zod';
import { assertNoAuthor } from '../../domain/policy.ts';
import { Refusal } from '../../domain/refusal.ts';
import { rollback } from '../../domain/rollback.ts';
import type { RollbackCommand } from '../../domain/rollback.ts';
import type { Deps, StoredRollback } from '../../ports.ts';
import { approveModal } from '../../views/approval-modals.ts';
import { ids } from '../../views/ids.ts';
import { rejectModal, settleModal } from '../../views/reject-modal.ts';
import type { Feature } from '../feature.ts';
import { rollbackById, rollbackOf } from '../feature.ts';
import { assertAlone } from './alone.ts';
import { voterOf } from './voter-of.ts';

const Ref = z.object({ id: z.string() });
const Approval = Ref.extend({ planHash: z.string(), start: z.literal(1).optional() });
const Typed = z.object({ typed: z.string('Type the name of the service').trim().min(1, 'Type the name of the service') });
const Reason = z.object({
  reason: z.string('Say why').trim().min(1, 'Say why: everybody in the room reads it').max(500, 'At most 500 characters fit'),
});

/** A vote is bound to exactly the plan on the card; the quorum starts it. */
export const approveRollback: Feature = (on, deps) => {
  const verb = { name: 'approve', usage: 'approve <RB-7>', help: 'your approval; the last one needed starts it', example: 'approve RB-7' };
  on.command('rollback', verb, async ({ text, ...input }) => {
    const { rollback: found } = await rollbackOf(text, deps, '/rollback approve RB-7');
    const { policy, planHash, status } = found.state;
    // Whoever types a name has not pressed a card: a plan that was changed is shown before it is approved.
    if ((policy.typeServiceName || found.state.editedBy.length > 0) && status === 'requested') {
      return void (await input.modal(approveModal({ id: found.id, rollback: found.state, start: false })));
    }
    await vote(deps, found, { ...input, planHash });
  });

  on.button(ids.approveRollback, Approval, async ({ value, ...input }) => {
    await vote(deps, await rollbackById(value.id, deps), { ...input, planHash: value.planHash });
  });
  on.button(ids.approveAndStart, Approval, async ({ value, modal, ...input }) => {
    const found = await rollbackById(value.id, deps);
    if (found.state.policy.typeServiceName) return void (await modal(approveModal({ id: found.id, rollback: found.state, start: true })));
    await vote(deps, found, { ...input, planHash: value.planHash, start: true });
  });

  on.button(ids.openApprove, Approval, async ({ value, modal, user }) => {
    const found = await rollbackById(value.id, deps);
    if (found.state.planHash !== value.planHash) throw new Refusal('plan_changed');
    assertNoAuthor(found.state.policy, user, found.state); // before anything is typed
    await modal(approveModal({ id: found.id, rollback: found.state, start: false }));
  });
  on.submit(ids.approveTyped, { form: Typed, metadata: Approval }, async ({ form, metadata: { id, planHash, start }, ...input }) => {
    await vote(deps, await rollbackById(id, deps), { ...input, ...form, planHash, ...(start ? { start: true } : {}) });
  });
};

/** Starting, where the policy keeps it apart from approving; and taking the own approval back until then. */
export const startRollback: Feature = (on, deps) => {
  const verb = { name: 'start', usage: 'start <RB-7>', help: 'starts what is approved', example: 'start RB-7' };
  on.command('rollback', verb, async ({ text, ...input }) => {
    const { rollback: found } = await rollbackOf(text, deps, '/rollback start RB-7');
    await orderStart(deps, found, { ...input, planHash: found.state.planHash });
  });
  on.button(ids.startRollback, Approval, async ({ value, ...input }) => {
    await orderStart(deps, await rollbackById(value.id, deps), { ...input, planHash: value.planHash });
  });

  const back = { name: 'revoke', usage: 'revoke <RB-7>', help: 'takes your approval back, until it has started', example: 'revoke RB-7' };
  on.command('rollback', back, async ({ text, ...input }) => {
    await revoke(deps, (await rollbackOf(text, deps, '/rollback revoke RB-7')).rollback, input);
  });
  on.button(ids.revokeApproval, Ref, async ({ value, ...input }) => {
    await revoke(deps, await rollbackById(value.id, deps), input);
  });
};

/** Orders the start of exactly this plan. */
export async function orderStart(
  deps: Deps,
  found: StoredRollback,
  { planHash, user, at, inboxKey }: By & { planHash: string },
): Promise<void> {
  const voter = await voterOf(deps, found, user);
  await deps.execute(rollback, found.id, { type: 'rollback.start', planHash, voter, by: user, at }, { inboxKey });
}

/** Takes this person's own approval back; nobody has to be asked whether that is allowed. */
export async function revoke(deps: Deps, found: StoredRollback, { user, at, inboxKey }: By): Promise<void> {
  await deps.execute(rollback, found.id, { type: 'rollback.revoke', by: user, at }, { inboxKey });
}

export const rejectRollback: Feature = (on, deps) => {
  const verb = {
    name: 'reject',
    usage: 'reject <RB-7> <reason>',
    help: 'ends the request; one no is enough',
    example: 'reject RB-7 the cause is the database',
  };
  on.command('rollback', verb, async ({ text, ...input }) => {
    const { rollback: found, text: reason } = await rollbackOf(text, deps, '/rollback reject RB-7 <reason>');
    if (reason === '') return void (await input.modal(rejectModal({ id: found.id, rollback: found.state })));
    await act(deps, found, { type: 'rollback.reject', reason, ...input });
  });

  on.button(ids.openReject, Ref, async ({ value, modal }) => {
    await modal(rejectModal({ id: value.id, rollback: (await rollbackById(value.id, deps)).state }));
  });

  on.submit(ids.rejectRollback, { form: Reason, metadata: Ref }, async ({ form, metadata, ...input }) => {
    await act(deps, await rollbackById(metadata.id, deps), { type: 'rollback.reject', reason: form.reason, ...input });
  });
};

/** What Warroom cannot know a person settles: measure again, or give it up. */
export const settleRollback: Feature = (on, deps) => {
  on.button(ids.settleRollback, Ref.extend({ choice: z.literal('verify') }), async ({ value, ...input }) => {
    await act(deps, await rollbackById(value.id, deps), { type: 'rollback.settle', choice: 'verify', reason: 'it ran: measure', ...input });
  });

  on.button(ids.openSettle, Ref, async ({ value, modal }) => {
    await modal(settleModal({ id: value.id, rollback: (await rollbackById(value.id, deps)).state }));
  });

  on.submit(
    ids.settleRollback,
    { form: Reason, metadata: Ref.extend({ choice: z.literal('abandon') }) },
    async ({ form, metadata, ...input }) => {
      await act(deps, await rollbackById(metadata.id, deps), { type: 'rollback.settle', choice: 'abandon', reason: form.reason, ...input });
    },
  );
};

interface By {
  user: string;
  at: number;
  inboxKey: string;
}

interface Yes extends By {
  planHash: string;
  /** The service's name, where the policy asks for it. */
  typed?: string;
  start?: true;
}

/** A yes to exactly this plan. @throws Refusal when something else of the service is running */
export async function vote(deps: Deps, found: StoredRollback, { user, at, inboxKey, planHash, typed, start }: Yes): Promise<void> {
  const [voter] = await Promise.all([voterOf(deps, found, user), assertAlone(deps, found.state.plan, found.id)]);
  const said = { ...(typed === undefined ? {} : { typed }), ...(start ? { start } : {}) };
  await deps.execute(rollback, found.id, { type: 'rollback.approve', voter, planHash, ...said, by: user, at }, { inboxKey });
}

type Act = By & ({ type: 'rollback.reject'; reason: string } | { type: 'rollback.settle'; choice: 'verify' | 'abandon'; reason: string });

/** A no, or a decision about what Warroom cannot know. */
export async function act(deps: Deps, found: StoredRollback, { user, at, inboxKey, ...what }: Act): Promise<void> {
  const voter = await voterOf(deps, found, user);
  const command: RollbackCommand =
    what.type === 'rollback.reject'
      ? { type: what.type, reason: what.reason, voter, by: user, at }
      : { type: what.type, choice: what.choice, reason: what.reason, voter, by: user, at };
  await deps.execute(rollback, found.id, command, { inboxKey });
}
