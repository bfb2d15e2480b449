// The small words warroom.yml is made of: durations, names, handles, channels, addresses. Each says in its error what would be right.
import { z } from 'zod';

const unitMs = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
type Unit = keyof typeof unitMs;

const durationPattern = /^\d{1,6}(ms|s|m|h|d)$/;
const notADuration = 'is not a duration; write a whole number and a unit, for example 30s, 15m or 2h';
const longestMs = 30 * unitMs.d;

/** `15m` -> 900000. Undefined when the text is not a duration. */
function durationMs(text: string): number | undefined {
  if (!durationPattern.test(text)) return undefined;
  const unit = text.replace(/^\d+/, '') as Unit;
  return Number.parseInt(text, 10) * unitMs[unit];
}

/** A duration between `atLeast` (a duration too) and 30 days, read into milliseconds. */
export function duration(atLeast = '0s') {
  const leastMs = durationMs(atLeast) ?? 0;
  return z
    .string(notADuration)
    .regex(durationPattern, notADuration)
    .meta({ title: 'duration' })
    .transform((text) => durationMs(text) ?? Number.NaN)
    .refine((ms) => !(ms < leastMs), `is too short; the shortest allowed is ${atLeast}`)
    .refine((ms) => !(ms > longestMs), 'is too long; the longest allowed is 30d');
}

/** Ids of services and environments: they travel into commands, channels and queries, so they stay plain. */
export const Name = z
  .string()
  .regex(/^[a-z0-9][a-z0-9.-]{0,62}$/, 'is not a valid name; use lower case letters, digits, dots and hyphens, at most 63');

export const Channel = z
  .string()
  .regex(/^#[\p{Ll}\p{Lo}\p{N}_-]{1,80}$/u, "is not a channel; write its name in quotes with a #, for example '#incidents'")
  .meta({ title: 'channel' });

/** A person or a user group: by handle, or by Slack id when handles change too often. */
export const Handle = z
  .string()
  .regex(
    /^(@[\p{Ll}\p{Lo}\p{N}][\p{Ll}\p{Lo}\p{N}._-]{0,79}|[UWS][A-Z0-9]{6,20})$/u,
    "is not a person or user group; write a handle in quotes, for example '@sre-leads', or a Slack id",
  )
  .meta({ title: 'handle' });

/** An absolute address without a name and password in it: those belong into a token field, where they are kept out of logs. */
export const HttpUrl = z
  .string()
  .superRefine((text, context) => {
    const wrong = whatIsWrongWithUrl(text);
    if (wrong) context.addIssue({ code: 'custom', message: wrong });
  })
  .meta({ title: 'address' });

function whatIsWrongWithUrl(text: string): string | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !['http:', 'https:'].includes(url.protocol))
    return 'is not an address; write it in full, for example https://example.com/path';
  if (url.username || url.password) return 'carries a name or password; use the token field for that';
  return undefined;
}

/** True for addresses that never leave this machine, where plain http gives nothing away. */
export function isLoopback(address: string): boolean {
  if (!URL.canParse(address)) return false;
  const { hostname } = new URL(address);
  return hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}

const notAComparison = "is not a comparison; write an operator (<, <=, >, >=) and a number in quotes, for example '< 0.01'";
const thresholdPattern = /^(<=|>=|<|>)\s*(-?\d+(?:\.\d+)?)$/;

/** `< 0.01`: what a measured value must satisfy. */
export const Threshold = z
  .string(notAComparison)
  .regex(thresholdPattern, notAComparison)
  .meta({ title: 'comparison' })
  .transform((text) => {
    const [, operator = '<', value = 'NaN'] = thresholdPattern.exec(text) ?? [];
    return { operator: operator as '<' | '<=' | '>' | '>=', value: Number(value) };
  });
export type Threshold = z.output<typeof Threshold>;

/** Is there a value that satisfies both? */
export function overlap(one: Threshold, other: Threshold): boolean {
  const isBelow = ({ operator }: Threshold): boolean => operator.startsWith('<');
  if (isBelow(one) === isBelow(other)) return true;
  const [below, above] = isBelow(one) ? [one, other] : [other, one];
  if (below.value === above.value) return below.operator === '<=' && above.operator === '>=';
  return above.value < below.value;
}

const notAShare = "is not a percentage; write a number and a percent sign in quotes, for example '20%'";

/** `20%` -> 0.2 */
export const Share = z
  .string(notAShare)
  .regex(/^\d{1,4}(?:\.\d{1,3})?\s?%$/, notAShare)
  .meta({ title: 'percentage' })
  .transform((text) => Number.parseFloat(text) / 100)
  .refine((share) => share <= 10, 'is too much; at most 1000% can be compared');

const cadencePattern = /^(on change|none|\d{1,6}(ms|s|m|h|d))$/;

/** How often an audience is told: `15m`, `on change` or `none`. */
export const Cadence = z
  .string()
  .regex(cadencePattern, "is not a cadence; write a duration such as 15m, 'on change' or none")
  .meta({ title: "duration, 'on change' or none" })
  .transform((text): Cadence => {
    if (text === 'none') return { kind: 'none' };
    if (text === 'on change') return { kind: 'on-change' };
    return { kind: 'every', everyMs: durationMs(text) ?? Number.NaN };
  })
  .refine(
    (cadence) => cadence.kind !== 'every' || (cadence.everyMs >= unitMs.m && cadence.everyMs <= longestMs),
    'must be between 1m and 30d',
  );
export type Cadence = { readonly kind: 'every'; readonly everyMs: number } | { readonly kind: 'on-change' } | { readonly kind: 'none' };

const notADurationOrNone = 'is not a duration; write for example 15m, or none';

/** A duration, or `none`, which reads as undefined. */
export const DurationOrNone = z
  .string(notADurationOrNone)
  .regex(/^(none|\d{1,6}(ms|s|m|h|d))$/, notADurationOrNone)
  .meta({ title: 'duration or none' })
  .transform((text) => durationMs(text));

/** True for literal addresses of this machine or a private network. What a name resolves to is only known when it is used. */
export function isPrivate(address: string): boolean {
  if (isLoopback(address)) return true;
  if (!URL.canParse(address)) return false;
  return /^(10\.|192\.168\.|169\.254\.|172\.(1[6-9]|2\d|3[01])\.|0\.0\.0\.0$|\[f[cd]|\[fe80|\[::ffff:)/.test(new URL(address).hostname);
}
