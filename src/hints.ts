/** From a provider's call to a look at the run it is about: which job that is, and that it is due now. */
import { watchOf } from './domain/react-to-rollback.ts';
import type { Running } from './domain/rollback-flow.ts';
import { runOfOperation, runsNamed } from './domain/rollback-flow.ts';
import type { Hint, Outbox, Queries, RememberInput, WakeUp } from './ports.ts';

interface Options {
  remember: RememberInput;
  queries: Pick<Queries, 'liveRollbacks'>;
  outbox: Pick<Outbox, 'hurry'>;
  wake: WakeUp;
  now: () => number;
}

type Hear = (provider: string, said: { delivery: string; hints: readonly Hint[] }) => Promise<'taken' | 'repeated'>;

/** A call that was remembered and then lost is as good as one that never came: the run is looked at anyway, later. */
export function createHear({ remember, queries, outbox, wake, now }: Options): Hear {
  return async (provider, { delivery, hints }) => {
    if (!(await remember(`hook:${provider}:${delivery}`, provider))) return 'repeated';
    for (const run of await runsOf(hints, queries)) wake.push(await outbox.hurry(watchOf(run), now()));
    return 'taken';
  };
}

/** What looks like an operation id may be a version, so those under way are also asked for the provider's name. */
async function runsOf(hints: readonly Hint[], { liveRollbacks }: Options['queries']): Promise<Running[]> {
  const ordered = hints.flatMap(({ operationId }) => (operationId === undefined ? [] : (runOfOperation(operationId) ?? [])));
  const refs = hints.flatMap(({ ref }) => ref ?? []);
  const live = refs.length === 0 ? [] : await liveRollbacks();
  const named = live.flatMap(({ id, state }) =>
    refs.flatMap((ref) => runsNamed(state, ref)).map((place): Running => ({ rollbackId: id, place })),
  );
  return [...ordered, ...named];
}
