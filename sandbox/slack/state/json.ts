/** Reading of values that came over the wire and may be anything. */

export type Json = Record<string, unknown>;

/** Tells whether a value is a plain JSON object. */
export function isRecord(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value as an object; an empty one when it is something else. */
export function record(value: unknown): Json {
  return isRecord(value) ? value : {};
}

/** The value as a list; an empty one when it is something else. */
export function list(value: unknown): unknown[] {
  return Array.isArray(value) ? (value as unknown[]) : [];
}

/** The value as a string; numbers and booleans are spelled out, everything else is empty. */
export function text(value: unknown): string {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
}

/** The value when it is a non-empty string. */
export function filled(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** The words of a Block Kit text object. */
export function wordsOf(value: unknown): string {
  return text(record(value)['text']);
}

/** Spreads into `{ [key]: value }`, or into nothing when there is no value. */
export function maybe<K extends string, V>(key: K, value: V | undefined): Partial<Record<K, V>> {
  const part: Partial<Record<K, V>> = {};
  if (value !== undefined) part[key] = value;
  return part;
}

/** The length Slack counts in: code points. */
export function codePoints(value: string): number {
  return Array.from(value).length;
}
