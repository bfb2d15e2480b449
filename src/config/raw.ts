// Looks into values nobody has checked yet; whatever is not there, or is something else, reads as empty.

export function record(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}

export function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** What stands at a path of keys. */
export function at(value: unknown, [head, ...rest]: readonly string[]): unknown {
  return head === undefined ? value : at(record(value)[head], rest);
}
