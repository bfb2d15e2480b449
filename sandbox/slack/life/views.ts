/** Modals and App Home: opened, pushed, updated, closed. */
import type { Core } from '../core.ts';
import { startingValues } from '../blocks/state.ts';
import { viewProblems, viewTooLarge } from '../blocks/validate.ts';
import { withIds } from '../blocks/walk.ts';
import { isRecord, list, record, text, type Json } from '../state/json.ts';
import { invalid, SlackError } from '../state/slack-error.ts';
import type { StoredView } from '../state/model.ts';
import { modalsOf } from '../state/store.ts';
import { seenView } from '../wire/client.ts';
import type { Trigger } from '../delivery/triggers.ts';

const maxStack = 3;

/** Refuses a view Slack would refuse. */
function checkView(core: Core, raw: unknown, self?: StoredView): Json {
  if (!isRecord(raw)) throw invalid('invalid_arguments', ['must provide a view [json-pointer:/view]']);
  const problems = viewProblems(raw);
  if (problems.length > 0) throw invalid('invalid_arguments', problems);
  if (viewTooLarge(raw)) throw new SlackError('view_too_large');
  const external = text(raw['external_id']);
  const taken = external !== '' && [...core.store.views.values()].some((view) => view.externalId === external && view !== self);
  if (taken) throw new SlackError('duplicate_external_id');
  return raw;
}

function fields(core: Core, raw: Json): Omit<StoredView, 'id' | 'type' | 'user' | 'rootId' | 'previousId' | 'values' | 'channel'> {
  return {
    hash: core.ids.hash(),
    callbackId: text(raw['callback_id']),
    externalId: text(raw['external_id']),
    privateMetadata: text(raw['private_metadata']),
    title: isRecord(raw['title']) ? raw['title'] : null,
    submit: isRecord(raw['submit']) ? raw['submit'] : null,
    close: isRecord(raw['close']) ? raw['close'] : null,
    blocks: withIds(list(raw['blocks']), () => core.ids.short()),
    errors: {},
    clearOnClose: raw['clear_on_close'] === true,
    notifyOnClose: raw['notify_on_close'] === true,
  };
}

/** Opens a modal for the person behind the trigger; one that was open is replaced. */
export function openModal(core: Core, raw: unknown, trigger: Trigger): StoredView {
  const view = modalOnly(checkView(core, raw));
  for (const old of modalsOf(core.store, trigger.user)) core.store.views.delete(old.id);
  core.store.stacks.set(trigger.user, []);
  return putOnTop(core, view, trigger);
}

/** Puts a modal on top of the open ones. */
export function pushModal(core: Core, raw: unknown, trigger: Trigger): StoredView {
  const view = modalOnly(checkView(core, raw));
  const stack = modalsOf(core.store, trigger.user);
  if (stack.length === 0) throw new SlackError('invalid_trigger_id');
  if (stack.length >= maxStack) throw new SlackError('push_limit_reached');
  return putOnTop(core, view, trigger);
}

function modalOnly(view: Json): Json {
  if (view['type'] !== 'modal') throw invalid('invalid_arguments', ['must be a modal [json-pointer:/view/type]']);
  return view;
}

function putOnTop(core: Core, raw: Json, trigger: Trigger): StoredView {
  const stack = core.store.stacks.get(trigger.user) ?? [];
  const id = core.ids.next('V');
  const part = fields(core, raw);
  const view: StoredView = {
    ...part,
    ...(trigger.channel !== undefined && { channel: trigger.channel }),
    id,
    type: 'modal',
    user: trigger.user,
    values: startingValues(part.blocks),
    rootId: stack[0] ?? id,
    previousId: stack.at(-1) ?? null,
  };
  core.store.views.set(id, view);
  core.store.stacks.set(trigger.user, [...stack, id]);
  showModals(core, trigger.user);
  return view;
}

/** Redraws a view; what the person typed stays where both ids stay. */
export function updateView(core: Core, view: StoredView, raw: unknown): StoredView {
  const checked = checkView(core, raw, view);
  if (checked['type'] !== view.type) throw invalid('invalid_arguments', [`must be ${view.type} [json-pointer:/view/type]`]);
  const part = fields(core, checked);
  Object.assign(view, part, { values: startingValues(part.blocks, view.values) });
  showView(core, view);
  return view;
}

/** A view by id or external_id, or `not_found`; a stale hash is a `hash_conflict`. */
export function viewOf(core: Core, part: { viewId?: string; externalId?: string; hash?: string }): StoredView {
  const { views } = core.store;
  const found =
    part.viewId === undefined
      ? [...views.values()].find((view) => view.externalId !== '' && view.externalId === part.externalId)
      : views.get(part.viewId);
  if (!found) throw new SlackError('not_found');
  if (part.hash !== undefined && part.hash !== found.hash) throw new SlackError('hash_conflict');
  return found;
}

/** Sets a person's App Home. */
export function publishHome(core: Core, user: string, raw: unknown, hash?: string): StoredView {
  const known = core.store.views.get(core.store.homes.get(user) ?? '');
  if (known && hash !== undefined && hash !== known.hash) throw new SlackError('hash_conflict');
  if (record(raw)['type'] !== 'home') throw invalid('invalid_arguments', ['must be a home view [json-pointer:/view/type]']);
  if (known) return updateView(core, known, raw);
  const part = fields(core, checkView(core, raw));
  const id = core.ids.next('V');
  const view: StoredView = { ...part, id, type: 'home', user, values: startingValues(part.blocks), rootId: id, previousId: null };
  core.store.views.set(id, view);
  core.store.homes.set(user, id);
  showView(core, view);
  return view;
}

/** Takes a modal and everything above it away; answers what was closed, top first. */
export function removeModals(core: Core, user: string, fromId: string): StoredView[] {
  const stack = core.store.stacks.get(user) ?? [];
  const index = stack.indexOf(fromId);
  if (index < 0) return [];
  const closed = stack.slice(index).flatMap((id) => core.store.views.get(id) ?? []);
  for (const view of closed) core.store.views.delete(view.id);
  core.store.stacks.set(user, stack.slice(0, index));
  showModals(core, user);
  return closed.toReversed();
}

/** Tells its owner how a view looks now. */
export function showView(core: Core, view: StoredView): void {
  if (view.type === 'modal') return showModals(core, view.user);
  core.changes.publish((as) => (as === view.user ? { type: 'home', home: seenView(view) } : undefined));
}

function showModals(core: Core, user: string): void {
  core.changes.publish((as) => (as === user ? { type: 'modals', modals: modalsOf(core.store, user).map(seenView) } : undefined));
}
