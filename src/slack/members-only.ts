import { standingText } from '../domain/policy.ts';
import { Refusal } from '../domain/refusal.ts';
import type { Chat, Execute } from '../ports.ts';
import { recentStanding } from './recent-standing.ts';

/** The door as people reach it: guests, bots and people of other workspaces may look, and change nothing. */
export function membersOnly(execute: Execute, chat: Pick<Chat, 'standing'>, now: () => number): Execute {
  const standingOf = recentStanding((user) => chat.standing(user), now);
  return async (decider, id, command, cause) => {
    const by = 'by' in command && typeof command.by === 'string' ? command.by : '';
    const standing = await standingOf(by);
    if (standing !== 'member' && standing !== 'unknown') throw new Refusal('members_only', { standing: standingText(standing) });
    return execute(decider, id, command, cause);
  };
}
