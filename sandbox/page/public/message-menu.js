// @ts-check
/** What can be done with a message: react, reply, pin, edit, delete, and the app's message shortcuts. */
import { ask } from './confirm.js';
import { h, iconButton } from './dom.js';
import { findEmoji, frequent } from './emoji.js';
import { closePopover, menu, popover, toast } from './popover.js';
import { openThread } from './route.js';
import { act, snap } from './store.js';
import { emojiNode } from './text.js';
import { unescape } from './mrkdwn.js';

/** @typedef {import('./store.js').Message} Message */

/** @param {Message} message @param {boolean} inThread */
export function messageTools(message, inThread) {
  const react = iconButton('smile', 'Add reaction', () => openReactions(react, message), {
    'data-testid': 'add-reaction',
    'data-focus-id': 'react',
    'aria-haspopup': 'true',
  });
  const more = iconButton('more', 'More actions', () => openMessageMenu(more, message, inThread), {
    'data-testid': 'message-more',
    'data-focus-id': 'more',
    'aria-haspopup': 'menu',
  });
  const reply =
    !inThread &&
    !message.ephemeralFor &&
    iconButton('reply', 'Reply in thread', () => replyTo(message), { 'data-testid': 'reply', 'data-focus-id': 'reply' });
  return h('div', { class: 'tools', role: 'toolbar', 'aria-label': 'Message actions' }, !message.ephemeralFor && react, reply, more);
}

/** @param {Message} message */
function replyTo(message) {
  openThread(message.threadTs ?? message.ts);
}

/** @param {Record<string, unknown> & { type: import('./store.js').Act['type'] }} deed */
async function tryAct(deed) {
  const answer = await act(deed);
  if (!answer.ok) toast(answer.message ?? answer.error ?? 'That did not work.');
}

/** @param {HTMLElement} anchor @param {Message} message @param {boolean} inThread */
export function openMessageMenu(anchor, message, inThread) {
  const { channel, ts } = message;
  const shortcuts = snap().shortcuts.filter((one) => one.type === 'message');
  const own = message.user === snap().as && !message.ephemeralFor;
  /** @type {(import('./popover.js').MenuItem | 'line' | { heading: string })[]} */
  const items = [];
  if (!message.ephemeralFor) {
    if (!inThread) items.push({ label: 'Reply in thread', icon: 'reply', run: () => replyTo(message) });
    items.push({ label: 'Add reaction', icon: 'smile', run: () => openReactions(anchor, message) });
    items.push({
      label: message.isPinned ? 'Unpin from channel' : 'Pin to channel',
      icon: 'pin',
      run: () => void tryAct({ type: 'pin', channel, ts }),
    });
    if (own) items.push({ label: 'Edit message', icon: 'edit', run: () => edit(anchor, message) });
    if (own) items.push({ label: 'Delete message', icon: 'trash', danger: true, run: () => void remove(message) });
    if (shortcuts.length > 0) items.push('line', { heading: snap().app.name });
    for (const one of shortcuts) {
      const run = () => void tryAct({ type: 'message_shortcut', callbackId: one.callbackId, channel, ts });
      items.push({ label: one.name, detail: one.description, icon: 'bolt', run, data: { 'data-callback-id': one.callbackId } });
    }
  }
  items.push({ label: 'Copy text', icon: 'check', run: () => void navigator.clipboard?.writeText(unescape(message.text)) });
  menu(anchor, 'Message actions', items);
}

/** @param {Message} message */
async function remove(message) {
  const sure = await ask({
    title: 'Delete this message?',
    text: { type: 'plain_text', text: 'It goes away for everybody.' },
    confirm: 'Delete',
    style: 'danger',
  });
  if (sure) await tryAct({ type: 'delete', channel: message.channel, ts: message.ts });
}

/** @param {HTMLElement} anchor @param {Message} message */
function edit(anchor, message) {
  const field = /** @type {HTMLTextAreaElement} */ (h('textarea', { class: 'field', rows: '3', 'aria-label': 'Message text' }));
  field.value = unescape(message.text);
  const save = () => {
    closePopover();
    void tryAct({ type: 'edit', channel: message.channel, ts: message.ts, text: field.value });
  };
  const buttons = h(
    'div',
    { class: 'dialog-buttons' },
    h('button', { type: 'button', class: 'button', onclick: closePopover }, 'Cancel'),
    h('button', { type: 'button', class: 'button primary', onclick: save }, 'Save'),
  );
  popover(anchor, h('div', { class: 'edit-box' }, field, buttons), { label: 'Edit message', wide: true });
  field.focus();
}

/** @param {HTMLElement} anchor @param {Message} message */
function openReactions(anchor, message) {
  const grid = h('div', { class: 'emoji-grid' });
  const search = /** @type {HTMLInputElement} */ (
    h('input', { class: 'field', type: 'text', placeholder: 'Find an emoji', 'aria-label': 'Find an emoji', autocomplete: 'off' })
  );
  const choose = (/** @type {string} */ name) => {
    closePopover();
    const own = message.reactions.find((one) => one.name === name)?.users.includes(snap().as);
    void tryAct({ type: 'react', channel: message.channel, ts: message.ts, name, remove: own ?? false });
  };
  const show = () => {
    const names = search.value ? findEmoji(search.value.toLowerCase(), 40).map((one) => one.name) : frequent;
    grid.replaceChildren(
      ...names.map((name) =>
        h(
          'button',
          {
            type: 'button',
            class: 'emoji-button',
            title: `:${name}:`,
            'aria-label': name,
            'data-emoji': name,
            onclick: () => choose(name),
          },
          emojiNode(name),
        ),
      ),
    );
  };
  search.addEventListener('input', show);
  search.addEventListener('keydown', (event) => event.key === 'Enter' && grid.querySelector('button')?.click());
  show();
  popover(anchor, h('div', { class: 'reaction-picker' }, search, grid), { label: 'Add reaction' });
  search.focus();
}
