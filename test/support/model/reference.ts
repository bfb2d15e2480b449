/** What must never be broken, kept from the accepted facts alone: a second account of a rollback that shares no rule with the first. */
import type { Plan } from '../../../src/domain/plan.ts';
import type { Policy, Requirement, Voter } from '../../../src/domain/policy.ts';
import type { Place, RollbackCommand, RollbackEvent } from '../../../src/domain/rollback.ts';

export type Person = Omit<Voter, 'user'>;
export type People = ReadonlyMap<string, Person>;

export interface Reference {
  plan: Plan;
  planHash: string;
  policy: Policy;
  blocked: boolean;
  requestedBy: string;
  authors: Set<string>;
  approveBy: number;
  /** Who said yes to this very plan, as they were then. */
  votes: Map<string, Person>;
  glass?: string | undefined;
  /** Who they were when they broke it. */
  glassAs?: Person | undefined;
  executeBy?: number | undefined;
  ordered: boolean;
  escalated: boolean;
  /** Production may have been touched. */
  touched: boolean;
  begun: Set<string>;
  done: Set<string>;
  /** Operations that reached a provider, or may have: none of them is intended a second time. */
  operations: Set<string>;
  rounds: Map<string, number>;
  /** Steps that wait for somebody to let them pass. */
  gates: Set<number>;
  glasses: string[];
  halted: boolean;
  over: boolean;
}

/** What was said or done, and the world it was said in. */
export interface Told {
  command: RollbackCommand;
  people: People;
}

type Fact<T extends RollbackEvent['type']> = Extract<RollbackEvent, { type: T }>;

export function check(condition: boolean, broken: string, about: unknown): void {
  if (!condition) throw new Error(`${broken}: ${JSON.stringify(about)}`);
}

const keyOf = ({ step, back }: Place): string => `${back ? '-' : ''}${step}`;
const operationOf = ({ rounds }: Reference, place: Place): string => `${keyOf(place)}#${rounds.get(keyOf(place)) ?? 0}`;

const fits = ({ roles, groups }: Pick<Requirement, 'roles' | 'groups'>, who: Pick<Person, 'roles' | 'groups'>): boolean =>
  who.roles.some((role) => roles.includes(role)) || who.groups.some((group) => groups.includes(group));
const fitsAny = ({ require }: Policy, who: Person | undefined): boolean =>
  who?.standing === 'member' && require.some((each) => fits(each, who));
const memberOf = (people: People, user: string): Person | undefined =>
  people.get(user)?.standing === 'member' ? people.get(user) : undefined;

const isQuorum = ({ require }: Policy, voters: readonly Pick<Person, 'roles' | 'groups'>[]): boolean =>
  require.every((each) => voters.filter((who) => fits(each, who)).length >= each.approvals);

/** Do those who said yes carry it as they are now? A role given up since still counts, a group left does not. */
function isCarried({ policy, votes, glass, glassAs }: Reference, people: People): boolean {
  if (glass !== undefined) {
    const now = memberOf(people, glass);
    return now !== undefined && fits(policy.breakGlass, { roles: [...(glassAs?.roles ?? []), ...now.roles], groups: now.groups });
  }
  const voters = [...votes].flatMap(([user, then]) => {
    const now = memberOf(people, user);
    return now === undefined ? [] : { roles: [...then.roles, ...now.roles], groups: now.groups };
  });
  return isQuorum(policy, voters);
}

/** May production be touched for the first time by this step, just now? */
export function mayBegin(model: Reference, { command, people }: Told, seen: { step: number; isDrifted: boolean }): boolean {
  const { executeBy, plan, done } = model;
  const step = plan.steps[seen.step];
  const isNew = step !== undefined && !done.has(step.id) && step.needs.every((need) => done.has(need));
  const isOpen = isNew && !model.gates.has(seen.step) && !model.halted && !model.over;
  const isInTime = executeBy !== undefined && command.at < executeBy;
  return isOpen && isInTime && model.ordered && !seen.isDrifted && isCarried(model, people);
}

