// Part of the composition root: what Slack last said about people, and the way in that does without it.
import type { Kysely } from 'kysely';
import { createOperator } from './features/operator.ts';
import type { Chat, Deps, Execute, Log, Settings } from './ports.ts';
import { createOperatorKeys } from './slack/operator-keys.ts';
import type { People } from './slack/people.ts';
import { createPeople } from './slack/people.ts';
import { startRefreshingPeople } from './slack/refresh-people.ts';
import { createMemberships } from './store/membership.ts';
import { createOperatorTokens } from './store/operator-tokens.ts';
import type { Database } from './store/schema.ts';
import type { Operate } from './web/operate/door.ts';

interface Parts {
  db: Kysely<Database>;
  slack: Pick<Chat, 'person' | 'membersOf'>;
  now: () => number;
  log: Log;
}

export interface WithoutSlack {
  people: People;
  /** The command line's and the page's way in; `execute` is the door as people reach it. */
  operate: (deps: Deps, execute: Execute) => Operate;
  /** Keeps what Slack says about those who hold a key young. */
  startRefreshing: (settings: Settings) => { stop: () => Promise<void> };
}

/** Puts together what keeps Warroom of use while Slack is silent. */
export function createWithoutSlack({ db, slack, now, log }: Parts): WithoutSlack {
  const memory = createMemberships(db);
  const tokens = createOperatorTokens(db);
  const people = createPeople({ chat: slack, memory, now, log });
  const users = async (): Promise<string[]> => {
    const live = (await tokens.list()).filter(({ expiresAt, revokedAt }) => revokedAt === undefined && now() < expiresAt);
    return [...new Set(live.map(({ user }) => user))];
  };
  return {
    people,
    operate: (deps, execute) => ({
      operator: createOperator({ ...deps, execute }, memory),
      keys: createOperatorKeys({ tokens, standing: people.standingNow, now }),
      now,
      log,
    }),
    startRefreshing: (settings) => startRefreshingPeople({ people, users, groups: approversOf(settings), log }),
  };
}

/** Every group that a policy may ask for. */
const approversOf = ({ policies, services, breakGlass }: Settings): string[] => [
  ...new Set([...policies.flatMap(({ groups }) => groups), ...services.map(({ owner }) => owner), ...breakGlass.groups]),
];
