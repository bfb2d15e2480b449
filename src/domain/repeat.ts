/**
 * Repeat offenders: services and versions that were rolled back again and again. Blameless: it counts what was deployed and never who
 * deployed it.
 */
import type { Check, Plan, Step, Version } from './plan.ts';
import type { KnownRollback } from './rollback-state.ts';
import { rollbackName } from './words.ts';

const day = 24 * 60 * 60_000;

/** So many rollbacks within so many days make a service a repeat offender. */
export const repeatAfter = { rollbacks: 2, days: 30 } as const;

type Place = Pick<Plan, 'service' | 'environment'>;

/** A place that was rolled back at least twice in 30 days, or a version that was left at least twice. Rollbacks newest first. */
export type Repeat =
  ({ kind: 'place'; rollbacks: KnownRollback[] } & Place) | ({ kind: 'version'; version: Version; rollbacks: KnownRollback[] } & Place);

/** Everything in this history that is a repeat offender now; `history` newest first. */
export function repeatsIn(history: readonly KnownRollback[], now: number): Repeat[] {
  const took = history.filter(tookEffect);
  const places = distinct(took.map(({ plan }) => plan)).flatMap((place): Repeat[] => {
    const rollbacks = lately(took, place, now);
    return rollbacks.length < repeatAfter.rollbacks ? [] : [{ kind: 'place', ...at(place), rollbacks }];
  });
  const versions = distinct(took.flatMap(leftBy)).flatMap((step): Repeat[] => {
    const rollbacks = leftIn(took, step);
    return rollbacks.length < 2 ? [] : [{ kind: 'version', ...at(step), version: step.from, rollbacks }];
  });
  return [...places, ...versions];
}

/** The rollbacks that left this version of this place, newest first. */
export const leftIn = (history: readonly KnownRollback[], left: Pick<Step, 'service' | 'environment' | 'from'>): KnownRollback[] =>
  history.filter((rollback) => leftBy(rollback).some((step) => keyOf(step) === keyOf(left)));

/** What a plan's approvers should know of its past: warnings, never a reason to stop. `history` is the service's, newest first. */
export function repeatChecks(plan: Plan, history: readonly KnownRollback[], now: number): Check[] {
  const versions = plan.steps.filter(isCode).flatMap((step) => {
    const before = leftIn(history, step);
    return before.length === 0 ? [] : [`${step.from.label} was rolled back from before: ${listOf(before, now)}`];
  });
  const places = lately(history.filter(tookEffect), plan, now);
  const count = places.length + 1;
  const again =
    count <= repeatAfter.rollbacks
      ? []
      : [`${ordinal(count)} rollback of ${plan.service} in ${repeatAfter.days} days: ${listOf(places, now)}`];
  return [...versions, ...again].map((text) => ({ code: 'repeat_offender', level: 'warn', text }));
}

/** It changed production, at least in part, and that was not undone. */
const tookEffect = ({ steps, undos }: KnownRollback): boolean => steps.some((_, index) => isDone({ steps, undos }, index));

const isDone = ({ steps, undos }: Pick<KnownRollback, 'steps' | 'undos'>, index: number): boolean =>
  steps[index]?.status === 'succeeded' && undos[index]?.status !== 'succeeded';

/** A version that nobody knew is not the same as another one that nobody knew. */
const isCode = ({ kind, from }: Step): boolean => kind === 'code' && from.id !== 'unknown';

const leftBy = (rollback: KnownRollback): Step[] => rollback.plan.steps.filter((step, index) => isCode(step) && isDone(rollback, index));

const lately = (took: readonly KnownRollback[], place: Place, now: number): KnownRollback[] =>
  took.filter(({ plan, requestedAt }) => keyOf(at(plan)) === keyOf(at(place)) && requestedAt > now - repeatAfter.days * day);

const at = ({ service, environment }: Place): Place => ({ service, environment });

const keyOf = (of: Place & { from?: Version }): string => JSON.stringify([of.service, of.environment, of.from?.id]);

/** Each once, the first of its kind. */
const distinct = <T extends Place & { from?: Version }>(all: readonly T[]): T[] =>
  all.filter((each, index) => all.findIndex((other) => keyOf(other) === keyOf(each)) === index);

/** “RB-3, 4 days ago”; of several the newest three. */
function listOf(rollbacks: readonly KnownRollback[], now: number): string {
  const named = rollbacks.slice(0, 3).map(({ number, requestedAt }) => `${rollbackName(number)}, ${ago(now - requestedAt)}`);
  const more = rollbacks.length - named.length;
  return `${named.join('; ')}${more > 0 ? `; and ${more} more` : ''}`;
}

function ago(ms: number): string {
  const minutes = Math.max(0, Math.round(ms / 60_000));
  if (minutes < 2) return 'just now';
  if (minutes < 120) return `${minutes} minutes ago`;
  const hours = Math.round(minutes / 60);
  return hours < 48 ? `${hours} hours ago` : `${Math.round(hours / 24)} days ago`;
}

/** Nobody reads on from “13th” differently than from “thirteenth”, so only the small ones are words. */
function ordinal(number: number): string {
  const words: Record<number, string> = {
    2: 'second',
    3: 'third',
    4: 'fourth',
    5: 'fifth',
    6: 'sixth',
    7: 'seventh',
    8: 'eighth',
    9: 'ninth',
  };
  return words[number] ?? `${number}${suffixOf(number)}`;
}

function suffixOf(number: number): string {
  if (number % 100 >= 11 && number % 100 <= 13) return 'th';
  return { 1: 'st', 2: 'nd', 3: 'rd' }[number % 10] ?? 'th';
}