const isTrusted = ({ policy, requestedBy }: Reference, user: string, people: People): boolean => {
  const who = memberOf(people, user);
  return who !== undefined && (user === requestedBy || fitsAny(policy, who) || fits(policy.breakGlass, who));
};

const gatesOf = ({ steps }: Plan): Set<number> => new Set(steps.flatMap(({ gate }, step) => (gate?.kind === 'manual' ? step : [])));

/** Takes a request as it stands. */
export const opened = ({ plan, planHash, policy, checks, approveBy, by }: Fact<'rollback.requested'>): Reference => ({
  plan,
  planHash,
  policy,
  approveBy,
  requestedBy: by,
  blocked: checks.some(({ level }) => level === 'block'),
  authors: new Set([by]),
  votes: new Map(),
  glasses: [],
  ordered: false,
  escalated: false,
  touched: false,
  halted: false,
  over: false,
  begun: new Set(),
  done: new Set(),
  operations: new Set(),
  rounds: new Map(),
  gates: gatesOf(plan),
});

/** A yes counts for the plan on the card, in time, once, and from others than those who made the plan. */
export function voted(model: Reference, { by, at, planHash }: Fact<'rollback.approved'>, { command, people }: Told): void {
  const { typed } = command as Extract<RollbackCommand, { type: 'rollback.approve' }>;
  const who = people.get(by);
  check(fitsAny(model.policy, who), 'a vote of somebody who fits nothing', who);
  check(!model.authors.has(by), 'the vote of an author', by);
  check(!model.votes.has(by), 'a second vote', by);
  check(planHash === model.planHash && !model.blocked, 'a vote for another plan, or for one that is blocked', planHash);
  check(at < model.approveBy && model.executeBy === undefined, 'a vote out of time', at);
  check(!model.policy.typeServiceName || typed === 'shop', 'a vote without the name', typed);
  if (who) model.votes.set(by, { ...who });
}

export function cleared(model: Reference, { executeBy, at }: Fact<'rollback.cleared'>): void {
  const { policy, votes, glass } = model;
  check(glass !== undefined || isQuorum(policy, [...votes.values()]), 'cleared without a quorum', [...votes]);
  const within = glass === undefined ? policy.executeWithinMs : Math.min(policy.executeWithinMs, 30 * 60_000);
  check(executeBy === at + within, 'cleared for another time', executeBy - at);
  model.executeBy = executeBy;
}

export function startOrdered(model: Reference, { by }: Fact<'rollback.start-ordered'>, { people }: Told): void {
  check(model.executeBy !== undefined && !model.ordered && !model.touched, 'started before it was cleared, or twice', by);
  check(isTrusted(model, by, people), 'started by somebody who may not', by);
  model.ordered = true;
}

/** Whose word is taken away takes clearance and start along, when the others are not enough. */
export function withdrawn(model: Reference, users: readonly string[]): void {
  check(!model.touched && !model.over, 'a word taken back after production was touched', users);
  check(
    users.length > 0 && users.every((user) => model.votes.has(user) || model.glass === user),
    'a word taken back that was never given',
    users,
  );
  for (const user of users) model.votes.delete(user);
  if (users.includes(model.glass ?? '')) model.glass = undefined;
  if (model.glass === undefined && !isQuorum(model.policy, [...model.votes.values()]))
    Object.assign(model, { executeBy: undefined, ordered: false });
}

