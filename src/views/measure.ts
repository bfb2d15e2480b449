/** Measurements as people say them: “checkout errors 0.4 % ✓ 2 of 3 (needs < 1 %)”. */
import type { Gate, Plan, Reading } from '../domain/plan.ts';
import type { KnownRollback } from '../domain/rollback.ts';
import { meets } from '../domain/verification.ts';
import { duration, line } from './text.ts';

/** A quotient of two counters that is compared with less than one is a share; said in percent, as people do. */
function isShare({ name, query, pass }: Gate): boolean {
  const named = /\b(?:errors?|ratio|share|success|availability)\b/i.test(name);
  const divides = /[)\]}]\s*\/\s*[\w(]/.test(query);
  return named && divides && pass.value > 0 && pass.value < 1;
}

const figure = (value: number): string => String(Number(value.toPrecision(3)));

const amount = (gate: Gate, value: number): string => (isShare(gate) ? `${figure(value * 100)} %` : figure(value));

/** `< 1 %` */
const limit = (gate: Gate): string =>
  `${gate.pass.operator} ${amount(gate, gate.pass.value)}`.replace(/[<>]/, (sign) => (sign === '<' ? '&lt;' : '&gt;'));

/** What will be measured: “checkout errors < 1 %, 3 times in a row”. */
function gateText(gate: Gate): string {
  const often = gate.count > 1 ? `, ${gate.count} times in a row` : '';
  return `${line(gate.name, 75)} ${limit(gate)}${often}`;
}

/** What decides whether a rollback worked, before it runs. */
export const verifyText = ({ verify }: Plan): string =>
  verify.length === 0
    ? 'verify: nothing is configured to measure, so Warroom will not be able to say whether it worked'
    : `verify: ${verify.slice(0, 5).map(gateText).join(' · ')}`;

/** One gate with its newest reading, and how many good ones in a row there are. */
export function readingText(gate: Gate, readings: readonly Reading[]): string {
  const mine = readings.filter((reading) => reading.gate === gate.name);
  const last = mine.at(-1);
  const name = line(gate.name, 75);
  if (last === undefined) return `… ${name}: not measured yet (needs ${limit(gate)})`;
  if (last.value === undefined) return `⚠ ${name}: no data (${line(last.note ?? 'the answer was empty', 150)})`;

  const good = meets(gate.pass, last.value);
  const row = good ? `${goodInARow(gate, mine)} of ${gate.count} in a row` : 'not good';
  return `${good ? '✓' : '✗'} ${name} ${amount(gate, last.value)}: ${row} (needs ${limit(gate)})`;
}

function goodInARow(gate: Gate, readings: readonly Reading[]): number {
  const bad = readings.findLastIndex(({ value }) => value === undefined || !meets(gate.pass, value));
  return Math.min(gate.count, readings.length - 1 - bad);
}

/** All gates, one line each. */
export const readingsText = ({ plan, readings }: Pick<KnownRollback, 'plan' | 'readings'>): string =>
  plan.verify
    .slice(0, 10)
    .map((gate) => readingText(gate, readings))
    .join('\n');

/** When measuring ends at the latest. */
export const verifiedBy = ({ plan, verifyingSince }: KnownRollback): number | undefined =>
  verifyingSince === undefined || plan.verify.length === 0
    ? undefined
    : verifyingSince + Math.max(...plan.verify.map(({ timeoutMs }) => timeoutMs));

/** `usually 4 min`, from the estimates of the steps. */
export function usuallyText(seconds: readonly (number | undefined)[]): string | undefined {
  const known = seconds.filter((each) => each !== undefined);
  if (known.length === 0) return undefined;
  return `usually ${duration(known.reduce((sum, each) => sum + each, 0) * 1000)}`;
}
