import { isDelicate } from '../../domain/plan.ts';
import type { Voter } from '../../domain/policy.ts';
import { Refusal } from '../../domain/refusal.ts';
import type { UserId } from '../../domain/words.ts';
import type { Deps, StoredRollback } from '../../ports.ts';

/** Who this person is for this rollback's policy, with the roles held in its incident just now. @throws Refusal when Slack is silent about it */
export async function voterOf({ queries, voter }: Deps, { state }: StoredRollback, user: UserId): Promise<Voter> {
  const roles = queries.incident(state.incidentId).then((incident) => incident?.state.roles ?? {});
  const { silence, ...known } = await voter(user, { policy: state.policy, roles, liveOnly: isDelicate(state.plan) });
  if (silence) throw new Refusal('slack_silent', { why: silence.why });
  return known;
}
