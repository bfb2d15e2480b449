// @ts-check
/** The list of a channel and the list of a thread: grouping, day lines, and staying at the bottom while reading the newest. */
import { dayLabel, isoDay } from './dates.js';
import { byId, h, patch } from './dom.js';
import { isSystem, messageNode, signature } from './message.js';
import { act, channelLabel, messagesOf, viewer } from './store.js';
import { summary } from './text.js';

/** @typedef {import('./store.js').Message} Message */
/** @typedef {import('./store.js').Channel} Channel */
/** @typedef {import('./dom.js').Keyed} Keyed */

const GROUP_SECONDS = 300;
let shownChannel = '';

/** @param {Message} message */
function inChannel(message) {
  return (
    !message.threadTs ||
    message.threadTs === message.ts ||
    message.subtype === 'thread_broadcast' ||
    (message.ephemeralFor !== undefined && !message.threadTs)
  );
}

/** @param {Channel} channel */
export function renderMessages(channel) {
  const scroller = byId('messages-scroll');
  const switched = shownChannel !== channel.id;
  const atBottom = switched || scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < 60;
  if (switched) quietly(byId('messages'));
  shownChannel = channel.id;
  const list = messagesOf(channel.id).filter(inChannel);
  patch(byId('messages'), [intro(channel), ...rowsOf(list, false)]);
  if (atBottom) scroller.scrollTop = scroller.scrollHeight;
  byId('jump').hidden = atBottom;
  if (channel.unread > 0 && document.visibilityState === 'visible') void act({ type: 'read', channel: channel.id });
}

/** A new message is read aloud; a whole channel that was only opened is not. @param {HTMLElement} list */
function quietly(list) {
  list.setAttribute('aria-live', 'off');
  list.replaceChildren();
  setTimeout(() => list.setAttribute('aria-live', 'polite'), 500);
}

export function forgetChannel() {
  shownChannel = '';
}

/** @param {Channel} channel @returns {Keyed} */
function intro(channel) {
  const name = channel.kind === 'im' ? channelLabel(channel) : `#${channel.name}`;
  const words = channel.kind === 'im' ? `This is between you and ${name}.` : channel.purpose || `This is the beginning of ${name}.`;
  return {
    key: 'intro',
    sig: name + words,
    build: () => h('div', { class: 'intro' }, h('strong', {}, h('bdi', {}, name)), h('p', {}, summary(words))),
  };
}

/** @param {Message[]} list @param {boolean} inThread @returns {Keyed[]} */
export function rowsOf(list, inThread) {
  /** @type {Keyed[]} */
  const rows = [];
  let day = '';
  for (const [index, message] of list.entries()) {
    const today = isoDay(Number(message.ts) * 1000, viewer().tz);
    const newDay = today !== day && !inThread;
    if (newDay) rows.push(dayLine(message));
    day = today;
    const how = { grouped: !newDay && isGrouped(list[index - 1], message), inThread };
    rows.push({ key: message.ts, sig: signature(message, how), build: () => messageNode(message, how) });
  }
  return rows;
}

/** @param {Message} message @returns {Keyed} */
function dayLine(message) {
  const label = dayLabel(Number(message.ts) * 1000, viewer());
  return {
    key: `day ${message.ts.split('.')[0]}`,
    sig: label,
    build: () => h('div', { class: 'day', role: 'separator' }, h('span', {}, label)),
  };
}

/** @param {Message | undefined} before @param {Message} message */
function isGrouped(before, message) {
  if (!before || isSystem(before) || isSystem(message) || before.user !== message.user) return false;
  if (message.ephemeralFor || before.ephemeralFor || message.isPinned || before.replyCount > 0) return false;
  return Number(message.ts) - Number(before.ts) < GROUP_SECONDS;
}
