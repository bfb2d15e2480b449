import type { ActionsBlock, Button, ContextBlock, HeaderBlock, KnownBlock, ModalView, SectionBlock } from '@slack/types';
import type { ActionId } from './ids.ts';
import { buttonValue } from './ids.ts';
import { clip, escape, plain, webAddress } from './text.ts';

/** What is posted: `text` stands alone for phones, notifications and screen readers. */
export interface Message {
  text: string;
  blocks: KnownBlock[];
}

/** What is opened over the conversation. */
export type Modal = ModalView;

/** Something stored, with the id it is stored under. */
export interface Known<State> {
  id: string;
  state: State;
}

/** Slack replaces a message only by one whose text has at most 4000 characters; a phone shows far less. */
const maxText = 2000;

/** A message; blocks that do not exist (now) may be handed in as `undefined`. */
export const message = (text: string, blocks: readonly (KnownBlock | undefined)[]): Message => ({
  text: clip(text, maxText),
  blocks: fit(blocks.filter((block) => block !== undefined).slice(0, 50)),
});

/** Slack takes about 13,000 characters in all blocks together, which it does not document. */
const maxTogether = 12_500;
const shorter = [3000, 1500, 750, 350, 200] as const;

/** When all paragraphs together are too long, each is cut to a length at which they fit. */
function fit(blocks: KnownBlock[]): KnownBlock[] {
  for (const max of shorter) {
    const cut = blocks.map((block) => (block.type === 'section' && block.text ? { ...block, text: mrkdwn(block.text.text, max) } : block));
    if (cut.reduce((sum, block) => sum + lettersOf(block), 0) <= maxTogether) return cut;
  }
  return blocks.slice(0, 10);
}

function lettersOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  return Object.entries(value).reduce(
    (sum, [key, inner]) => sum + (key === 'text' && typeof inner === 'string' ? inner.length : lettersOf(inner)),
    0,
  );
}

/** One short text and nothing else. */
export const note = (text: string): Message => message(text, [section(text)]);

// `verbatim` keeps Slack from guessing links, channels and people in what somebody wrote.
const mrkdwn = (text: string, max: number) => ({ type: 'mrkdwn', text: clip(text, max), verbatim: true }) as const;

export const header = (text: string): HeaderBlock => ({
  type: 'header',
  text: { type: 'plain_text', text: plain(text, 150), emoji: true },
});

/** A paragraph of mrkdwn, with a button next to it if one is given. */
export const section = (text: string, accessory?: Button): SectionBlock => ({
  type: 'section',
  text: mrkdwn(text, 3000),
  ...(accessory === undefined ? {} : { accessory }),
});

/** What somebody wrote, escaped and whole: in as many paragraphs as it takes. */
export function paragraphs(text: string): SectionBlock[] {
  const shown = escape(text).trim();
  if (shown.length <= 3000) return shown === '' ? [] : [section(shown)];
  const middle = Math.floor(text.length / 2);
  const space = Math.max(text.lastIndexOf('\n', middle), text.lastIndexOf(' ', middle));
  const cut = space > 0 ? space : middle;
  return [...paragraphs(text.slice(0, cut)), ...paragraphs(text.slice(cut))];
}

/** The lines that exist, as one paragraph. */
export const lines = (...texts: readonly (string | undefined)[]): string =>
  texts.filter((text) => text !== undefined && text !== '').join('\n');

/** Small grey words below: who, when, how it goes on. */
export const context = (...texts: readonly string[]): ContextBlock => ({
  type: 'context',
  elements: texts.slice(0, 10).map((text) => mrkdwn(text, 1000)),
});

/** A row of buttons, or nothing when none can be used now. */
export function actions(...buttons: readonly (Button | undefined)[]): ActionsBlock | undefined {
  const elements = buttons.filter((each) => each !== undefined);
  return elements.length === 0 ? undefined : { type: 'actions', elements };
}

interface ButtonLook {
  style?: 'primary' | 'danger';
  /** What is asked before it counts; names the target. */
  confirm?: { title: string; text: string; yes: string; no: string };
}

export function button(id: ActionId, label: string, value: Parameters<typeof buttonValue>[0] = {}, look: ButtonLook = {}): Button {
  const { style, confirm } = look;
  return {
    type: 'button',
    action_id: id,
    text: { type: 'plain_text', text: plain(label, 75), emoji: true },
    value: buttonValue(value),
    ...(style === undefined ? {} : { style }),
    ...(confirm === undefined ? {} : { confirm: dialog(confirm, style) }),
  };
}

const dialog = ({ title, text, yes, no }: NonNullable<ButtonLook['confirm']>, style: ButtonLook['style']) => ({
  title: { type: 'plain_text' as const, text: plain(title, 100) },
  text: mrkdwn(text, 300),
  confirm: { type: 'plain_text' as const, text: plain(yes, 30) },
  deny: { type: 'plain_text' as const, text: plain(no, 30) },
  ...(style === undefined ? {} : { style }),
});

/** A button that opens an address, when there is one. */
export function linkButton(url: string | undefined, label: string): Button | undefined {
  const address = webAddress(url)?.replaceAll('&amp;', '&');
  if (address === undefined) return undefined;
  return { type: 'button', action_id: 'link', text: { type: 'plain_text', text: plain(label, 75), emoji: true }, url: address };
}
