import type { Actor, Role, UserId } from './words.ts';

/** What every event carries: its name, who caused it and when (epoch milliseconds: a `Date` would come back from the store as text). */
export interface Fact {
  type: string;
  by: Actor;
  at: number;
}

/** A rollback that is not over yet, by name and status. */
export interface LiveRollback {
  rollback: string;
  status: string;
}

/** What a decision must know besides its own state, read under the same lock, so that nothing can come in between. */
export interface Around {
  /** The next free number, used by the first command only. */
  number: number;
  /** Of an incident: its rollbacks that are not over yet. */
  live?: readonly LiveRollback[];
  /** Of a rollback: is its incident over? */
  incidentOver?: { number: number; status: string };
  /** Of a rollback: who holds which role in its incident. */
  roles?: Readonly<Partial<Record<Role, UserId>>>;
  /** Of a rollback that is asked for: what else of its incident waits for approval. */
  asked?: readonly { rollback: string; service: string; environment: string }[];
  /** Of a break-glass: how many this person broke in the last 24 hours. */
  glassBroken?: number;
}

/**
 * One kind of thing that is told commands. `decide` is pure: state and command in, facts out, `[]` for "already so", a `Refusal`
 * for no. `evolve` folds a fact into the state and never throws.
 */
export interface Decider<State, Command extends { type: string; at: number }, Event extends Fact> {
  kind: 'incident' | 'rollback';
  initial: State;
  decide: (state: State, command: Command, around: Around) => Event[];
  evolve: (state: State, event: Event) => State;
}
