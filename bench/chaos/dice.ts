/** Chance that can be had again: the same seed gives the same throws. */
export interface Dice {
  /** From 0 up to, not including, 1. */
  next: () => number;
  /** From the one number up to, not including, the other. */
  between: (from: number, to: number) => number;
  /** One of these, each as likely as the next. @throws when there is none */
  pick: <T>(from: readonly T[]) => T;
  /** True this often. */
  chance: (share: number) => boolean;
  /** Dice of their own: what is thrown with them changes nothing here. */
  fork: () => Dice;
}

/** The generator known as mulberry32: one number of state, good enough to choose victims. */
export function diceOf(seed: number): Dice {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return {
    next,
    between: (from, to) => from + next() * (to - from),
    pick: (from) => {
      const picked = from[Math.floor(next() * from.length)];
      if (picked === undefined) throw new Error('there is nothing to pick from');
      return picked;
    },
    chance: (share) => next() < share,
    fork: () => diceOf(Math.floor(next() * 2 ** 32)),
  };
}
