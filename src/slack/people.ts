import { setTimeout as sleep } from 'node:timers/promises';
import type { Standing } from '../domain/policy.ts';
import type { UserId } from '../domain/words.ts';
import type { Chat, Log, Membership, Memberships, Memory } from '../ports.ts';
import { ChatError } from '../ports.ts';

/** What Slack says about a person; `silence` when it said nothing and nothing that it said before counts any more. */
export interface Answer<T> {
  said?: T;
  silence?: string;
}

/** Slack's people, with a memory for the time in which it is silent. */
export interface People {
  standing: (user: UserId, memory: Memory) => Promise<Answer<Standing>>;
  isIn: (user: UserId, group: string, how: { memory: Memory; withinMs: number }) => Promise<Answer<boolean>>;
  /** For everything that is no vote: a no of Slack holds until it says otherwise, its silence alone stops nobody. */
  standingNow: (user: UserId) => Promise<Standing>;
}

interface Sources {
  chat: Pick<Chat, 'person' | 'membersOf'>;
  memory: Memberships;
  now: () => number;
  log: Log;
}

/** An older yes of Slack lets nobody approve. */
const longestMs = 15 * 60_000;

/** Asks Slack, writes its answer down, and looks there when it does not answer. */
export function createPeople(sources: Sources): People {
  const { chat, memory: kept, now } = sources;
  const standing: People['standing'] = async (user, memory) => {
    try {
      const person = await chat.person(user);
      keep(sources, user, kept.rememberPerson(user, person, now()));
      return { said: person.standing };
    } catch (error) {
      // A definite answer that says nothing about a person: there is no such user, or we may not ask.
      if (!isSilence(error)) return { said: 'unknown' };
      const { standing: last = 'unknown', standingAt = 0 } = (await recalled(sources, user)) ?? {};
      if (last !== 'member' && last !== 'unknown') return { said: last };
      return fromMemory(last === 'unknown' ? undefined : { said: last, at: standingAt }, { memory, now: now() });
    }
  };
  const isIn: People['isIn'] = async (user, group, { memory, withinMs }) => {
    try {
      const members = await Promise.race([chat.membersOf(group), tooLate(withinMs)]);
      const answer = { isIn: members.includes(user), at: now() };
      keep(sources, user, kept.rememberGroup(user, group, answer));
      return { said: answer.isIn };
    } catch (error) {
      if (!isSilence(error)) return { said: false };
      const last = (await recalled(sources, user))?.groups[group];
      return fromMemory(last && { said: last.isIn, at: last.at }, { memory, now: now() });
    }
  };
  const standingNow = async (user: UserId): Promise<Standing> => (await standing(user, 'none')).said ?? 'unknown';
  return { standing, isIn, standingNow };
}

const isSilence = (error: unknown): boolean => error instanceof ChatError && error.kind === 'again';

const tooLate = (ms: number): Promise<never> =>
  sleep(ms, undefined, { ref: false }).then(() => Promise.reject(new ChatError('again', 'no_answer')));

/** What is young enough, or the reason why nothing counts. */
function fromMemory<T>(last: { said: T; at: number } | undefined, { memory, now }: { memory: Memory; now: number }): Answer<T> {
  if (last === undefined) return { silence: 'and it has not said anything about this person before' };
  if (memory === 'none') return { silence: 'and where data or infrastructure is changed only its answer of this moment counts' };
  const age = now - last.at;
  if (memory === 'any' || age <= longestMs) return { said: last.said };
  return { silence: `and its last answer is ${Math.floor(age / 60_000)} minutes old: at most ${longestMs / 60_000} count` };
}

/** What cannot be written down is lost for a silence to come; what Slack says now holds all the same. */
function keep({ log }: Sources, user: UserId, kept: Promise<void>): void {
  void kept.catch((error: unknown) => log.warn({ user, err: error }, 'what slack said about a person was not kept'));
}

async function recalled({ memory, log }: Sources, user: UserId): Promise<Membership | undefined> {
  try {
    return await memory.recall(user);
  } catch (error) {
    log.warn({ user, err: error }, 'what slack last said about a person could not be read');
    return undefined;
  }
}
