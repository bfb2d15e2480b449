/** Ben asks, cleo and dan approve, and all of them press again when Slack says that nobody heard them. */
import type { Kysely } from 'kysely';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ActResult } from '../../sandbox/slack/client-api.ts';
import type { TestApi } from '../../sandbox/slack/test-api.ts';
import { operationId } from '../../src/domain/rollback.ts';
import type { StoredRollback } from '../../src/ports.ts';
import { createQueries } from '../../src/store/queries.ts';
import type { Database } from '../../src/store/schema.ts';
import { isOver } from '../../test/support/invariants.ts';
import { goodVersion } from './configuration.ts';

/** One rollback to be had: of which service, asked for in which room; the reason names it. */
export interface Errand {
  service: string;
  room: string;
  reason: string;
}

interface Parts {
  api: TestApi;
  db: Kysely<Database>;
  /** Whether the providers' ledgers know of this operation: what a person looks at before saying that it ran. */
  hasRun: (operation: string) => boolean;
  deadline: AbortSignal;
}

export interface People {
  /** From asking to the end. @throws when there is none before the deadline */
  rollBack: (errand: Errand) => Promise<void>;
  /** Takes back what was asked for twice because the first time seemed lost. */
  tidyUp: (errands: readonly Errand[]) => Promise<void>;
  counts: { pressedAgain: number; settledByHand: number };
  /** What Slack was told is recorded, and is not. */
  unrecorded: string[];
}

/** Before somebody who got no answer presses again. */
const personPauseMs = 1000;
/** Long enough for a call that hung or a worker that stood still to have come to its end. */
const secondThoughtsMs = 6000;

export function peopleOf({ api, db, hasRun, deadline }: Parts): People {
  const queries = createQueries(db);
  const counts = { pressedAgain: 0, settledByHand: 0 };
  const unrecorded: string[] = [];

  /** The rollback of this errand; the first one when it was asked for twice. */
  const askedFor = async ({ service, reason }: Errand): Promise<StoredRollback[]> =>
    (await queries.rollbackHistory(service, 200)).filter(({ state }) => state.reason === reason).toReversed();
  const current = async ({ id }: StoredRollback): Promise<StoredRollback> => (await queries.rollback(id)) ?? lost(id);
  const hasVoted = async ({ id }: StoredRollback, user: string): Promise<boolean> => {
    const facts = await db.selectFrom('fact').select('event').where('entity_id', '=', id).execute();
    return facts.some(({ event }) => event.type === 'rollback.approved' && event.by === user);
  };

  /** Until it is recorded. An ack without words says that it is: then it has to be so at once. */
  const press = async (what: string, act: () => Promise<ActResult>, isRecorded: () => Promise<boolean>): Promise<void> => {
    for (let answer: ActResult | undefined; !(await isRecorded());) {
      if (deadline.aborted) throw new Error(`${what}: not recorded before the time was up, last answer ${JSON.stringify(answer)}`);
      if (answer) counts.pressedAgain += 1;
      answer = await act();
      if (isAck(answer) && !(await isRecorded())) unrecorded.push(what);
      if (!answer.ok) await sleep(personPauseMs);
    }
  };

  const ask = async (errand: Errand): Promise<StoredRollback> => {
    const { service, room, reason } = errand;
    const words = `/rollback request plan-${service} to ${goodVersion} ${reason}`;
    const isRecorded = async (): Promise<boolean> => (await askedFor(errand)).length > 0;
    await press(reason, () => api.as('ben').slash(room, words), isRecorded);
    return (await askedFor(errand))[0] ?? lost(reason);
  };

  const vote = async (found: StoredRollback, { room, name }: { room: string; name: string }): Promise<void> => {
    const person = api.as(name);
    const [user, rollback] = [await person.id(), `RB-${found.state.number}`];
    const isDone = async (): Promise<boolean> => (await current(found)).state.status !== 'requested' || (await hasVoted(found, user));
    await press(`${rollback} approved by ${name}`, () => person.slash(room, `/rollback approve ${rollback}`), isDone);
  };

  /** A person looks into the ledger of the provider and says what is there. */
  const settle = async ({ id, state }: StoredRollback, room: string): Promise<void> => {
    const step = state.steps.findIndex(({ status }) => status === 'unknown');
    if (step === -1) return;
    const ran = hasRun(operationId(id, { step }, state.steps[step]?.round));
    const answer = await api.as('cleo').click(room, ran ? 'It ran' : 'Run again', { in: new RegExp(`RB-${state.number}\\b`) });
    if (answer.ok) counts.settledByHand += 1;
  };

  const untilEnd = async (first: StoredRollback, room: string): Promise<void> => {
    for (let found = first; ; found = await current(first)) {
      const { state } = found;
      if (state.status === 'needs human') {
        await sleep(secondThoughtsMs);
        await settle(await current(found), room).catch(() => undefined); // the card is not drawn yet: looked for again
      } else if (isOver(state)) return;
      if (state.status === 'requested') for (const name of ['cleo', 'dan']) await vote(found, { room, name });
      if (deadline.aborted) throw new Error(`RB-${state.number} has not ended: ${state.status}, ${JSON.stringify(state.steps)}`);
      await sleep(150);
    }
  };

  return {
    rollBack: async (errand) => untilEnd(await ask(errand), errand.room),
    tidyUp: async (errands) => {
      for (const errand of errands) {
        const [, ...again] = await askedFor(errand);
        for (const twice of again.filter(({ state }) => state.status === 'requested')) {
          const words = `/rollback reject RB-${twice.state.number} asked for twice`;
          const isRecorded = async (): Promise<boolean> => (await current(twice)).state.status !== 'requested';
          await press(words, () => api.as('ben').slash(errand.room, words), isRecorded);
        }
      }
    },
    counts,
    unrecorded,
  };
}

function lost(what: string): never {
  throw new Error(`${what} was recorded and is gone`);
}

/** A refusal says why, and so does what could not be recorded; what was recorded speaks for itself. */
function isAck(answer: ActResult): boolean {
  if (!answer.ok) return false;
  const { text = '', blocks = [] } = (answer.response ?? {}) as { text?: string; blocks?: unknown[] };
  return text === '' && blocks.length === 0;
}
