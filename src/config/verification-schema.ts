// One measurement that decides whether a rollback worked.
import { z } from 'zod';
import { duration, Name, overlap, Share, Threshold } from './words.ts';

const Query = z.string().trim().min(1, 'is empty').max(4_000, 'is longer than 4000 characters');
const defaultWindowMs = 60_000;
const usesWindow = (query: string) => query.includes('{window}');

const Baseline = z.strictObject({
  within: Share.describe("How far the value may be from the one before, as a share of it, for example '20%'."),
  direction: z
    .enum(['increase', 'decrease', 'either'])
    .optional()
    .describe('Which deviation is bad. Default: what pass says; needed when there is no pass.'),
  tolerance: z
    .number()
    .positive()
    .optional()
    .describe('A deviation this small is always allowed: a share of a value near zero allows nothing.'),
});

/** One measurement that must pass before a rollback counts as recovered. */
export const Verification = z
  .strictObject({
    name: z
      .string()
      .trim()
      .min(1, 'is empty')
      .max(75, 'is longer than 75 characters')
      .describe('Shown on the card, so say what is measured.'),
    provider: Name.describe('Who measures: prometheus, or http-probe, whose query is an address.'),
    query: Query.describe('The question to ask; {window} in it is replaced by window. It must give a single number.'),
    unit: z
      .enum(['percent', 'ms', 's', 'count', 'none'])
      .optional()
      .describe('What the number is; percent is a share of one, so 0.04 is said as 4 %. Default: percent for shares of errors, else none.'),
    pass: Threshold.optional().describe("What the number must be, for example '< 0.01'. Needed unless there is a baseline."),
    fail: Threshold.optional().describe(
      "What counts as failing, for example '> 0.05'; between pass and fail it is neither. Default: whatever does not pass.",
    ),
    baseline: Baseline.optional().describe('Compares with the window just before the bad version went out. With pass, both must hold.'),
    window: duration('1s').optional().describe('How far back the query looks (default 1m). Short windows notice recovery sooner.'),
    settle: duration().prefault('30s').describe('How long to wait after execution before the first measurement.'),
    interval: duration('500ms').prefault('10s').describe('Time between two measurements.'),
    count: z.int().min(1).max(100).default(3).describe('How many measurements in a row must pass.'),
    failureLimit: z.int().min(1).max(100).default(3).describe('How many measurements in a row may fail before it counts as not recovered.'),
    inconclusiveLimit: z
      .int()
      .min(1)
      .max(100)
      .optional()
      .describe(
        'How many measurements in a row may give no data, or too little traffic, before it is inconclusive. Default: until timeout.',
      ),
    timeout: duration('1s').prefault('10m').describe('When to give up; without a clear result it is then inconclusive.'),
    minimumTraffic: z
      .strictObject({
        query: Query.describe('How much traffic there was; {window} is replaced here too.'),
        atLeast: z.number().positive().describe('With less traffic than this a measurement says nothing and is not counted.'),
      })
      .optional()
      .describe('Guards against a service that looks healthy because nobody uses it.'),
  })
  .superRefine((verification, context) => {
    const refuse = (path: string[], message: string) => context.addIssue({ code: 'custom', path, message });
    const { query, window, settle, interval, count, timeout } = verification;

    if (window !== undefined && !usesWindow(query)) refuse(['query'], 'does not use {window}, though a window is given');
    if (settle + interval * (count - 1) > timeout)
      refuse(['timeout'], 'is over before the first possible pass (settle + interval × (count - 1))');
    for (const [path, message] of contradictionsOf(verification)) refuse(path, message);
  })
  .transform(({ window = defaultWindowMs, settle, interval, timeout, ...rest }) => {
    const { unit, pass, fail, baseline, inconclusiveLimit, minimumTraffic, ...always } = rest;
    return {
      ...always,
      windowMs: window,
      settleMs: settle,
      intervalMs: interval,
      timeoutMs: timeout,
      ...(unit && { unit }),
      ...(pass && { pass }),
      ...(fail && { fail }),
      ...(baseline && { baseline: baselineOf(baseline, pass) }),
      ...(inconclusiveLimit !== undefined && { inconclusiveLimit }),
      ...(minimumTraffic && { minimumTraffic }),
    };
  });

interface Conditions {
  pass?: Threshold | undefined;
  fail?: Threshold | undefined;
  baseline?: z.output<typeof Baseline> | undefined;
}

function contradictionsOf({ pass, fail, baseline }: Conditions): [path: string[], message: string][] {
  const found: [string[], string][] = [];
  if (!pass && !baseline) found.push([['pass'], "is missing; write for example '< 0.01', or a baseline to compare with"]);
  if (pass && fail && overlap(pass, fail)) found.push([['fail'], 'can hold together with pass, so one value would be good and bad']);
  if (baseline && !pass && baseline.direction === undefined)
    found.push([['baseline', 'direction'], 'is missing: without pass it is not known what is bad; write increase, decrease or either']);
  return found;
}

function baselineOf({ within, direction, tolerance }: z.output<typeof Baseline>, pass: Threshold | undefined) {
  const worse = pass?.operator.startsWith('>') ? ('decrease' as const) : ('increase' as const);
  return { within, direction: direction ?? worse, ...(tolerance !== undefined && { tolerance }) };
}
