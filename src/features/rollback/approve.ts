import { z } from 'zod';
import { Refusal } from '../../domain/refusal.ts';
import { rollback } from '../../domain/rollback.ts';
import type { RollbackCommand } from '../../domain/rollback.ts';
import { rollbackName } from '../../domain/words.ts';
import type { Deps, StoredRollback } from '../../ports.ts';
import { ids } from '../../views/ids.ts';
import { rejectModal, settleModal } from '../../views/reject-modal.ts';
import type { Feature } from '../feature.ts';
import { rollbackById, rollbackOf } from '../feature.ts';
import { voterOf } from './voter-of.ts';

const Ref = z.object({ id: z.string() });
const Approval = Ref.extend({ planHash: z.string() });
const Reason = z.object({
  reason: z.string('Say why').trim().min(1, 'Say why: everybody in the room reads it').max(500, 'At most 500 characters fit'),
});

/** A vote is bound to exactly the plan on the card; the quorum starts it. */
export const approveRollback: Feature = (on, deps) => {
  const verb = { name: 'approve', usage: 'approve <RB-7>', help: 'your approval; the last one needed starts it', example: 'approve RB-7' };
  on.command('rollback', verb, async ({ text, ...input }) => {
    const { rollback: found } = await rollbackOf(text, deps, '/rollback approve RB-7');
    await vote(deps, found, { ...input, planHash: found.state.planHash });
  });

  on.button(ids.approveRollback, Approval, async ({ value, ...input }) => {
    await vote(deps, await rollbackById(value.id, deps), { ...input, planHash: value.planHash });
  });
};

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

/** A yes to exactly this plan. @throws Refusal when something else of the service is running */
export async function vote(deps: Deps, found: StoredRollback, { planHash, user, at, inboxKey }: By & { planHash: string }): Promise<void> {
  const { service, environment } = found.state.plan;
  const [voter, live] = await Promise.all([voterOf(deps, found, user), deps.queries.liveRollback(service, environment)]);
  if (live && live.id !== found.id)
    throw new Refusal('already_running', { rollback: rollbackName(live.state.number), service, environment });
  await deps.execute(rollback, found.id, { type: 'rollback.approve', voter, planHash, by: user, at }, { inboxKey });
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
