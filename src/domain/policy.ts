import { Refusal } from './refusal.ts';
import type { Role, Severity, UserId } from './words.ts';
import { roleNames } from './words.ts';

/** Who may approve what; copied into the request, so a later change of the file cannot lower what was asked for. Times in ms. */
export interface Policy {
  approvals: number;
  roles: readonly Role[];
  /** Slack user group handles, with their `@`. */
  groups: readonly string[];
  approveWithinMs: number;
  executeWithinMs: number;
}

export interface PolicyRule extends Policy {
  match: { environment?: string; severity?: readonly Severity[] };
}

/** What Slack says a person is, read live at the vote and again at the start. */
export type Standing = 'member' | 'guest' | 'external' | 'bot' | 'deactivated' | 'unknown';

export interface Voter {
  user: UserId;
  standing: Standing;
  /** The roles this person holds in the incident. */
  roles: readonly Role[];
  /** Those of the policy's groups this person is in. */
  groups: readonly string[];
}

const standingTexts: Record<Exclude<Standing, 'member' | 'unknown'>, string> = {
  guest: 'guests of this workspace cannot',
  external: 'people of another workspace cannot',
  bot: 'apps and bots cannot',
  deactivated: 'the account is deactivated',
};

/** Why somebody of this standing may not act. */
export function standingText(standing: Standing): string {
  return standing === 'member' || standing === 'unknown' ? 'Slack does not say who this is' : standingTexts[standing];
}

/** The strictest of the rules that match, each field for itself; rules add up, none loosens another. */
export function policyFor(rules: readonly PolicyRule[], at: { environment: string; severity: Severity }): Policy {
  const matching = rules.filter(
    ({ match }) =>
      (match.environment === undefined || match.environment === at.environment) &&
      (match.severity === undefined || match.severity.includes(at.severity)),
  );
  const [first, ...rest] = matching;
  if (!first) throw new Error(`no approval policy matches ${at.environment} ${at.severity}; configuration must have a default`);
  return rest.reduce(stricter, withoutMatch(first));
}

const withoutMatch = ({ match: _, ...policy }: PolicyRule): Policy => policy;

function stricter(a: Policy, b: PolicyRule): Policy {
  return {
    approvals: Math.max(a.approvals, b.approvals),
    roles: a.roles.filter((role) => b.roles.includes(role)),
    groups: a.groups.filter((group) => b.groups.includes(group)),
    approveWithinMs: Math.min(a.approveWithinMs, b.approveWithinMs),
    executeWithinMs: Math.min(a.executeWithinMs, b.executeWithinMs),
  };
}

/** “the Incident Commander, the Technical Lead or @sre-leads” */
export function approversText(policy: Policy): string {
  const names = [...policy.roles.map((role) => `the ${roleNames[role]}`), ...policy.groups];
  const last = names.pop() ?? 'nobody (the policy names no one)';
  return names.length === 0 ? last : `${names.join(', ')} or ${last}`;
}

/** @throws Refusal when this person's vote does not count, with the reason. */
export function assertMayApprove(policy: Policy, voter: Voter, requestedBy: UserId): void {
  if (voter.standing === 'unknown') throw new Refusal('standing_unknown');
  if (voter.standing !== 'member') throw new Refusal('approver_standing', { standing: standingText(voter.standing) });
  if (voter.user === requestedBy) throw new Refusal('self_approval', { needs: approversText(policy) });
  if (!qualifies(policy, voter)) throw new Refusal('not_an_approver', { needs: approversText(policy) });
}

/** Does this person, as they are now, satisfy the policy? Used for the vote and again when the rollback starts. */
export function qualifies(policy: Policy, voter: Voter): boolean {
  if (voter.standing !== 'member') return false;
  return policy.roles.some((role) => voter.roles.includes(role)) || policy.groups.some((group) => voter.groups.includes(group));
}
