/** Who may approve what. Everything here is pure: a policy is copied into its request, so a later change of the file cannot lower it. */
import type { Step, StepKind } from './plan.ts';
import { changesData } from './plan.ts';
import { Refusal } from './refusal.ts';
import type { Role, Severity, UserId } from './words.ts';
import { roleNames } from './words.ts';

/** So many different people out of these must say yes. */
export interface Requirement {
  approvals: number;
  roles: readonly Role[];
  /** Slack user group handles, with their `@`. */
  groups: readonly string[];
}

/** Who may skip the quorum, and how often in 24 hours. */
export interface BreakGlassRule {
  roles: readonly Role[];
  groups: readonly string[];
  perDay: number;
}

/** What one rollback asks for. Times in milliseconds. */
export interface Policy {
  /** All of them must be met. A vote counts for each requirement its voter fits: one person, one vote. */
  require: readonly Requirement[];
  approveWithinMs: number;
  executeWithinMs: number;
  /** Whoever approves types the service's name: a hurried thumb cannot. */
  typeServiceName: boolean;
  /** `at-once`: the last approval starts it. `separate`: somebody has to press Start as well. */
  start: 'at-once' | 'separate';
  /** When the approvals have not come after this time, everybody who could give one is called. */
  escalateAfterMs?: number;
  breakGlass: BreakGlassRule;
}

/** How much a plan can hurt: `low` moves flags and traffic only, `high` touches data or infrastructure. */
export type Risk = 'low' | 'normal' | 'high';

/** A rule of warroom.yml. Whatever it leaves open, another one that matches may decide. */
export interface PolicyRule extends Requirement {
  match: { environment?: string; severity?: readonly Severity[]; kind?: readonly StepKind[]; risk?: readonly Risk[] };
  approveWithinMs: number;
  executeWithinMs: number;
  typeServiceName?: boolean;
  start?: 'at-once' | 'separate';
  escalateAfterMs?: number;
}

/** What a policy is looked up for. */
export interface Matter {
  environment: string;
  severity: Severity;
  steps: readonly Aimed[];
}

/** What a step can hurt. */
type Aimed = Pick<Step, 'kind' | 'database'>;

/** The riskiest step decides. */
export function riskOf(steps: readonly Aimed[]): Risk {
  const has = (kind: StepKind): boolean => steps.some((step) => isOfKind(step, kind));
  if (has('database') || has('infrastructure')) return 'high';
  return has('code') ? 'normal' : 'low';
}

const isOfKind = (step: Aimed, kind: StepKind): boolean => step.kind === kind || (kind === 'database' && changesData(step));

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

/** Every rule that matches adds its requirement, and of every time the shorter one holds: rules add up, none loosens another. */
export function policyFor(rules: readonly PolicyRule[], matter: Matter, breakGlass: BreakGlassRule): Policy {
  const matching = rules.filter((rule) => matches(rule, matter));
  if (matching.length === 0) {
    throw new Error(`no approval policy matches ${matter.environment} ${matter.severity}; configuration must have a default`);
  }
  const escalations = matching.flatMap(({ escalateAfterMs }) => escalateAfterMs ?? []);
  const isGrave = matter.severity === 'SEV1' || matter.steps.some(changesData);
  return {
    require: withoutImplied(matching.map(({ approvals, roles, groups }) => ({ approvals, roles, groups }))),
    approveWithinMs: Math.min(...matching.map(({ approveWithinMs }) => approveWithinMs)),
    executeWithinMs: Math.min(...matching.map(({ executeWithinMs }) => executeWithinMs)),
    typeServiceName: matching.some(({ typeServiceName = isGrave }) => typeServiceName),
    start: matching.some(({ start }) => start === 'separate') ? 'separate' : 'at-once',
    ...(escalations.length === 0 ? {} : { escalateAfterMs: Math.min(...escalations) }),
    breakGlass,
  };
}

function matches({ match: { environment, severity, kind, risk } }: PolicyRule, matter: Matter): boolean {
  if (environment !== undefined && environment !== matter.environment) return false;
  if (severity !== undefined && !severity.includes(matter.severity)) return false;
  if (kind !== undefined && !matter.steps.some((step) => kind.some((each) => isOfKind(step, each)))) return false;
  return risk === undefined || risk.includes(riskOf(matter.steps));
}

/** The stricter of both in everything: what an edited plan asks for when the file was changed since the request. */
export function stricterOf(a: Policy, b: Policy): Policy {
  const escalations = [a.escalateAfterMs, b.escalateAfterMs].filter((after) => after !== undefined);
  return {
    require: withoutImplied([...a.require, ...b.require]),
    approveWithinMs: Math.min(a.approveWithinMs, b.approveWithinMs),
    executeWithinMs: Math.min(a.executeWithinMs, b.executeWithinMs),
    typeServiceName: a.typeServiceName || b.typeServiceName,
    start: a.start === 'separate' ? a.start : b.start,
    ...(escalations.length === 0 ? {} : { escalateAfterMs: Math.min(...escalations) }),
    breakGlass: {
      roles: shared(a.breakGlass.roles, b.breakGlass.roles),
      groups: shared(a.breakGlass.groups, b.breakGlass.groups),
      perDay: Math.min(a.breakGlass.perDay, b.breakGlass.perDay),
    },
  };
}

