import type { Policy, Voter } from '../domain/policy.ts';
import { fits } from '../domain/policy.ts';
import type { Role, UserId } from '../domain/words.ts';
import { roles as allRoles } from '../domain/words.ts';
import type { Chat } from '../ports.ts';

interface Context {
  policy: Policy;
  /** May still be on its way from the store: Slack is asked meanwhile. */
  roles: Roles | Promise<Roles>;
}

type Roles = Readonly<Partial<Record<Role, UserId>>>;

/** Slack wants its answer in 3 seconds; a group that takes longer counts as not joined. */
const groupsMs = 1500;

/** Who a person is for a policy, asked of Slack just now and side by side; what Slack does not answer in time does not count. */
export async function readVoter(chat: Chat, user: UserId, { policy, roles }: Context): Promise<Voter> {
  const asked = chat.standing(user);
  const holders = await roles;
  const held = allRoles.filter((role) => holders[role] === user);
  const [standing, groups] = await Promise.all([asked, joined(chat, user, groupsToAsk(policy, held))]);
  return { user, standing, roles: held, groups };
}

/** Where a role is enough, no group needs to be asked for. */
function groupsToAsk({ require, breakGlass }: Policy, held: readonly Role[]): string[] {
  const open = [...require, breakGlass].filter((each) => !fits(each, { roles: held, groups: [] }));
  return [...new Set(open.flatMap(({ groups }) => groups))];
}

async function joined(chat: Chat, user: UserId, groups: readonly string[]): Promise<string[]> {
  const late = new Promise<boolean>((resolve) => setTimeout(resolve, groupsMs, false).unref());
  const isIn = (group: string): Promise<boolean> =>
    chat.membersOf(group).then(
      (members) => members.includes(user),
      () => false,
    );
  const answers = await Promise.all(groups.map((group) => Promise.race([isIn(group), late])));
  return groups.filter((_, index) => answers[index]);
}
