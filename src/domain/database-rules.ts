// When a change of the database may run: what takes a schema or a whole state back waits for a quiet hour.
import type { Check, DatabaseClass, DatabaseStep, Step } from './plan.ts';
import { changesData } from './plan.ts';

/** After this the people who tried it out are elsewhere and the tables have grown. */
const drillHoldsMs = 30 * 86_400_000;

/** Whether much is at stake in an environment just now, and why we think so. */
export interface Peak {
  inPeak: boolean;
  /** For people, for example `it is 10:12 in Europe/Berlin, between 08:00 and 20:00`. */
  reason?: string;
}

export interface DatabaseQuestion {
  step: Pick<Step, 'kind' | 'database'>;
  now: number;
  /** Absent when no peak hours are configured for the environment. */
  peak?: Peak | undefined;
}

/** What the database's own rules say to a step, each with its reason; nothing for other kinds of step. */
export function databaseChecks({ step, now, peak }: DatabaseQuestion): Check[] {
  if (!changesData(step)) return [];
  const known: DatabaseStep = step.database ?? { automated: false };
  return [...classCheck(known), ...(waitsForQuiet(known.class) ? [peakCheck(known, { now, peak })] : [])];
}

/** What a schema-down or a restore loses is gone for everybody at once; what nobody named is treated as if it could be one. */
const waitsForQuiet = (of: DatabaseClass | undefined): boolean => of === undefined || of === 'schema-down' || of === 'restore';

function classCheck({ class: of }: DatabaseStep): Check[] {
  if (of !== undefined) return [];
  const text = 'Nobody says what class of change this is, so the rules for schema-down and restore hold for it.';
  return [{ code: 'database_class_unknown', level: 'warn', text }];
}

/** Never overridable: no urgency makes a schema-down at noon safe. */
function peakCheck(known: DatabaseStep, { now, peak }: Pick<DatabaseQuestion, 'now' | 'peak'>): Check {
  const what = known.class ?? 'an unnamed change';
  const because = peak?.reason === undefined ? '' : ` (${peak.reason})`;
  const code = 'database_peak';
  if (isRehearsed(known, now)) {
    return { code, level: 'pass', text: `It is marked automated and ${drillText(known)}, so ${what} may run at any hour${because}.` };
  }
  const lacks = `it ${known.automated ? '' : 'is not marked automated and '}${drillText(known)}`;
  if (peak === undefined) {
    return {
      code,
      level: 'warn',
      text: `No peakHours are configured here, so nothing says whether ${what} runs at a quiet time; ${lacks}.`,
    };
  }
  if (!peak.inPeak) return { code, level: 'pass', text: `These are no peak hours${because}, so ${what} may run.` };
  return {
    code,
    level: 'block',
    text: `These are peak hours${because}: ${what} waits for a quiet time, because ${lacks}; it needs a drill within the last 30 days.`,
  };
}

/** Marked as automated, and tried out lately. A drill that has not happened yet counts for nothing. */
export function isRehearsed({ automated, drilledAt }: Pick<DatabaseStep, 'automated' | 'drilledAt'>, now: number): boolean {
  return automated && drilledAt !== undefined && drilledAt <= now && now - drilledAt <= drillHoldsMs;
}

const drillText = ({ drilledAt }: DatabaseStep): string =>
  drilledAt === undefined ? 'was never drilled' : `was drilled on ${new Date(drilledAt).toISOString().slice(0, 10)}`;
