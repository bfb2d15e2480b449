// Which steps of a plan wait for which.

export type Waiting = { readonly id: string; readonly needs: readonly string[] };

/** Every step that must be done before this one, directly or not; itself only when it stands in a circle. */
export function ancestors(steps: readonly Waiting[], id: string): ReadonlySet<string> {
  const needs = new Map(steps.map((step) => [step.id, step.needs]));
  const found = new Set<string>();
  const open = [...(needs.get(id) ?? [])];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (found.has(next)) continue;
    found.add(next);
    open.push(...(needs.get(next) ?? []));
  }
  return found;
}

/** The way round from a step back to itself, or undefined: `a, b, a`. */
export function circle(steps: readonly Waiting[], id: string): string[] | undefined {
  const needs = new Map(steps.map((step) => [step.id, step.needs]));
  const seen = new Set<string>();
  const walk = (at: string, way: readonly string[]): string[] | undefined => {
    if (at === id && way.length > 0) return [...way, at];
    if (seen.has(at)) return undefined;
    seen.add(at);
    for (const need of needs.get(at) ?? []) {
      const found = walk(need, [...way, at]);
      if (found) return found;
    }
    return undefined;
  };
  return walk(id, []);
}

/** Does neither wait for the other? */
export function areParallel(steps: readonly Waiting[], a: string, b: string): boolean {
  return !ancestors(steps, a).has(b) && !ancestors(steps, b).has(a);
}
