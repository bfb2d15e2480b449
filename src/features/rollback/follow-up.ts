import { z } from 'zod';
import { Refusal } from '../../domain/refusal.ts';
import { canMeasure } from '../../domain/rollback-flow.ts';
import { can, canRetry, rollback } from '../../domain/rollback.ts';
import { rollbackName } from '../../domain/words.ts';
import type { Deps, StoredRollback } from '../../ports.ts';
import type { CommandInput } from '../../slack/listen.ts';
import { ids } from '../../views/ids.ts';
import { rollbackWords } from '../../views/words.ts';
import type { Feature } from '../feature.ts';
import { incidentById, rollbackById, rollbackOf } from '../feature.ts';
import { act } from './approve.ts';
import { openRequest } from './request.ts';

const Ref = z.object({ id: z.string() });

/** What follows a rollback that did not help or that nobody knows about: measured again, asked for again, help. */
export const followUp: Feature = (on, deps) => {
  const verify = { name: 'verify', usage: 'verify <RB-7>', help: 'measures once more whether it helped', example: 'verify RB-7' };
  on.command('rollback', verify, async ({ text, ...input }) => {
    const { rollback: found } = await rollbackOf(text, deps, '/rollback verify RB-7');
    if (!can('rollback.settle', found.state) || !canMeasure(found.state)) throw notNow(found, 'verify');
    await act(deps, found, { type: 'rollback.settle', choice: 'verify', reason: 'measure again', ...input });
  });

  const retry = { name: 'retry', usage: 'retry <RB-7>', help: 'asks for the same once more, by a form', example: 'retry RB-7' };
  on.command('rollback', retry, async ({ text, modal }) => {
    await openRetry(deps, (await rollbackOf(text, deps, '/rollback retry RB-7')).rollback, modal);
  });
  on.button(ids.openRetry, Ref, async ({ value, modal }) => openRetry(deps, await rollbackById(value.id, deps), modal));

  on.button(ids.callHelp, Ref, async ({ value, user, at, inboxKey }) => {
    await deps.execute(rollback, value.id, { type: 'rollback.call-help', by: user, at }, { inboxKey });
  });
};

/** The same target and reason, asked for anew: production is looked at again, and somebody else approves again. */
async function openRetry(deps: Deps, found: StoredRollback, open: CommandInput['modal']): Promise<undefined> {
  const { state } = found;
  if (!canRetry(state)) throw notNow(found, 'retry');
  const { plan, incidentId, reason } = state;
  const { service, environment, name } = plan;
  const to = plan.steps.find(({ kind }) => kind === 'code')?.to.id;
  await openRequest(deps, { incident: await incidentById(incidentId, deps), plan: name, service, environment, to, reason }, open);
}

const notNow = ({ state: { number, status } }: StoredRollback, command: string): Refusal =>
  new Refusal('rollback_not_now', { rollback: rollbackName(number), status: rollbackWords[status], command });
