const namesMs = 60_000;
const sharedMs = 5_000;

export interface Remembered<T> {
  /** At most a minute old. */
  fresh: () => Promise<T>;
  /** The last known, however old, for what must not wait; an old one is read anew behind it. */
  last: () => Promise<T>;
}

/** Reads rarely what changes rarely: names, never rights. */
export function remembered<T>(read: () => Promise<T>): Remembered<T> {
  let last: { at: number; value: Promise<T> } | undefined;
  const fresh = (): Promise<T> => {
    if (last === undefined || Date.now() - last.at > namesMs) last = { at: Date.now(), value: read() };
    last.value.catch(() => (last = undefined));
    return last.value;
  };
  return {
    fresh,
    last: () => {
      const known = last?.value;
      const next = fresh();
      return known ?? next;
    },
  };
}

/** One answer for all who ask within some seconds: what a job looks up ahead, the next one finds. */
export function shared<T>(read: (key: string) => Promise<T>): (key: string) => Promise<T> {
  const asked = new Map<string, { at: number; answer: Promise<T> }>();
  return (key) => {
    const known = asked.get(key);
    if (known && Date.now() - known.at < sharedMs) return known.answer;
    const answer = read(key);
    asked.set(key, { at: Date.now(), answer });
    answer.catch(() => asked.delete(key));
    return answer;
  };
}
