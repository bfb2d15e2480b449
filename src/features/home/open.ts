import { home } from '../../views/home.ts';
import type { Feature } from '../feature.ts';

/** App Home: what waits for me, my roles, what is open. Drawn when it is opened, from stored state. */
export const openHome: Feature = (on, { queries }) => {
  on.home(async (user) => {
    const open = await queries.openIncidents();
    const rollbacks = (await Promise.all(open.map(({ id }) => queries.rollbacksOf(id)))).flat();
    const roomOf = new Map(open.map((incident) => [incident.id, incident.state]));
    const waiting = rollbacks.filter(({ state }) => {
      const roles = roomOf.get(state.incidentId)?.roles ?? {};
      return state.status === 'requested' && state.requestedBy !== user && state.policy.roles.some((role) => roles[role] === user);
    });
    return home({ user, open, waiting });
  });
};
