import { fits } from '../../domain/policy.ts';
import { roles as allRoles } from '../../domain/words.ts';
import { home } from '../../views/home.ts';
import type { Feature } from '../feature.ts';

/** App Home: what waits for me, my roles, what is open. Drawn when it is opened, from stored state. */
export const openHome: Feature = (on, { queries }) => {
  on.home(async (user) => {
    const [open, care] = await Promise.all([queries.openIncidents(), queries.openCareOf(user)]);
    const rollbacks = (await Promise.all(open.map(({ id }) => queries.rollbacksOf(id)))).flat();
    const roomOf = new Map(open.map((incident) => [incident.id, incident.state]));
    const waiting = rollbacks.filter(({ state }) => {
      const roles = roomOf.get(state.incidentId)?.roles ?? {};
      const mine = { roles: allRoles.filter((role) => roles[role] === user), groups: [] };
      const isAuthor = state.requestedBy === user || state.editedBy.includes(user);
      const hasSaid = state.votes.some((vote) => vote.user === user);
      return state.status === 'requested' && !isAuthor && !hasSaid && state.policy.require.some((each) => fits(each, mine));
    });
    return home({ user, open, waiting, care });
  });
};
