/** How far the approvals are, in words. */
import type { Policy } from '../domain/policy.ts';
import { missingFrom, peopleText, progressOf } from '../domain/policy.ts';
import type { KnownRollback, Vote } from '../domain/rollback.ts';
import { lines } from './blocks.ts';
import { count, line, mention } from './text.ts';
import { roleLetters } from './words.ts';

type Who = Pick<Vote, 'roles' | 'groups'>;

/** “1 of 2”, or for several requirements “1 of 2 by the Incident Commander, 0 of 1 by @dba” */
export function tally(policy: Pick<Policy, 'require'>, votes: readonly Who[]): string {
  const all = progressOf(policy, votes);
  const [only] = all;
  if (all.length === 1 && only) return `${Math.min(only.given, only.approvals)} of ${only.approvals}`;
  return all
    .map(({ given, approvals, ...people }) => `${Math.min(given, approvals)} of ${approvals} by ${line(peopleText(people), 200)}`)
    .join(', ');
}

/** “approvals 1 of 2: ✓ @ic (IC)” */
export const approvalsText = ({ votes, policy }: Pick<KnownRollback, 'votes' | 'policy'>): string =>
  `approvals ${tally(policy, votes)}${votesText(votes)}`;

/** `: ✓ @ic (IC), ✓ @sre (@sre-leads)` */
export function votesText(votes: readonly Vote[]): string {
  if (votes.length === 0) return '';
  const said = votes.slice(0, 10).map(({ user, roles, groups }) => {
    const as = [...roles.map((role) => roleLetters[role]), ...groups.map((group) => line(group, 40))];
    return `✓ ${mention(user)}${as.length === 0 ? '' : ` (${as.join(', ')})`}`;
  });
  return `: ${said.join(', ')}`;
}

/** How far it is, who said yes, and who is still missing. Of several requirements each has a line of its own. */
export function approvalLines(rollback: Pick<KnownRollback, 'votes' | 'policy' | 'editedBy'>): string {
  const { policy, votes, editedBy } = rollback;
  if (policy.require.length === 1) return lines(`*approvals ${tally(policy, votes)}*${votesText(votes)}`, neededText(rollback));
  const each = progressOf(policy, votes).map(
    ({ given, approvals, ...people }) => `• ${Math.min(given, approvals)} of ${approvals} by ${line(peopleText(people), 300)}`,
  );
  const others = editedBy.length === 0 ? 'the requester does not count' : 'the requester and whoever changed the plan do not count';
  const isOneMissing = missingFrom(policy, votes).length === 1;
  return lines(`*approvals*${votesText(votes) || ': none yet'}`, ...each, isOneMissing ? neededText(rollback) : others);
}

/** “needs 1 more by the Technical Lead or @sre-leads, not the requester” */
export function neededText({ votes, policy, editedBy }: Pick<KnownRollback, 'votes' | 'policy' | 'editedBy'>): string {
  const [first, ...others] = missingFrom(policy, votes);
  if (first === undefined) return '';
  const excluded = editedBy.length === 0 ? 'not the requester' : 'not the requester and nobody who changed the plan';
  const many = votes.length > 0 ? `${first.approvals} more` : count(first.approvals, 'approval');
  const needs = [
    `${many} by ${line(peopleText(first), 300)}`,
    ...others.map((each) => `${each.approvals} by ${line(peopleText(each), 300)}`),
  ];
  return `needs ${needs.join(', and ')}, ${excluded}`;
}
