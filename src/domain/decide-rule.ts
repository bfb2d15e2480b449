/**
 * The rule of thumb for “roll back or roll forward?”: too complex to fix soon, or a fix that destabilises, or an objective that is
 * being breached means rolling back. Pure, over facts alone; what is not known is said to be unknown and moves nothing.
 */
import type { Choice, FixInSight, FixRisk, Rejected } from './decision.ts';
import { choices } from './decision.ts';

/** One objective, measured just now. `text` says the value and what it should be, or why there is none. */
export interface Objective {
  name: string;
  state: 'met' | 'breached' | 'unknown';
  text: string;
}

/** Can this be done now? `unknown` is neither yes nor no. */
export type Possibility = { state: 'possible'; text: string; careful: string[] } | { state: 'impossible' | 'unknown'; text: string };

/** Everything the rule looks at. Times in milliseconds. */
export interface DecideFacts {
  /** How long what runs now has been running. */
  sinceDeployMs?: number;
  objectives: readonly Objective[];
  /** Back to the last known good version. */
  rollback: Possibility;
  /** A configured plan that switches something off. */
  flag: Possibility;
  /** A rollback of this that runs already: `RB-7 is verifying`. */
  running?: string;
  /** How long the last rollback of this took. */
  lastRollbackMs?: number;
  fixInSight?: FixInSight;
  fixRisk?: FixRisk;
}

export interface Recommendation {
  /** Absent when nothing that is known speaks for any of the ways. */
  choice?: Choice;
  /** Why, or why there is none. */
  reasons: string[];
  /** What speaks against each of the ways, the recommended one too. */
  against: Rejected[];
}

const minuteMs = 60_000;
/** A fix that comes sooner than this is a fix soon. */
const soonMs = 15 * minuteMs;
/** What runs longer than this is no suspect just for being deployed. */
const longMs = 24 * 60 * minuteMs;

export function recommend(facts: DecideFacts): Recommendation {
  const against = choices.flatMap((choice) => objections(choice, facts).map((why) => ({ choice, why })));
  return { ...picked(facts), against };
}

type Picked = Pick<Recommendation, 'choice' | 'reasons'>;

function picked(facts: DecideFacts): Picked {
  if (facts.running !== undefined)
    return { choice: 'wait', reasons: [`${facts.running}: see what it does before anything else is changed`] };
  const urgent = reasonsToGoBack(facts);
  if (urgent.length > 0) return wayBack(facts, urgent) ?? wayForward(facts, urgent);
  if (isFixNear(facts) && facts.fixRisk === 'low')
    return { choice: 'roll forward', reasons: [`a fix is in sight ${facts.fixInSight ?? ''} and its risk is low`, ...calm(facts)] };
  const met = calm(facts);
  if (met.length > 0) return { choice: 'wait', reasons: [...met, 'nothing says that a fix is far away or risky'] };
  return { reasons: [...unknowns(facts), 'nothing that is known speaks for one of the ways'] };
}

/** The rule of thumb itself. */
function reasonsToGoBack({ objectives, fixInSight, fixRisk }: DecideFacts): string[] {
  const breached = objectives.filter(({ state }) => state === 'breached');
  return [
    ...breached.map(({ text }) => `an objective is being breached: ${text}`),
    ...(fixInSight === 'no' ? ['no fix is in sight'] : []),
    ...(isFixFar(fixInSight) ? [`the fix takes too long: ${fixInSight ?? ''}`] : []),
    ...(fixRisk === 'high' ? ['the fix itself could destabilise'] : []),
  ];
}

function wayBack({ rollback, flag, ...facts }: DecideFacts, urgent: readonly string[]): Picked | undefined {
  if (rollback.state !== 'impossible') return { choice: 'roll back', reasons: [...urgent, ...quickly(facts)] };
  if (flag.state !== 'impossible') return { choice: 'flag off', reasons: [...urgent, `rolling back is not possible: ${rollback.text}`] };
  return undefined;
}

/** There is no way back: only a fix that is near and does not make it worse is better than nothing said. */
function wayForward(facts: DecideFacts, urgent: readonly string[]): Picked {
  const stuck = [`rolling back is not possible: ${facts.rollback.text}`, `neither is switching off: ${facts.flag.text}`];
  const isBest = isFixNear(facts) && facts.fixRisk !== 'high';
  if (isBest) return { choice: 'roll forward', reasons: [...urgent, ...stuck, `a fix is in sight ${facts.fixInSight ?? ''}`] };
  return { reasons: [...urgent, ...stuck, 'no way is left that the rule could recommend: get more people'] };
}

