import type { Standing, Voter } from '../domain/policy.ts';
import type { UserId } from '../domain/words.ts';
import { roles as allRoles } from '../domain/words.ts';
import type { KnownVoter, VoterContext } from '../ports.ts';
import type { Answer, People } from './people.ts';

/** Slack wants its answer in 3 seconds; a group that takes longer counts as not answered. */
const groupsMs = 1500;

/**
 * Who a person is for a policy, asked of Slack just now and side by side. Where Slack is silent, what it said a moment ago counts; after
 * that, and where much can be lost, its silence does not count as a yes.
 */
export async function readVoter(people: People, user: UserId, { policy, roles, liveOnly = false }: VoterContext): Promise<KnownVoter> {
  const asked = people.standing(user, liveOnly);
  const holders = await roles;
  const held = allRoles.filter((role) => holders[role] === user);
  const enough = policy.roles.some((role) => held.includes(role));
  const [standing, groups] = await Promise.all([
    asked,
    Promise.all((enough ? [] : policy.groups).map(async (group) => ({ group, answer: await isIn(people, { user, group, liveOnly }) }))),
  ]);
  const joined = groups.filter(({ answer }) => answer.said === true).map(({ group }) => group);
  const voter: Voter = { user, standing: standing.said ?? 'unknown', roles: held, groups: joined };
  const silent = silenceOf(standing, enough || joined.length > 0 ? [] : groups.map(({ answer }) => answer));
  return silent === undefined ? voter : { ...voter, silence: { why: silent } };
}

interface Asked {
  user: UserId;
  group: string;
  liveOnly: boolean;
}

function isIn(people: People, { user, group, liveOnly }: Asked): Promise<Answer<boolean>> {
  return people.isIn(user, group, { liveOnly, withinMs: groupsMs });
}

/** Without a group there is nothing that would make up for a group that was not told. */
const silenceOf = (standing: Answer<Standing>, groups: readonly Answer<boolean>[]): string | undefined =>
  standing.silence ?? groups.find(({ silence }) => silence !== undefined)?.silence;
