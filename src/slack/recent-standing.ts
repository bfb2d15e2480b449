import type { Standing } from '../domain/policy.ts';
import type { UserId } from '../domain/words.ts';

/** Votes are checked live; for everything else a standing of a minute ago will do. */
const freshMs = 60_000;
/** While Slack is silent not everybody waits for its silence again and again. */
const silentMs = 5_000;

/** Asks at most once a minute who somebody is. */
export function recentStanding(ask: (user: UserId) => Promise<Standing>, now: () => number): (user: UserId) => Promise<Standing> {
  const known = new Map<UserId, { standing: Standing; until: number }>();
  return async (user) => {
    const last = known.get(user);
    if (last && now() < last.until) return last.standing;
    const standing = await ask(user);
    known.set(user, { standing, until: now() + (standing === 'unknown' ? silentMs : freshMs) });
    return standing;
  };
}
