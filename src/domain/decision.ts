/** Roll back or roll forward: what the commander of an incident can decide, what of it is stored, and when it is looked at again. */
import { assertFits, Refusal } from './refusal.ts';
import type { Actor, IncidentStatus, Role, UserId } from './words.ts';
import { roleNames } from './words.ts';

/** The ways out of an incident, the fastest safe one first. */
export const choices = ['roll back', 'flag off', 'roll forward', 'scale', 'wait'] as const;
export type Choice = (typeof choices)[number];

/** What only people know about a fix. */
export const fixesInSight = ['no', 'maybe', 'within 5 min', 'within 15 min', 'within 30 min', 'within 60 min'] as const;
export type FixInSight = (typeof fixesInSight)[number];

export const fixRisks = ['low', 'high', 'not known'] as const;
export type FixRisk = (typeof fixRisks)[number];

/** A way that was not chosen, and what spoke against it when it was weighed. */
export interface Rejected {
  choice: Choice;
  why?: string;
}

/** What was weighed, and what came of it. */
export interface Weighed {
  choice: Choice;
  /** What it is about; absent when the incident names no service. */
  service?: string;
  environment?: string;
  /** The configured plan that switches something off, when there is one. */
  flagPlan?: string;
  /** The person's own words. */
  reason: string;
  fixInSight: FixInSight;
  fixRisk: FixRisk;
  rejected: Rejected[];
  /** What the rule of thumb said; absent when it had nothing to go by. */
  recommended?: Choice;
  recommendedBecause: string[];
  /** What was known at that moment, as short plain sentences. */
  facts: string[];
  factsAt: number;
}

export interface Decision extends Weighed {
  /** Counts from 1 within the incident. */
  number: number;
  by: UserId;
  at: number;
  /** When the commander is asked whether it still holds. */
  revisitAt: number;
  /** When that time was over and nothing had come of it. */
  dueAt?: number;
}

export interface Decide extends Weighed {
  type: 'incident.decide';
  /** How long until it is looked at again; for “wait” it is the time to wait. */
  revisitMs: number;
  /** Number of the last decision this person saw, 0 for none: nobody decides over an answer they have not read. */
  seen: number;
  by: UserId;
  at: number;
}

/** The incident, as far as a decision depends on it. */
interface Deciding {
  status: IncidentStatus;
  roles: Partial<Record<Role, UserId>>;
  decision?: Decision;
}

const minuteMs = 60_000;
const longestMs = 24 * 60 * minuteMs;
/** After a decision that is not “wait”, when nobody said another time. */
export const defaultRevisitMs = 15 * minuteMs;

const deciders = ['ic', 'tl'] as const satisfies readonly Role[];

/** Two people may decide, so that everybody knows who did: the Incident Commander and the Technical Lead. */
export const mayDecide = ({ roles }: Pick<Deciding, 'roles'>, user: Actor): boolean => deciders.some((role) => roles[role] === user);

/** “<@U1> (Incident Commander) or <@U2> (Technical Lead)” */
export const decidersText = ({ roles }: Pick<Deciding, 'roles'>): string =>
  deciders.flatMap((role) => (roles[role] === undefined ? [] : [`<@${roles[role]}> (${roleNames[role]})`])).join(' or ');

/** @throws Refusal when this person may not, when it came too late, or when something of it is missing */
export function decideOn(state: Deciding, { type: _, revisitMs, seen, ...weighed }: Decide): Decision {
  const last = state.decision;
  if (!mayDecide(state, weighed.by)) throw new Refusal('not_a_decider', { deciders: decidersText(state) });
  if (last !== undefined && last.number !== seen) throw new Refusal('decided_meanwhile', { user: `<@${last.by}>`, choice: last.choice });
  const reason = weighed.reason.trim();
  if (reason === '') throw new Refusal('reason_missing');
  assertFits(reason, 500);
  if (!Number.isInteger(revisitMs) || revisitMs < minuteMs || revisitMs > longestMs) {
    throw new Refusal('timebox_out_of_range', { minutes: Math.round((revisitMs / minuteMs) * 10) / 10 });
  }
  return { ...weighed, reason, number: (last?.number ?? 0) + 1, revisitAt: weighed.at + revisitMs };
}

/**
 * The decision whose time has run out with nothing to show for it. None when it was replaced, when the commander was told already,
 * when a rollback is asked for or running, or when things look well.
 */
export function dueNow({ status, decision }: Deciding, number: number, live: readonly unknown[]): Decision[] {
  if (decision?.number !== number || decision.dueAt !== undefined) return [];
  return live.length > 0 || status === 'monitoring' || status === 'resolved' ? [] : [decision];
}

/** What becomes of an incident's decisions when there is a new one. */
export const withDecision = ({ decision: before }: Deciding, decision: Decision): { decision: Decision; decisionBefore?: Decision } => ({
  decision,
  ...(before === undefined ? {} : { decisionBefore: before }),
});

/** What becomes of them when the commander was told that the time is over. */
export const withDue = ({ decision }: Deciding, { number, at }: { number: number; at: number }): { decision?: Decision } =>
  decision?.number === number ? { decision: { ...decision, dueAt: at } } : {};