export function edited(model: Reference, event: Fact<'rollback.edited'>, { command, people }: Told): void {
  const { plan, planHash, policy, checks, approveBy, voided, by, at } = event;
  check(!model.touched && isTrusted(model, by, people), 'edited too late, or by somebody who may not', by);
  check(voided.toSorted().join() === [...model.votes.keys()].toSorted().join(), 'other votes voided than there were', voided);
  const { policy: asked } = command as Extract<RollbackCommand, { type: 'rollback.edit' }>;
  check(isNoLooser(policy, model.policy) && isNoLooser(policy, asked), 'a looser policy', { policy, before: model.policy });
  check(approveBy === at + policy.approveWithinMs, 'another deadline', approveBy - at);
  if (planHash !== model.planHash) model.authors.add(by);
  const blocked = checks.some(({ level }) => level === 'block');
  Object.assign(model, {
    plan,
    planHash,
    policy,
    approveBy,
    blocked,
    glass: undefined,
    executeBy: undefined,
    ordered: false,
    escalated: false,
  });
  model.gates = gatesOf(plan);
  model.votes.clear();
  model.done.clear(); // what failed before anything was begun is tried again
}

const isNoLooser = (now: Policy, before: Policy): boolean =>
  before.require.every((old) =>
    now.require.some(
      (each) =>
        each.approvals >= old.approvals &&
        each.roles.every((role) => old.roles.includes(role)) &&
        each.groups.every((group) => old.groups.includes(group)),
    ),
  ) &&
  now.approveWithinMs <= before.approveWithinMs &&
  now.executeWithinMs <= before.executeWithinMs &&
  (now.typeServiceName || !before.typeServiceName) &&
  (now.start === 'separate' || before.start === 'at-once');

export function glassBroken(model: Reference, { by, at, reason }: Fact<'rollback.glass-broken'>, { command, people }: Told): void {
  const { typed } = command as Extract<RollbackCommand, { type: 'rollback.break-glass' }>;
  const who = memberOf(people, by);
  check(who !== undefined && fits(model.policy.breakGlass, who), 'a glass broken by somebody who may not', who);
  check(typed === 'shop' && reason.length >= 20, 'a glass broken lightly', { typed, reason });
  check(at < model.approveBy && model.executeBy === undefined, 'a glass broken out of time', at);
  check(
    model.plan.steps.every(({ database }) => database?.class !== 'restore'),
    'a glass broken for what destroys data',
    model.plan,
  );
  check(model.glasses.filter((user) => user === by).length < model.policy.breakGlass.perDay, 'a glass broken too often', by);
  model.glasses.push(by);
  model.glass = by;
  model.glassAs = who && { ...who };
}

/** What each place of the plan has gone through, and what it must have gone through before. */
export function stepBegun(model: Reference, event: Fact<'rollback.step-intended'>, { command, people }: Told): void {
  const isDrifted = (command as Extract<RollbackCommand, { type: 'rollback.begin-step' }>).fingerprint !== 'as-planned';
  const operation = operationOf(model, event);
  check(!model.operations.has(operation), 'an operation was intended twice', operation);
  if (event.back) check(model.begun.has(keyOf({ step: event.step })), 'undone what was never begun', event);
  else if (!model.touched)
    check(mayBegin(model, { command, people }, { step: event.step, isDrifted }), 'touched production without leave', event);
  else {
    check(!model.halted && !isDrifted, 'something new began after a halt, or although production changed', event);
    check(!model.gates.has(event.step), 'begun behind a closed gate', event);
    check(model.plan.steps[event.step]?.needs.every((need) => model.done.has(need)) === true, 'begun before what it needs', event);
  }
  model.operations.add(operation);
  model.begun.add(keyOf(event));
  model.touched = true;
}

/** It certainly did not start, or a person has it run again: then it may be intended once more. */
export function pendingAgain(model: Reference, place: Place, isNewRound: boolean): void {
  const key = keyOf(place);
  if (isNewRound) check(place.back === true || !model.halted, 'run again although the plan is halted', place);
  if (isNewRound) model.rounds.set(key, (model.rounds.get(key) ?? 0) + 1);
  else model.operations.delete(operationOf(model, place));
  model.begun.delete(key);
}

export const wasBegun = ({ begun: all }: Reference, place: Place): boolean => all.has(keyOf(place));