const quickly = ({ lastRollbackMs, sinceDeployMs }: Pick<DecideFacts, 'lastRollbackMs' | 'sinceDeployMs'>): string[] => [
  ...(lastRollbackMs === undefined ? [] : [`the last rollback took ${minutes(lastRollbackMs)}`]),
  ...(sinceDeployMs !== undefined && sinceDeployMs < 60 * minuteMs ? [`what runs now is ${minutes(sinceDeployMs)} old`] : []),
];

/** Every objective was measured and holds; one that is not known is no comfort. */
function calm({ objectives }: DecideFacts): string[] {
  const isCalm = objectives.length > 0 && objectives.every(({ state }) => state === 'met');
  return isCalm ? objectives.map(({ text }) => `the objective holds: ${text}`) : [];
}

function unknowns({ objectives, fixInSight, fixRisk }: DecideFacts): string[] {
  return [
    ...(objectives.length === 0 ? ['no objective is configured to be measured'] : []),
    ...objectives.filter(({ state }) => state === 'unknown').map(({ text }) => `not known: ${text}`),
    ...(fixInSight === undefined || fixInSight === 'maybe' ? ['it is not known whether a fix is in sight'] : []),
    ...(fixRisk === undefined || fixRisk === 'not known' ? ['it is not known how risky the fix is'] : []),
  ];
}

/** What speaks against a way; empty when nothing known does. */
function objections(choice: Choice, facts: DecideFacts): string[] {
  switch (choice) {
    case 'roll back':
      return [...(facts.running === undefined ? [] : [`not possible: ${facts.running}`]), ...doubts(facts.rollback), ...oldAge(facts)];
    case 'flag off':
      return doubts(facts.flag);
    case 'roll forward':
      return objectionsToFix(facts);
    case 'scale':
      return ['more of the same helps against load only, not against a bad version'];
    case 'wait':
      return reasonsToGoBack(facts).slice(0, 1);
  }
}

function doubts(possibility: Possibility): string[] {
  switch (possibility.state) {
    case 'possible':
      return possibility.careful;
    case 'impossible':
      return [`not possible: ${possibility.text}`];
    case 'unknown':
      return [`not known whether it is possible: ${possibility.text}`];
  }
}

const oldAge = ({ sinceDeployMs }: DecideFacts): string[] =>
  sinceDeployMs !== undefined && sinceDeployMs > longMs
    ? [`what runs now is ${minutes(sinceDeployMs)} old, so it may not be the cause`]
    : [];

function objectionsToFix({ fixInSight, fixRisk }: DecideFacts): string[] {
  return [
    ...(fixInSight === 'no' ? ['no fix is in sight'] : []),
    ...(isFixFar(fixInSight) ? [`the fix takes too long: ${fixInSight ?? ''}`] : []),
    ...(fixInSight === undefined || fixInSight === 'maybe' ? ['it is not known whether a fix is in sight'] : []),
    ...(fixRisk === 'high' ? ['the fix itself could destabilise'] : []),
    ...(fixRisk === undefined || fixRisk === 'not known' ? ['it is not known how risky the fix is'] : []),
  ];
}

/** Minutes until the fix, when somebody named them. */
function fixMs(fix: FixInSight | undefined): number | undefined {
  const [, said] = /^within (\d+) min$/.exec(fix ?? '') ?? [];
  return said === undefined ? undefined : Number(said) * minuteMs;
}

const isFixFar = (fix: FixInSight | undefined): boolean => (fixMs(fix) ?? 0) > soonMs;
const isFixNear = ({ fixInSight }: DecideFacts): boolean => (fixMs(fixInSight) ?? Infinity) <= soonMs;

/** `4 min`, `3 h`, `2 d` */
function minutes(ms: number): string {
  const said = Math.max(1, Math.round(ms / minuteMs));
  if (said < 120) return `${said} min`;
  return said < 48 * 60 ? `${Math.round(said / 60)} h` : `${Math.round(said / 1440)} d`;
}
