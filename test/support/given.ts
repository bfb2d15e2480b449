import { expect } from '@jest/globals';
import type { Around, Decider, Fact } from '../../src/domain/decider.ts';
import { Refusal } from '../../src/domain/refusal.ts';
import type { RefusalCode, RefusalFacts } from '../../src/domain/refusal.ts';

interface Outcome<State, Event> {
  /** Exactly these facts, and all of them fold. */
  then: (...events: Event[]) => void;
  /** Already so: no fact at all. */
  changesNothing: () => void;
  /** What the facts fold into; fields that are left out may be anything. */
  becomes: (state: Partial<State>) => void;
  refuses: (code: RefusalCode, facts?: RefusalFacts) => void;
}

/** How a decision reads in a test: `given(state or events).when(command).then(...events)`, or `.refuses(code)`. */
export function givenOf<State extends { status: string }, Command extends { type: string; at: number }, Event extends Fact>(
  decider: Decider<State, Command, Event>,
) {
  const fold = (state: State, events: readonly Event[]): State => events.reduce(decider.evolve, state);
  return (history: State | readonly Event[]) => ({
    when: (command: Command, around: number | Partial<Around> = 0): Outcome<State, Event> => {
      const before = Array.isArray(history) ? fold(decider.initial, history as Event[]) : (history as State);
      const decide = (): Event[] =>
        decider.decide(before, command, typeof around === 'number' ? { number: around } : { number: 0, ...around });
      return {
        // It reads as a sentence, and nothing awaits it.
        // oxlint-disable-next-line unicorn/no-thenable
        then: (...events) => {
          const decided = decide();
          expect(mentionsCare(events) ? decided : decided.filter((event) => !isCare(event))).toEqual(events);
          fold(before, decided);
        },
        changesNothing: () => expect(decide()).toEqual([]),
        becomes: (state) => expect(fold(before, decide())).toMatchObject(state),
        refuses: (code, facts = {}) => {
          const refusal = refusalOf(decide);
          expect(refusal.code).toBe(code);
          expect(refusal.facts).toMatchObject(facts);
          expect(refusal.message).not.toMatch(/\{\w+\}|\?(?=[ .:,])/);
        },
      };
    },
  });
}

/** What a rollback leaves behind follows every end of one; tests that are not about it need not say so. */
const isCare = ({ type }: Fact): boolean => type === 'rollback.care-opened';
const mentionsCare = (events: readonly Fact[]): boolean => events.some(isCare);

/** Was it refused? Everything else that is thrown is passed on. */
export function isRefused(act: () => unknown): boolean {
  try {
    act();
    return false;
  } catch (error) {
    if (error instanceof Refusal) return true;
    throw error;
  }
}

/** @returns what was refused; fails when it was allowed, and passes everything on that is no refusal */
export function refusalOf(act: () => unknown): Refusal {
  let decided: unknown;
  try {
    decided = act();
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
  throw new Error(`not refused, but: ${JSON.stringify(decided)}`);
}
