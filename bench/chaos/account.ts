/** What came of it all: counted from the facts and from the providers' own ledgers, never from what was said on the way. */
import type { Kysely } from 'kysely';
import type { KnownRollback } from '../../src/domain/rollback.ts';
import type { Database } from '../../src/store/schema.ts';
import type { Errand } from './people.ts';

export interface Account {
  seed: number;
  rollbacks: number;
  seconds: number;
  /** How the rollbacks ended, by status. */
  verdicts: Record<string, number>;
  /** What was done to the processes, and what it led to. */
  counted: Record<string, number>;
  /** Effects beyond the first of an operation. */
  doubleEffects: number;
  /** Rollbacks that were asked for and have not ended, or of which an effect is missing. */
  lost: number;
  /** Everything that does not hold, in words. */
  broken: string[];
  /** What the processes logged as errors: where to begin when something does not hold. */
  errors: string[];
}

interface Evidence {
  db: Kysely<Database>;
  effects: readonly { opId: string }[];
  errands: readonly Errand[];
  seed: number;
  seconds: number;
  counted: Record<string, number>;
  broken: readonly string[];
  unended: readonly string[];
  errors: string[];
}

export async function account({ db, effects, errands, counted, broken, unended, ...run }: Evidence): Promise<Account> {
  const rows = await db.selectFrom('rollback').select(['id', 'number', 'state']).orderBy('number').execute();
  const asked = errands.map((errand) => ({ errand, row: rows.find(({ state }) => state.reason === errand.reason) }));
  const statuses = asked.map(({ row }) => row?.state.status ?? 'absent');
  const without = asked.flatMap(({ errand, row }) => {
    const trouble = row ? endTrouble(row, effects) : `${errand.reason} left nothing behind`;
    return trouble === undefined ? [] : [trouble];
  });
  const repeated = await db.selectFrom('fact').select('event').execute();
  return {
    ...run,
    rollbacks: errands.length,
    verdicts: Object.fromEntries([...new Set(statuses)].map((status) => [status, statuses.filter((each) => each === status).length])),
    counted: { ...counted, startsRepeated: repeated.filter(({ event }) => event.type === 'rollback.step-repeated').length },
    doubleEffects: effects.length - new Set(effects.map(({ opId }) => stepIn(opId))).size,
    lost: without.length,
    broken: [...unended, ...without, ...broken],
  };
}

/** The step, undo and round in the name of an operation: one named after the attempt besides must not look like another one. */
const stepIn = (opId: string): string => /^[^.]*\.\d+(\.undo)?(\.r\d+)?/.exec(opId)?.[0] ?? opId;

const verdicts: readonly string[] = ['recovered', 'not recovered', 'inconclusive'];

/** It has to end in a verdict, with every step that succeeded in a ledger. */
function endTrouble(
  { id, number, state }: { id: string; number: number; state: KnownRollback },
  effects: Evidence['effects'],
): string | undefined {
  if (!verdicts.includes(state.status))
    return `RB-${number} ended without a verdict: ${state.status}, ${state.outcome ?? 'no reason given'}`;
  const missing = state.steps.findIndex(
    ({ status }, step) => status === 'succeeded' && !effects.some(({ opId }) => opId.startsWith(`${id}.${step + 1}`)),
  );
  return missing === -1 ? undefined : `RB-${number} step ${missing + 1} succeeded, and no ledger knows of it`;
}
