import { z } from 'zod';
import { breakGlassModal } from '../../views/approval-modals.ts';
import { ids } from '../../views/ids.ts';
import type { Feature } from '../feature.ts';
import { rollbackById, rollbackOf } from '../feature.ts';
import { steer } from './steer.ts';

const Bound = z.object({ id: z.string(), planHash: z.string() });
const Form = z.object({
  reason: z.string('Say why').trim().min(20, 'At least 20 characters: everybody you skip reads it').max(500, 'At most 500 characters fit'),
  typed: z.string('Type the name of the service').trim().min(1, 'Type the name of the service'),
});

/** Starts a rollback without its approvals: always through the form, which says what is skipped and asks for the service's name. */
export const breakGlass: Feature = (on, deps) => {
  const verb = {
    name: 'break-glass',
    usage: 'break-glass <RB-7> "<reason>"',
    help: 'starts it without the approvals; everybody skipped is told',
    example: 'break-glass RB-7',
  };
  on.command('rollback', verb, async ({ text, modal }) => {
    const { rollback, text: reason } = await rollbackOf(text, deps, '/rollback break-glass RB-7 "<reason>"');
    await modal(breakGlassModal({ id: rollback.id, rollback: rollback.state, reason: unquoted(reason) }));
  });

  on.button(ids.openBreakGlass, Bound, async ({ value, modal }) => {
    await modal(breakGlassModal({ id: value.id, rollback: (await rollbackById(value.id, deps)).state }));
  });

  on.submit(ids.breakGlass, { form: Form, metadata: Bound }, async ({ form, metadata: { id, planHash }, user, at, inboxKey }) => {
    await steer(deps, await rollbackById(id, deps), {
      user,
      inboxKey,
      lastResort: true,
      command: (voter) => ({ type: 'rollback.break-glass', ...form, planHash, voter, by: user, at }),
    });
  });
};

const unquoted = (text: string): string =>
  text
    .trim()
    .replace(/^["“”']|["“”']$/g, '')
    .trim();
