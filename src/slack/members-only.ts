import type { Standing } from '../domain/policy.ts';
import { standingText } from '../domain/policy.ts';
import { Refusal } from '../domain/refusal.ts';
import type { UserId } from '../domain/words.ts';
import type { Chat, Execute } from '../ports.ts';

/** Votes are checked live; for everything else a standing of a minute ago will do, and Slack's silence must not stop an incident. */
const freshMs = 60_000;

/** The door as people reach it: guests, bots and people of other workspaces may look, and change nothing. */
export function membersOnly(execute: Execute, chat: Pick<Chat, 'standing'>, now: () => number): Execute {
  const known = new Map<UserId, { standing: Standing; at: number }>();
  const standingOf = async (user: UserId): Promise<Standing> => {
    const last = known.get(user);
    if (last && now() - last.at < freshMs) return last.standing;
    const standing = await chat.standing(user);
    if (standing !== 'unknown') known.set(user, { standing, at: now() });
    return standing;
  };
  return async (decider, id, command, cause) => {
    const by = 'by' in command && typeof command.by === 'string' ? command.by : '';
    const standing = await standingOf(by);
    if (standing !== 'member' && standing !== 'unknown') throw new Refusal('members_only', { standing: standingText(standing) });
    return execute(decider, id, command, cause);
  };
}
