import type { Voter } from '../../domain/policy.ts';
import type { UserId } from '../../domain/words.ts';
import type { Deps, StoredRollback } from '../../ports.ts';

/** Who this person is for this rollback's policy, with the roles held in its incident just now. */
export function voterOf({ queries, voter }: Deps, { state }: StoredRollback, user: UserId): Promise<Voter> {
  const roles = queries.incident(state.incidentId).then((incident) => incident?.state.roles ?? {});
  return voter(user, { policy: state.policy, roles });
}
