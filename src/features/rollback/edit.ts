import { z } from 'zod';
import { rollback } from '../../domain/rollback.ts';
import { Refusal } from '../../domain/refusal.ts';
import { rollbackName } from '../../domain/words.ts';
import type { Deps, StoredRollback } from '../../ports.ts';
import { ProviderError } from '../../ports.ts';
import type { Modal } from '../../views/blocks.ts';
import { editModal } from '../../views/request-modal.ts';
import { ids } from '../../views/ids.ts';
import type { Feature } from '../feature.ts';
import { incidentById, rollbackById } from '../feature.ts';
import { makePlan } from './make-plan.ts';
import { codeTargetOf } from './request.ts';
import { voterOf } from './voter-of.ts';

const Ref = z.object({ id: z.string() });
const Form = z.object({ version: z.string().optional() });

/** Another plan in the place of the one that was asked for: looked up afresh, and approved afresh. */
export const editRollback: Feature = (on, deps) => {
  on.button(ids.openEdit, Ref, async ({ value: { id }, modal }) => {
    const found = await rollbackById(id, deps);
    const replace = await modal(editModal({ id, rollback: found.state, state: { kind: 'loading' } }));
    await replace(await readyForm(deps, found));
  });

  on.submit(ids.editRollback, { form: Form, metadata: Ref }, async ({ form, metadata, user, at, inboxKey }) => {
    const found = await rollbackById(metadata.id, deps);
    if (found.state.startedAt !== undefined) throw new Refusal('edit_too_late', { rollback: rollbackName(found.state.number) });
    const { state } = await incidentById(found.state.incidentId, deps);
    const [voter, { plan, planHash, checks, policy }] = await Promise.all([
      voterOf(deps, found, user),
      makePlan(deps, { ...wishOf(found), to: form.version }, state.severity),
    ]);
    await deps.execute(rollback, found.id, { type: 'rollback.edit', plan, planHash, checks, policy, voter, by: user, at }, { inboxKey });
  });
};

const wishOf = ({ state: { plan } }: StoredRollback) => ({ plan: plan.name, service: plan.service, environment: plan.environment });

async function readyForm(deps: Deps, found: StoredRollback): Promise<Modal> {
  const form = { id: found.id, rollback: found.state };
  try {
    const target = codeTargetOf(deps, wishOf(found));
    if (target === undefined) return editModal({ ...form, state: { kind: 'fixed' } });
    const to = found.state.plan.steps.find(({ kind }) => kind === 'code')?.to.id;
    const { current, candidates, lastKnownGood } = await target.preview(to);
    return editModal({ ...form, state: { kind: 'ready', current, candidates, lastKnownGood, to } });
  } catch (error) {
    if (!(error instanceof Refusal || error instanceof ProviderError)) throw error;
    return editModal({ ...form, state: { kind: 'error', text: error.message } });
  }
}
