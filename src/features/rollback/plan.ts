import { z } from 'zod';
import { ids } from '../../views/ids.ts';
import { planPreview } from '../../views/plan-preview.ts';
import { rollbackDetails } from '../../views/rollback-details.ts';
import type { Feature } from '../feature.ts';
import { rollbackById } from '../feature.ts';
import { makePlan } from './make-plan.ts';
import { allTargets, policyText, readWish, settingsOf, unknownEnvironment } from './read-wish.ts';

/** `/rollback plan`: a dry run. Checks, versions and commits are shown to the asker; nothing is requested. */
export const planRollback: Feature = (on, deps) => {
  const verb = {
    name: 'plan',
    usage: 'plan <service|plan> [environment] [to <version|previous|sha>]',
    help: 'what a rollback would do; nothing is requested',
    example: 'plan shop to v41',
  };
  on.command('rollback', verb, async ({ text, channel }) => {
    const { wish, rest } = readWish(text, deps);
    if (rest !== '') throw unknownEnvironment(settingsOf(deps, wish).service, rest);
    const incident = await deps.queries.incidentByRoom(channel);
    const { plan, preview, checks, policy } = await makePlan(deps, wish, incident?.state.severity ?? 'SEV3');
    return planPreview({
      service: wish.service,
      environment: wish.environment,
      plan,
      preview: { ...preview, checks },
      policyText: policyText(policy),
      targets: allTargets(deps),
      incidentId: incident?.id,
    });
  });

  on.button(ids.showDetails, z.object({ id: z.string() }), async ({ value }) => {
    return rollbackDetails({ rollback: (await rollbackById(value.id, deps)).state });
  });
};
