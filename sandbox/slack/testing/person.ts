/** A person at the keyboard, for tests. Every act answers what the app said and how fast. */
import type { ActResult, Channel, Message, Snapshot, View } from '../client-api.ts';
import { optionsOf } from '../blocks/walk.ts';
import { record } from '../state/json.ts';
import type { Door } from './door.ts';
import { findChannel, findPlaced, matches, namesIn, optionValue, valueFor, wordsIn, type Matcher } from './find.ts';
import { waitUntil, type WaitOptions } from './wait.ts';

/** Where and how to look for an element. */
export interface ElementOptions extends WaitOptions {
  /** The message, when the newest one with such an element is not meant. */
  ts?: string;
  in?: Matcher;
  /** What is chosen, for menus and pickers. */
  value?: unknown;
}

export type PersonApi = ReturnType<typeof createPerson>;

/** One person of the workspace, by name or id. `where` is a channel, or `modal`, or `home`. */
export function createPerson(door: Door, who: string) {
  let id: string | undefined;
  const my = async (): Promise<string> => {
    id ??= (await door.snapshot('')).people.find((one) => one.name === who || one.id === who)?.id;
    if (id === undefined) throw new Error(`There is no ${who} in this workspace.`);
    return id;
  };
  const seen = async () => door.snapshot(await my());

  const channel = async (where: string): Promise<Channel> => {
    const now = await seen();
    const found = findChannel(now, where);
    if (found) return found;
    if (!where.startsWith('@'))
      throw new Error(`${who} sees no ${where}. There is: ${now.channels.map((one) => `#${one.name}`).join(' ')}`);
    const peer = where === '@app' ? now.app.botUserId : (now.people.find((person) => person.name === where.slice(1))?.id ?? '');
    await door.act({ type: 'open_dm', as: now.as, peer });
    return channel(where);
  };
  const messages = async (where: string): Promise<Message[]> => {
    const now = await seen();
    return now.messages[findChannel(now, where)?.id ?? ''] ?? [];
  };

  const found = (where: string, what: string, options: ElementOptions) =>
    waitUntil(
      async () => locate(await seen(), { where, what, options }),
      async () => `${who} found no "${what}" in ${where}. ${describe(await seen(), where)}`,
      options,
    );

  async function use(where: string, what: string, options: ElementOptions = {}): Promise<ActResult> {
    const { placed, spot, now } = await found(where, what, options);
    const address = { as: now.as, blockId: placed.blockId, actionId: placed.actionId };
    const value = await chosen(door, { now, placed, spot, human: options.value });
    if ('viewId' in spot) return door.act({ type: 'view_action', ...address, ...spot, ...(value !== undefined && { value }) });
    return door.act({ type: 'action', ...address, ...spot, ...(value !== undefined && { value }) });
  }

  const top = async (): Promise<View | undefined> => (await seen()).modals.at(-1);
  const openModal = async (): Promise<View> => waitUntil(top, () => `${who} has no form open.`);

  return {
    id: my,
    snapshot: seen,
    channel,
    messages,
    modal: top,
    home: async () => (await seen()).home,
    slash: async (where: string, text: string) => door.act({ type: 'slash', as: await my(), channel: (await channel(where)).id, text }),
    post: async (where: string, text: string, options: { threadTs?: string } = {}) =>
      door.act({ type: 'post', as: await my(), channel: (await channel(where)).id, text, ...options }),
    /** Presses a button, found by action_id or its words. */
    click: use,
    /** Chooses in a menu or picker outside of form fields. */
    select: (where: string, what: string, value: unknown, options: ElementOptions = {}) => use(where, what, { ...options, value }),
    /** Fills fields of the form on top, by label, block_id or action_id. */
    async fill(values: Record<string, unknown>): Promise<ActResult> {
      let last: ActResult = { ok: true };
      for (const [what, human] of Object.entries(values)) {
        const { placed, spot, now } = await found('modal', what, {});
        if (!('viewId' in spot)) continue;
        const value = await chosen(door, { now, placed, spot, human });
        last = await door.act({ type: 'view_input', as: now.as, ...spot, blockId: placed.blockId, actionId: placed.actionId, value });
        if (!last.ok) return last;
      }
      return last;
    },
    submit: async () => door.act({ type: 'submit', as: await my(), viewId: (await openModal()).id }),
    close: async (options: { all?: boolean } = {}) =>
      door.act({ type: 'close', as: await my(), viewId: (await openModal()).id, ...options }),
    /** Types into an external menu; `response` holds the options. */
    async suggest(where: string, what: string, query: string): Promise<ActResult> {
      const { placed, spot, now } = await found(where, what, {});
      return door.act({ type: 'suggest', as: now.as, ...spot, blockId: placed.blockId, actionId: placed.actionId, query });
    },
    ephemerals: async (where: string) => (await messages(where)).filter((message) => message.ephemeralFor !== undefined),
    waitForMessage: (where: string, matcher: Matcher, options: WaitOptions = {}): Promise<Message> =>
      waitUntil(
        async () => (await messages(where)).findLast((message) => matches(message, matcher)),
        async () => `${who} sees no ${describeMatcher(matcher)} in ${where}. ${describe(await seen(), where)}`,
        options,
      ),
    /** The form on top, once there is one (with these words in its title). */
    waitForModal: (title?: string | RegExp, options: WaitOptions = {}): Promise<View> =>
      waitUntil(
        async () => {
          const view = await top();
          return view && (title === undefined || (typeof title === 'string' ? view.title.includes(title) : title.test(view.title)))
            ? view
            : undefined;
        },
        async () => `${who} sees no such form. On top is: ${(await top())?.title ?? 'none'}`,
        options,
      ),
    waitForHome: (matcher: string | RegExp = /./, options: WaitOptions = {}): Promise<View> =>
      waitUntil(
        async () => {
          const { home } = await seen();
          const words = JSON.stringify(home?.blocks ?? []);
          return home && (typeof matcher === 'string' ? words.includes(matcher) : matcher.test(words)) ? home : undefined;
        },
        () => `${who}'s App Home does not show it.`,
        options,
      ),
    openHome: async () => door.act({ type: 'open_home', as: await my() }),
    shortcut: async (callbackId: string) => door.act({ type: 'shortcut', as: await my(), callbackId }),
    messageShortcut: async (where: string, ts: string, callbackId: string) =>
      door.act({ type: 'message_shortcut', as: await my(), channel: (await channel(where)).id, ts, callbackId }),
    react: async (where: string, ts: string, name: string) =>
      door.act({ type: 'react', as: await my(), channel: (await channel(where)).id, ts, name }),
    /** Acts that need nothing but a channel. */
    visit: async (how: 'join' | 'leave' | 'archive' | 'read', where: string) =>
      door.act({ type: how, as: await my(), channel: (await channel(where)).id }),
    /** Acts on one message; `text` is the new wording of an edit. */
    change: async (how: 'edit' | 'delete' | 'pin', at: { where: string; ts: string; text?: string }) => {
      const { where, ...rest } = at;
      return door.act({ type: how, as: await my(), channel: (await channel(where)).id, ...rest });
    },
  };
}

type Spot = { viewId: string } | { channel: string; ts: string };

function locate(now: Snapshot, at: { where: string; what: string; options: ElementOptions }) {
  const { where, what, options } = at;
  const view = where === 'modal' ? now.modals.at(-1) : where === 'home' ? now.home : undefined;
  if (view) {
    const placed = findPlaced(view.blocks, what);
    const spot: Spot = { viewId: view.id };
    return placed && { placed, spot, now };
  }
  const all = now.messages[findChannel(now, where)?.id ?? ''] ?? [];
  for (const message of all.toReversed()) {
    const meant = (options.ts === undefined || message.ts === options.ts) && (options.in === undefined || matches(message, options.in));
    const placed = meant ? findPlaced(message.blocks, what) : undefined;
    const spot: Spot = { channel: message.channel, ts: message.ts };
    if (placed) return { placed, spot, now };
  }
  return undefined;
}

/** External menus know no options of their own: the app is asked first, as by a person typing. */
async function chosen(
  door: Door,
  part: { now: Snapshot; placed: ReturnType<typeof findPlaced> & object; spot: Spot; human: unknown },
): Promise<unknown> {
  const { now, placed, spot, human } = part;
  const isExternal = String(placed.element['type']).includes('external_select');
  if (!isExternal || typeof human !== 'string') return valueFor(now, placed, human);
  const { blockId, actionId } = placed;
  const answer = await door.act({ type: 'suggest', as: now.as, ...spot, blockId, actionId, query: human });
  const options = answer.ok ? optionsOf(record(answer.response)) : [];
  return optionValue(options, human);
}

function describe(now: Snapshot, where: string): string {
  const view = where === 'modal' ? now.modals.at(-1) : where === 'home' ? now.home : undefined;
  if (view) return `The view has: ${namesIn(view.blocks)}`;
  const last = (now.messages[findChannel(now, where)?.id ?? ''] ?? []).slice(-5);
  return `The last messages: ${last.map((message) => `"${wordsIn(message).slice(0, 200)}" [${namesIn(message.blocks)}]`).join('; ') || 'none'}`;
}

function describeMatcher(matcher: Matcher): string {
  return typeof matcher === 'function' ? 'such message' : `message with ${String(matcher)}`;
}
