/** Measurements as people say them: “checkout errors 0.4 % ✓ 2 of 3 (needs < 1 %)”. */
import { amount } from '../domain/amount.ts';
import { beforeBadVersion, beforeOf } from '../domain/baseline.ts';
import type { Baseline, Gate, Plan, Reading, Threshold } from '../domain/plan.ts';
import type { KnownRollback } from '../domain/rollback.ts';
import { judge, looksOf, standingOf, streak } from '../domain/verification.ts';
import { duration, line } from './text.ts';

/** `< 1 %` */
const limit = (gate: Gate, { operator, value }: Threshold): string =>
  `${operator} ${amount(gate, value)}`.replace(/[<>]/, (sign) => (sign === '<' ? '&lt;' : '&gt;'));

const deviations: Record<Baseline['direction'], (share: string) => string> = {
  increase: (share) => `at most ${share} more than before`,
  decrease: (share) => `at most ${share} less than before`,
  either: (share) => `within ${share} of before`,
};

function baselineText(gate: Gate, { within, tolerance, direction }: Baseline, before?: number): string {
  const share = `${Number((within * 100).toPrecision(4))} %`;
  const least = tolerance === undefined ? '' : ` or ${amount(gate, tolerance)}`;
  return `${deviations[direction](`${share}${least}`)}${before === undefined ? '' : ` (${amount(gate, before)})`}`;
}

/** What has to be true: “< 1 % and at most 20 % more than before (0.4 %)”. */
function conditionText(gate: Gate, before?: number): string {
  const { pass, baseline } = gate;
  const parts = [pass && limit(gate, pass), baseline && baselineText(gate, baseline, before)];
  return parts.filter((part) => part !== undefined).join(' and ');
}

/** What will be measured: “checkout errors < 1 %, 3 times in a row”. */
function gateText(gate: Gate): string {
  const often = gate.count > 1 ? `, ${gate.count} times in a row` : '';
  return `${line(gate.name, 75)} ${conditionText(gate)}${often}`;
}

/** What decides whether a rollback worked, before it runs. */
export const verifyText = ({ verify }: Plan): string =>
  verify.length === 0
    ? 'verify: nothing is configured to measure, so Warroom will not be able to say whether it worked'
    : `verify: ${verify.slice(0, 5).map(gateText).join(' · ')}`;

/** One gate with its newest reading, and how many good ones in a row there are. */
export function readingText(gate: Gate, readings: readonly Reading[]): string {
  const ignored = readings.find((reading) => reading.gate === gate.name && reading.verdict === 'ignored');
  const name = line(gate.name, 75);
  if (ignored) return `– ${name}: ignored, it ${line(ignored.note ?? 'was bad before already', 180)}`;

  const mine = looksOf(gate, readings);
  const before = beforeOf(gate, readings);
  const needs = `needs ${conditionText(gate, before?.value)}`;
  const last = mine.at(-1) ?? (before?.verdict === 'inconclusive' ? before : undefined);
  if (last === undefined) return `… ${name}: not measured yet (${needs})`;
  if (last.value === undefined) return `⚠ ${name}: ${noDataText(last.note)}`;
  return `${valueText(gate, mine, before?.value)} (${needs})`;
}

/** “no data from Prometheus”, “no data (the answer was empty)” */
function noDataText(note = 'the answer was empty'): string {
  const said = line(note, 150);
  return said.startsWith('no data') ? said : `no data (${said})`;
}

function valueText(gate: Gate, looks: readonly Reading[], before: number | undefined): string {
  const findingOf = ({ value }: Reading) => (value === undefined ? undefined : judge(gate, value, before));
  const value = looks.at(-1)?.value ?? Number.NaN;
  const said = `${line(gate.name, 75)} ${amount(gate, value)}`;
  switch (judge(gate, value, before)) {
    case 'good': {
      const inARow = Math.min(
        gate.count,
        streak(looks, (look) => findingOf(look) === 'good'),
      );
      return `✓ ${said}: ${inARow} of ${gate.count} in a row`;
    }
    case 'bad':
      return `✗ ${said}: not good`;
    case 'neither':
      return `… ${said}: neither good nor bad${gate.fail ? `, bad is ${limit(gate, gate.fail)}` : ''}`;
  }
}

/** All gates, one line each. */
export const readingsText = ({ plan, readings }: Pick<KnownRollback, 'plan' | 'readings'>): string =>
  plan.verify
    .slice(0, 10)
    .map((gate) => readingText(gate, readings))
    .join('\n');

/** How many gates say nothing about this rollback, because they were bad before the bad version. */
export const ignoredCount = ({ plan, readings }: Pick<KnownRollback, 'plan' | 'readings'>): number =>
  plan.verify.filter((gate) => standingOf(gate, readings) === 'ignored').length;

/** The finer rules of a gate, and what was found of the time before: “before v42 was deployed 0.4 %”. */
export function gateRules(gate: Gate, { plan, readings, verifyingSince }: KnownRollback): string {
  const { fail, inconclusiveLimit } = gate;
  const before = beforeOf(gate, readings);
  const version = line(beforeBadVersion(plan, verifyingSince ?? Number.POSITIVE_INFINITY).version, 40);
  const known = before?.value === undefined ? before?.note && line(before.note, 180) : `before ${version} ${amount(gate, before.value)}`;
  const rules = [
    fail && `bad is ${limit(gate, fail)}`,
    inconclusiveLimit === undefined ? undefined : `${inconclusiveLimit} looks without data end it`,
    known,
  ];
  return rules.filter((rule) => rule !== undefined && rule !== '').join(', ');
}

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
