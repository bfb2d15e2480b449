import { z } from 'zod';
import type { CareItem } from '../../domain/after-care.ts';
import { openCare } from '../../domain/after-care.ts';
import { covers, holdsOf } from '../../domain/hold.ts';
import { incident } from '../../domain/incident.ts';
import { Refusal } from '../../domain/refusal.ts';
import { rollback } from '../../domain/rollback.ts';
import { incidentName, rollbackName } from '../../domain/words.ts';
import type { Deps, StoredRollback } from '../../ports.ts';
import type { CommandInput } from '../../slack/listen.ts';
import { careList, careOf } from '../../views/after-care.ts';
import type { Message } from '../../views/blocks.ts';
import { reviewModal, unlockModal } from '../../views/care-modals.ts';
import { ids } from '../../views/ids.ts';
import type { Feature } from '../feature.ts';
import { incidentById, incidentOf, rollbackById, rollbackOf } from '../feature.ts';

const Ref = z.object({ id: z.string() });
const Item = Ref.extend({ item: z.string() });
const reason = z.string('Say why').trim().min(1, 'Say why: everybody in the room reads it').max(500, 'At most 500 characters fit');
const finding = z.string('Say what you found').trim().min(1, 'Say what you found').max(500, 'At most 500 characters fit');

/** What a rollback left behind: looked at, done, and taken over. */
export const careForRollback: Feature = (on, deps) => {
  const verb = {
    name: 'care',
    usage: 'care [RB-7] [done <number> [note]]',
    help: 'what rollbacks left behind: here, or all that you own; and what of it is done',
    example: 'care RB-7 done 2 reverted in #812',
  };
  on.command('rollback', verb, async (input) => command(deps, input));

  on.button(ids.finishCare, Item, async ({ value, ...by }) =>
    finish(deps, await rollbackById(value.id, deps), { ...by, item: value.item }),
  );
  on.button(ids.takeCare, Ref, async ({ value, user, at, inboxKey }) => {
    await deps.execute(rollback, value.id, { type: 'rollback.take-care', by: user, at }, { inboxKey });
  });

  on.button(ids.openUnlock, Ref, async ({ value, modal }) => openUnlock(deps, await rollbackById(value.id, deps), modal));
  on.submit(ids.unlockService, { form: z.object({ reason }), metadata: Ref }, async ({ form, metadata, ...by }) => {
    await unlock(deps, await rollbackById(metadata.id, deps), { ...by, ...form });
  });

  on.button(ids.openReview, Ref, async ({ value, user, modal }) => openReview(await rollbackById(value.id, deps), user, modal));
  on.submit(ids.reviewGlass, { form: z.object({ note: finding }), metadata: Ref }, async ({ form, metadata, ...by }) => {
    await finish(deps, await rollbackById(metadata.id, deps), { ...by, item: 'review', note: form.note });
  });
};

async function command(deps: Deps, input: CommandInput): Promise<Message | undefined> {
  if (!/^rb-\d/i.test(input.text)) return list(deps, input);
  const { rollback: found, text } = await rollbackOf(input.text, deps, '/rollback care RB-7');
  const [, number, note = ''] = /^done\s+(\d{1,3})\b\s*([\s\S]*)$/i.exec(text) ?? [];
  if (number !== undefined) return done(deps, found, { ...input, item: itemAt(found, Number(number)), note: note.trim() });
  if (text !== '') throw new Refusal('usage', { text: `Say \`/rollback care ${nameOf(found)} done 2\`, with a number of its list.` });
  return careOf(found);
}

/** Of the incident of this room (or the one named); anywhere else what this person owns, however long ago the incident ended. */
async function list(deps: Deps, input: CommandInput): Promise<Message> {
  const { queries } = deps;
  const isNamed = /^inc-\d/i.test(input.text);
  if (!isNamed && input.text !== '' && input.text.toLowerCase() !== 'mine') {
    throw new Refusal('usage', { text: 'Say `/rollback care`, `/rollback care mine` or `/rollback care RB-7 done 2`.' });
  }
  const isHere = isNamed || (input.text === '' && (await queries.incidentIdByRoom(input.channel)) !== undefined);
  if (!isHere) return careList({ rollbacks: await queries.openCareOf(input.user) });
  const { incident: found } = await incidentOf(input, deps, '/rollback care INC-12');
  return careList({ of: incidentName(found.state.number), rollbacks: await queries.rollbacksOf(found.id) });
}

const nameOf = ({ state }: StoredRollback): string => rollbackName(state.number);

/** @throws Refusal when its list is shorter */
function itemAt(found: StoredRollback, number: number): CareItem {
  const item = found.state.care[number - 1];
  if (item) return item;
  const { length } = found.state.care;
  const known = length === 0 ? 'It has left nothing behind.' : `Its list has ${length}: \`/rollback care ${nameOf(found)}\`.`;
  throw new Refusal('usage', { text: `${nameOf(found)} has no number ${number}. ${known}` });
}

interface By {
  user: string;
  at: number;
  inboxKey: string;
}

type Opened = CommandInput['modal'];

/** The same as the item's button, with what was typed. Where something has to be said that was not, its form opens. */
async function done(
  deps: Deps,
  found: StoredRollback,
  { item, note, ...by }: CommandInput & { item: CareItem; note: string },
): Promise<undefined> {
  if (item.kind === 'unlock') return note === '' ? openUnlock(deps, found, by.modal) : unlock(deps, found, { ...by, reason: note });
  if (item.kind === 'review' && note === '') return openReview(found, by.user, by.modal);
  await finish(deps, found, { ...by, item: item.id, ...(note === '' ? {} : { note }) });
}

async function finish(
  deps: Deps,
  { id }: StoredRollback,
  { item, note, user, at, inboxKey }: By & { item: string; note?: string },
): Promise<undefined> {
  const said = note === undefined ? {} : { note };
  await deps.execute(rollback, id, { type: 'rollback.finish-care', item, ...said, by: user, at }, { inboxKey });
}

async function openUnlock(deps: Deps, found: StoredRollback, open: Opened): Promise<undefined> {
  await open(unlockModal({ id: found.id, rollback: found.state, hold: await holdOf(deps, found) }));
}

async function openReview({ id, state }: StoredRollback, user: string, open: Opened): Promise<undefined> {
  if (state.glass?.by === user) throw new Refusal('own_review'); // before anything is typed
  await open(reviewModal({ id, rollback: state }));
}

/** What still holds the service: its own lock before a freeze of everything. */
async function holdOf({ queries }: Deps, { state }: StoredRollback) {
  const stored = await incidentById(state.incidentId, { queries });
  const { service } = state.plan;
  const holds = holdsOf(stored.state).filter((hold) => covers(hold, service));
  return holds.find(({ scope }) => scope === service) ?? holds[0];
}

/** Ends the lock; the after-care follows from that. What somebody else unlocked before is only ticked. @throws Refusal when everything is frozen */
async function unlock(deps: Deps, found: StoredRollback, { user, at, inboxKey, reason: why }: By & { reason: string }): Promise<undefined> {
  const { incidentId, plan } = found.state;
  if (openCare(found.state).every(({ kind }) => kind !== 'unlock')) return;
  if ((await holdOf(deps, found)) === undefined) return finish(deps, found, { user, at, inboxKey, item: 'unlock', note: why });
  await deps.execute(incident, incidentId, { type: 'incident.unfreeze', scope: plan.service, reason: why, by: user, at }, { inboxKey });
}
