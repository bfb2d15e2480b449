import { createHash } from 'node:crypto';

/** JSON with sorted keys (RFC 8785 for the values we store: no floats beyond what JSON.stringify prints), so that equal data hash equally. */
export function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) => (isRecord(inner) ? sorted(inner) : inner));
}

/** SHA-256 as hex. */
export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** The hash of data, independent of key order. */
export const digestOf = (value: unknown): string => sha256(canonical(value));

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);

function sorted(record: Record<string, unknown>): Record<string, unknown> {
  const entries = Object.entries(record).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
