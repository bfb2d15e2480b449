import type { UserId } from '../domain/words.ts';
import type { Log } from '../ports.ts';
import type { People } from './people.ts';

interface Refreshing {
  people: People;
  /** Whoever could act without Slack. */
  users: () => Promise<readonly UserId[]>;
  /** The groups that policies name. */
  groups: readonly string[];
  log: Log;
  everyMs?: number;
}

/** Far below the age at which an answer counts no more. */
const usualMs = 3 * 60_000;
const callMs = 1500;

/** Asks Slack about those who hold a key before it falls silent: what it said a moment ago is all there is then. */
export function startRefreshingPeople({ people, users, groups, log, everyMs = usualMs }: Refreshing): { stop: () => Promise<void> } {
  let ended = false;
  const round = async (): Promise<void> => {
    try {
      // One after another: nobody waits for this, and Slack counts calls.
      for (const user of await users()) {
        const { silence } = await people.standing(user, 'none');
        for (const group of groups) {
          if (ended || silence !== undefined) return;
          await people.isIn(user, group, { memory: 'none', withinMs: callMs });
        }
      }
    } catch (error) {
      log.warn({ err: error }, 'people were not asked after');
    }
  };
  let running = round();
  const timer = setInterval(() => void (running = running.then(round)), everyMs);
  return {
    stop: async () => {
      ended = true;
      clearInterval(timer);
      await running;
    },
  };
}
