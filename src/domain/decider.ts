import type { Actor } from './words.ts';

/** What every event carries: its name, who caused it and when (epoch milliseconds: a `Date` would come back from the store as text). */
export interface Fact {
  type: string;
  by: Actor;
  at: number;
}

/**
 * One kind of thing that is told commands. `decide` is pure: state and command in, facts out, `[]` for "already so", a `Refusal`
 * for no. `evolve` folds a fact into the state and never throws. `number` is the next free one, used by the first command only.
 */
export interface Decider<State, Command extends { type: string; at: number }, Event extends Fact> {
  kind: 'incident' | 'rollback';
  initial: State;
  decide: (state: State, command: Command, context: { number: number }) => Event[];
  evolve: (state: State, event: Event) => State;
}
