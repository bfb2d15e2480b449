import type { Standing } from '../domain/policy.ts';
import type { UserId } from '../domain/words.ts';
import type { OperatorKeys, OperatorToken, OperatorTokens } from '../ports.ts';
import { recentStanding } from './recent-standing.ts';

/** How long a visit to the page lasts. */
const visitMs = 30 * 60_000;

interface Parts {
  tokens: OperatorTokens;
  standing: (user: UserId) => Promise<Standing>;
  now: () => number;
}

/** Slack's silence takes nobody's key away, its no does: also one that it said before it fell silent. */
export function createOperatorKeys({ tokens, standing, now }: Parts): OperatorKeys {
  const standingOf = recentStanding(standing, now);
  const isWelcome = async ({ user }: OperatorToken): Promise<boolean> => ['member', 'unknown'].includes(await standingOf(user));
  return {
    identify: async (secret) => {
      const { id, token } = await tokens.check(secret, now());
      if (token === undefined || !(await isWelcome(token))) return id === undefined ? {} : { id };
      return { id: token.id, token };
    },
    open: async (token) => {
      const untilMs = Math.min(now() + visitMs, token.expiresAt);
      return { secret: await tokens.openSession(token.id, untilMs), untilMs };
    },
    visitor: async (session) => {
      const token = await tokens.session(session, now());
      return token && (await isWelcome(token)) ? token : undefined;
    },
    close: tokens.closeSession,
  };
}
