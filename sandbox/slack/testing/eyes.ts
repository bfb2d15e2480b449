/** What one person sees, and where on it something stands. */
import type { Channel, Message, Snapshot, View } from '../client-api.ts';
import { optionsOf, type Placed } from '../blocks/walk.ts';
import { record, text } from '../state/json.ts';
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

/** The address of an element's surroundings, as acts want it. */
export type Spot = { viewId: string } | { channel: string; ts: string };

/** An element, where it stands, and all there was to see when it was found. */
export interface Found {
  placed: Placed;
  spot: Spot;
  now: Snapshot;
}

export interface Eyes {
  who: string;
  my: () => Promise<string>;
  seen: () => Promise<Snapshot>;
  channel: (where: string) => Promise<Channel>;
  messages: (where: string) => Promise<Message[]>;
  top: () => Promise<View | undefined>;
  /** Waits for an element, by action_id, block_id, label or words. */
  find: (where: string, what: string, options: ElementOptions) => Promise<Found>;
}

/** The eyes of one person, by name or id. */
export function openEyes(door: Door, who: string): Eyes {
  let id: string | undefined;
  const my = async (): Promise<string> => {
    id ??= (await door.snapshot('')).people.find((one) => one.name === who || one.id === who)?.id;
    if (id === undefined) throw new Error(`There is no ${who} in this workspace.`);
    return id;
  };
  const seen = async () => door.snapshot(await my());
  return {
    who,
    my,
    seen,
    channel: (where) => channelFor(door, seen, where),
    messages: async (where) => messagesIn(await seen(), where),
    top: async () => (await seen()).modals.at(-1),
    find: (where, what, options) =>
      waitUntil(
        async () => locate(await seen(), { where, what, options }),
        async () => `${who} found no "${what}" in ${where}. ${describeSight(await seen(), where)}`,
        options,
      ),
  };
}

/** A channel of the sidebar; direct messages open by being looked for. */
async function channelFor(door: Door, seen: () => Promise<Snapshot>, where: string): Promise<Channel> {
  const now = await seen();
  const found = findChannel(now, where);
  if (found) return found;
  const names = now.channels.map((one) => `#${one.name}`).join(' ');
  const peer = where === '@app' ? now.app.botUserId : now.people.find((person) => `@${person.name}` === where)?.id;
  if (peer === undefined) throw new Error(`There is no ${where}. There is: ${names}`);
  await door.act({ type: 'open_dm', as: now.as, peer });
  return channelFor(door, seen, where);
}

function messagesIn(now: Snapshot, where: string): Message[] {
  return now.messages[findChannel(now, where)?.id ?? ''] ?? [];
}

function viewAt(now: Snapshot, where: string): View | undefined {
  if (where === 'modal') return now.modals.at(-1);
  return where === 'home' ? now.home : undefined;
}

function locate(now: Snapshot, at: { where: string; what: string; options: ElementOptions }): Found | undefined {
  const { where, what, options } = at;
  const view = viewAt(now, where);
  if (view) {
    const placed = findPlaced(view.blocks, what);
    return placed && { placed, spot: { viewId: view.id }, now };
  }
  for (const message of messagesIn(now, where).toReversed()) {
    const meant = (options.ts === undefined || message.ts === options.ts) && (options.in === undefined || matches(message, options.in));
    const placed = meant ? findPlaced(message.blocks, what) : undefined;
    if (placed) return { placed, spot: { channel: message.channel, ts: message.ts }, now };
  }
  return undefined;
}

/** The value a person's words stand for. External menus know no options of their own: the app is asked first, as by typing. */
export async function chosenValue(door: Door, { now, placed, spot }: Found, human: unknown): Promise<unknown> {
  const isExternal = text(placed.element['type']).includes('external_select');
  if (!isExternal || typeof human !== 'string') return valueFor(now, placed, human);
  const { blockId, actionId } = placed;
  const answer = await door.act({ type: 'suggest', as: now.as, ...spot, blockId, actionId, query: human });
  return optionValue(answer.ok ? optionsOf(record(answer.response)) : [], human);
}

/** For failures: what there was instead. */
export function describeSight(now: Snapshot, where: string): string {
  const view = viewAt(now, where);
  if (view) return `The view has: ${namesIn(view.blocks)}`;
  const last = messagesIn(now, where).slice(-5);
  return `The last messages: ${last.map((message) => `"${wordsIn(message).slice(0, 200)}" [${namesIn(message.blocks)}]`).join('; ') || 'none'}`;
}