const shared = <T>(of: readonly T[], and: readonly T[]): T[] => of.filter((each) => and.includes(each));

/** Whoever meets a requirement of as many people out of fewer meets the looser one as well: it need not be said. */
function withoutImplied(all: readonly Requirement[]): Requirement[] {
  return all.filter((one, index) => all.every((other, at) => at === index || !implies(other, one) || (implies(one, other) && index < at)));
}

const implies = (strict: Requirement, loose: Requirement): boolean =>
  strict.approvals >= loose.approvals && isWithin(strict.roles, loose.roles) && isWithin(strict.groups, loose.groups);

const isWithin = <T>(some: readonly T[], all: readonly T[]): boolean => some.every((each) => all.includes(each));

type Who = Pick<Voter, 'roles' | 'groups'>;

/** Does this person count for this requirement? */
export const fits = (requirement: Pick<Requirement, 'roles' | 'groups'>, { roles, groups }: Who): boolean =>
  requirement.roles.some((role) => roles.includes(role)) || requirement.groups.some((group) => groups.includes(group));

/** How far each requirement is. */
export const progressOf = ({ require }: Pick<Policy, 'require'>, votes: readonly Who[]): (Requirement & { given: number })[] =>
  require.map((requirement) => ({ ...requirement, given: votes.filter((vote) => fits(requirement, vote)).length }));

/** What is still missing, with the number of approvals that are. */
export const missingFrom = (policy: Pick<Policy, 'require'>, votes: readonly Who[]): Requirement[] =>
  progressOf(policy, votes)
    .filter(({ approvals, given }) => given < approvals)
    .map(({ given, approvals, roles, groups }) => ({ approvals: approvals - given, roles, groups }));

/** Everybody a policy names, for a question to Slack. */
export const groupsOf = ({ require, breakGlass }: Policy): string[] => [
  ...new Set([...require.flatMap(({ groups }) => groups), ...breakGlass.groups]),
];

/** “the Incident Commander, the Technical Lead or @sre-leads” */
export function peopleText({ roles, groups }: Pick<Requirement, 'roles' | 'groups'>): string {
  const names = [...roles.map((role) => `the ${roleNames[role]}`), ...groups];
  const last = names.pop() ?? 'nobody (the policy names no one)';
  return names.length === 0 ? last : `${names.join(', ')} or ${last}`;
}

/** “2 of the Incident Commander or @sre-leads, and 1 of @dba”; of a single approval only the people. */
export function approversText(policy: Pick<Policy, 'require'>): string {
  const { require } = policy;
  const [only] = require;
  if (require.length === 1 && only) return peopleText(only);
  return require.map((each) => `${each.approvals} of ${peopleText(each)}`).join(', and ');
}

/** @throws Refusal when this person's vote does not count, with the reason. `authors` asked for the plan or changed it. */
export function assertMayApprove(policy: Policy, voter: Voter, authors: { requestedBy: UserId; editedBy?: readonly UserId[] }): void {
  assertMember(voter);
  assertNoAuthor(policy, voter.user, authors);
  if (!qualifies(policy, voter)) throw new Refusal('not_an_approver', { needs: approversText(policy) });
}

/** @throws Refusal to whoever asked for the plan or changed it: two people look, always. */
export function assertNoAuthor(policy: Policy, user: UserId, authors: { requestedBy: UserId; editedBy?: readonly UserId[] }): void {
  const needs = approversText(policy);
  if (user === authors.requestedBy) throw new Refusal('self_approval', { needs });
  if (authors.editedBy?.includes(user)) throw new Refusal('own_edit', { needs });
}

/** @throws Refusal when Slack says that this is no full member of the workspace, or nothing. */
export function assertMember({ standing }: Voter): void {
  if (standing === 'unknown') throw new Refusal('standing_unknown');
  if (standing !== 'member') throw new Refusal('approver_standing', { standing: standingText(standing) });
}

/** Does this person, as they are now, count for any requirement? Used for the vote and again when the rollback starts. */
export const qualifies = ({ require }: Pick<Policy, 'require'>, voter: Voter): boolean =>
  voter.standing === 'member' && require.some((requirement) => fits(requirement, voter));

/** May this person skip the quorum? */
export const mayBreakGlass = ({ breakGlass }: Policy, voter: Voter): boolean => voter.standing === 'member' && fits(breakGlass, voter);
