import type { Policy, Voter } from '../domain/policy.ts';
import { fits } from '../domain/policy.ts';
import type { Role, UserId } from '../domain/words.ts';
import { roles as allRoles } from '../domain/words.ts';
import type { KnownVoter, Memory, VoterContext } from '../ports.ts';
import type { Answer, People } from './people.ts';

/** Slack wants its answer in 3 seconds; a group that takes longer counts as not answered. */
const groupsMs = 1500;

/**
 * Who a person is for a policy, asked of Slack just now and side by side. Where Slack is silent, what it said a moment ago counts; after
 * that, and where much can be lost, its silence does not count as a yes.
 */
export async function readVoter(people: People, user: UserId, { policy, roles, memory = 'recent' }: VoterContext): Promise<KnownVoter> {
  const asked = people.standing(user, memory);
  const holders = await roles;
  const held = allRoles.filter((role) => holders[role] === user);
  const toAsk = groupsToAsk(policy, held);
  const [standing, groups] = await Promise.all([
    asked,
    Promise.all(toAsk.map(async (group) => ({ group, answer: await isIn(people, { user, group, memory }) }))),
  ]);
  const joined = groups.filter(({ answer }) => answer.said === true).map(({ group }) => group);
  const voter: Voter = { user, standing: standing.said ?? 'unknown', roles: held, groups: joined };
  // The last resort stands on the right to break the glass alone.
  const enough = (memory === 'any' ? [policy.breakGlass] : policy.require).some((each) => fits(each, voter));
  const unsaid = groups.find(({ answer }) => answer.silence !== undefined)?.answer.silence;
  // Without a group there is nothing that would make up for a group that was not told.
  const silent = standing.silence ?? (enough ? undefined : unsaid);
  if (silent !== undefined) return { ...voter, silence: { why: silent } };
  return unsaid === undefined ? voter : { ...voter, unsaid };
}

/** Where a role is enough, no group needs to be asked for. */
function groupsToAsk({ require, breakGlass }: Policy, held: readonly Role[]): string[] {
  const open = [...require, breakGlass].filter((each) => !fits(each, { roles: held, groups: [] }));
  return [...new Set(open.flatMap(({ groups }) => groups))];
}

interface Asked {
  user: UserId;
  group: string;
  memory: Memory;
}

function isIn(people: People, { user, group, memory }: Asked): Promise<Answer<boolean>> {
  return people.isIn(user, group, { memory, withinMs: groupsMs });
}
