/** A person at the keyboard, for tests. Every act answers what the app said and how fast. */
import type { ActResult, Message, View } from '../client-api.ts';
import type { Door } from './door.ts';
import { chosenValue, describeSight, openEyes, type ElementOptions, type Eyes } from './eyes.ts';
import { matches, type Matcher } from './find.ts';
import { waitUntil, type WaitOptions } from './wait.ts';

export type PersonApi = ReturnType<typeof createPerson>;

/** One person of the workspace, by name or id. `where` is a channel, or `modal`, or `home`. */
export function createPerson(door: Door, who: string) {
  const eyes = openEyes(door, who);
  return { ...sight(eyes), ...waits(eyes), ...speech(door, eyes), ...hands(door, eyes), ...forms(door, eyes) };
}

/** What is there now. */
function sight(eyes: Eyes) {
  return {
    id: eyes.my,
    snapshot: eyes.seen,
    channel: eyes.channel,
    messages: eyes.messages,
    ephemerals: async (where: string) => (await eyes.messages(where)).filter((message) => message.ephemeralFor !== undefined),
    /** The form on top. */
    modal: eyes.top,
    home: async () => (await eyes.seen()).home,
  };
}

const fits = (words: string, wanted: string | RegExp) => (typeof wanted === 'string' ? words.includes(wanted) : wanted.test(words));

/** What will be there. */
function waits(eyes: Eyes) {
  const { who } = eyes;
  return {
    /** The newest message that matches. */
    waitForMessage: (where: string, matcher: Matcher, options: WaitOptions = {}): Promise<Message> =>
      waitUntil(
        async () => (await eyes.messages(where)).findLast((message) => matches(message, matcher)),
        async () => `${who} sees no ${describeMatcher(matcher)} in ${where}. ${describeSight(await eyes.seen(), where)}`,
        options,
      ),
    /** The form on top, once there is one (with these words in its title). */
    waitForModal: (title: string | RegExp = '', options: WaitOptions = {}): Promise<View> =>
      waitUntil(
        async () => {
          const view = await eyes.top();
          return view && fits(view.title, title) ? view : undefined;
        },
        async () => `${who} sees no such form. On top is: ${(await eyes.top())?.title ?? 'none'}`,
        options,
      ),
    /** App Home, once its blocks contain this. */
    waitForHome: (wanted: string | RegExp = '', options: WaitOptions = {}): Promise<View> =>
      waitUntil(
        async () => {
          const { home } = await eyes.seen();
          return home && fits(JSON.stringify(home.blocks), wanted) ? home : undefined;
        },
        () => `${who}'s App Home does not show it.`,
        options,
      ),
  };
}

/** What is typed. */
function speech(door: Door, { my, channel }: Eyes) {
  return {
    slash: async (where: string, text: string) => door.act({ type: 'slash', as: await my(), channel: (await channel(where)).id, text }),
    post: async (where: string, text: string, options: { threadTs?: string } = {}) =>
      door.act({ type: 'post', as: await my(), channel: (await channel(where)).id, text, ...options }),
    react: async (where: string, ts: string, name: string) =>
      door.act({ type: 'react', as: await my(), channel: (await channel(where)).id, ts, name }),
    /** Acts on one message; `text` is the new wording of an edit. */
    change: async (how: 'edit' | 'delete' | 'pin', { where, ...rest }: { where: string; ts: string; text?: string }) =>
      door.act({ type: how, as: await my(), channel: (await channel(where)).id, ...rest }),
    /** Acts that need nothing but a channel. */
    visit: async (how: 'join' | 'leave' | 'archive' | 'read', where: string) =>
      door.act({ type: how, as: await my(), channel: (await channel(where)).id }),
  };
}

/** What is clicked. */
function hands(door: Door, eyes: Eyes) {
  async function click(where: string, what: string, options: ElementOptions = {}): Promise<ActResult> {
    const found = await eyes.find(where, what, options);
    const { placed, spot, now } = found;
    const value = await chosenValue(door, found, options.value);
    const act = { as: now.as, blockId: placed.blockId, actionId: placed.actionId, ...(value !== undefined && { value }) };
    return 'viewId' in spot ? door.act({ type: 'view_action', ...act, ...spot }) : door.act({ type: 'action', ...act, ...spot });
  }
  return {
    /** Presses a button, found by action_id or its words; waits until it is there. */
    click,
    /** Chooses in a menu or picker outside of form fields, by the option's words or value. */
    select: (where: string, what: string, value: unknown, options: ElementOptions = {}) => click(where, what, { ...options, value }),
    /** Types into an external menu; `response` holds the options. */
    async suggest(where: string, what: string, query: string): Promise<ActResult> {
      const { placed, spot, now } = await eyes.find(where, what, {});
      return door.act({ type: 'suggest', as: now.as, ...spot, blockId: placed.blockId, actionId: placed.actionId, query });
    },
    openHome: async () => door.act({ type: 'open_home', as: await eyes.my() }),
    shortcut: async (callbackId: string) => door.act({ type: 'shortcut', as: await eyes.my(), callbackId }),
    messageShortcut: async (where: string, ts: string, callbackId: string) =>
      door.act({ type: 'message_shortcut', as: await eyes.my(), channel: (await eyes.channel(where)).id, ts, callbackId }),
  };
}

/** What is done to the form on top. */
function forms(door: Door, eyes: Eyes) {
  const top = async (): Promise<View> => waitUntil(eyes.top, () => `${eyes.who} has no form open.`);
  return {
    /** Fills fields, by label, block_id or action_id; stops at the first that fails. */
    async fill(values: Record<string, unknown>): Promise<ActResult> {
      let last: ActResult = { ok: true };
      for (const [what, human] of Object.entries(values)) {
        const found = await eyes.find('modal', what, {});
        const { placed, spot, now } = found;
        if (!('viewId' in spot)) throw new Error(`${eyes.who} has no form open.`);
        const value = await chosenValue(door, found, human);
        last = await door.act({ type: 'view_input', as: now.as, ...spot, blockId: placed.blockId, actionId: placed.actionId, value });
        if (!last.ok) return last;
      }
      return last;
    },
    submit: async () => door.act({ type: 'submit', as: await eyes.my(), viewId: (await top()).id }),
    close: async (options: { all?: boolean } = {}) =>
      door.act({ type: 'close', as: await eyes.my(), viewId: (await top()).id, ...options }),
  };
}

function describeMatcher(matcher: Matcher): string {
  return typeof matcher === 'function' ? 'such message' : `message with ${String(matcher)}`;
}
