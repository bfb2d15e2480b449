const windowMs = 10 * 60_000;
const most = 10;
/** Whoever comes from ever new addresses must not fill our memory. */
const mostKeys = 10_000;

export interface Failures {
  isBlocked: (key: string) => boolean;
  note: (key: string) => void;
}

/** Counts wrong keys: ten in ten minutes are a machine's, not a person's. */
export function countFailures(now: () => number): Failures {
  const counts = new Map<string, { count: number; until: number }>();
  const live = (key: string): { count: number; until: number } | undefined => {
    const found = counts.get(key);
    return found && now() < found.until ? found : undefined;
  };
  return {
    isBlocked: (key) => (live(key)?.count ?? 0) >= most,
    note: (key) => {
      if (counts.size >= mostKeys) for (const [old, { until }] of counts) if (now() >= until) counts.delete(old);
      if (counts.size >= mostKeys) counts.clear();
      const { count = 0, until = now() + windowMs } = live(key) ?? {};
      counts.set(key, { count: count + 1, until });
    },
  };
}
