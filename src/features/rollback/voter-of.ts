import { isDelicate } from '../../domain/plan.ts';
import type { Voter } from '../../domain/policy.ts';
import { Refusal } from '../../domain/refusal.ts';
import type { UserId } from '../../domain/words.ts';
import type { Deps, Memory, StoredRollback } from '../../ports.ts';

/** Who this person is for this rollback's policy, with the roles held in its incident just now. @throws Refusal when Slack is silent about it */
export const voterOf = (deps: Deps, found: StoredRollback, user: UserId): Promise<Voter> =>
  ask(deps, found, { user, memory: isDelicate(found.state.plan) ? 'none' : 'recent' });

/** The same for breaking the glass, which has to work when nothing else does: what Slack said last counts, however long ago. */
export const lastResortVoterOf = (deps: Deps, found: StoredRollback, user: UserId): Promise<Voter> =>
  ask(deps, found, { user, memory: 'any' });

async function ask(
  { queries, voter }: Deps,
  { state }: StoredRollback,
  { user, memory }: { user: UserId; memory: Memory },
): Promise<Voter> {
  const roles = queries.incident(state.incidentId).then((incident) => incident?.state.roles ?? {});
  const { silence, unsaid: _, ...known } = await voter(user, { policy: state.policy, roles, memory });
  if (silence) throw new Refusal('slack_silent', { why: silence.why });
  return known;
}
