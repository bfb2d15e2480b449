// @ts-check
/** The pane of one thread, with its own message box. */
import { composer } from './composer.js';
import { byId, fill, h, iconButton, patch } from './dom.js';
import { rowsOf } from './messages.js';
import { go, route } from './route.js';
import { channelLabel, messagesOf } from './store.js';

/** @typedef {import('./store.js').Channel} Channel */

let shown = '';

/** @param {Channel | undefined} channel */
export function renderThread(channel) {
  const pane = byId('thread');
  const parent = channel && messagesOf(channel.id).find((message) => message.ts === route.thread);
  pane.hidden = !parent;
  document.body.classList.toggle('has-thread', parent !== undefined);
  if (!channel || !parent) {
    shown = '';
    fill(pane);
    return;
  }
  const key = `${channel.id} ${parent.ts}`;
  if (shown !== key) build(pane, channel, parent.ts);
  const isNew = shown !== key;
  shown = key;
  const list = messagesOf(channel.id).filter((message) => message.ts === parent.ts || message.threadTs === parent.ts);
  const scroller = byId('thread-list');
  const atBottom = isNew || scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < 60;
  patch(scroller, rowsOf(list, true));
  if (atBottom) scroller.scrollTop = scroller.scrollHeight;
}

/** @param {HTMLElement} pane @param {Channel} channel @param {string} ts */
function build(pane, channel, ts) {
  fill(
    pane,
    h(
      'header',
      { class: 'pane-head' },
      h('h2', {}, 'Thread'),
      h('span', { class: 'topic' }, channelLabel(channel)),
      iconButton('close', 'Close thread', () => go({ thread: '' }), { 'data-testid': 'thread-close' }),
    ),
    h('div', { id: 'thread-list', class: 'thread-list', role: 'log', 'aria-label': 'Thread' }),
    composer({ channel: channel.id, threadTs: ts, placeholder: 'Reply…', testId: 'thread-composer' }),
  );
  pane.querySelector('textarea')?.focus();
}
