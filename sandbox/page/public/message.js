// @ts-check
/** One message: who, when, its blocks or its text, and what can be done with it. */
import { renderBlocks } from './blocks.js';
import { clockTime } from './dates.js';
import { h, icon } from './dom.js';
import { messagePlace } from './places.js';
import { openThread } from './route.js';
import { act, person, snap, store, viewer } from './store.js';
import { avatar, emojiNode, mrkdwn } from './text.js';
import { messageTools, openMessageMenu } from './message-menu.js';

/** @typedef {import('./store.js').Message} Message */
/** @typedef {{ grouped: boolean, inThread: boolean }} How */

/** A message that changes arrives as another object. @type {WeakMap<Message, string>} */
const written = new WeakMap();

/** @param {Message} message */
function asText(message) {
  const text = written.get(message) ?? JSON.stringify(message);
  written.set(message, text);
  return text;
}

/** Changes exactly when the message looks different. @param {Message} message @param {How} how */
export function signature(message, how) {
  const troubles = [...store.buttonTrouble.keys()].filter((key) => key.startsWith(`${message.ts} `));
  const dates = asText(message).includes('_pretty}') ? new Date().getDate() : 0;
  return JSON.stringify([asText(message), how, snap().as, snap().people.length, troubles, dates]);
}

/** @param {Message} message @param {How} how @returns {HTMLElement} */
export function messageNode(message, how) {
  if (isSystem(message)) return systemLine(message);
  const who = person(message.user);
  const time = clockTime(Number(message.ts) * 1000, viewer().tz);
  const style = `message ${how.grouped ? 'grouped' : ''} ${message.ephemeralFor ? 'ephemeral' : ''} ${message.isPinned ? 'pinned' : ''}`;
  const node = h(
    'article',
    {
      class: style,
      role: 'article',
      'data-testid': 'message',
      'data-ts': message.ts,
      'data-ephemeral': message.ephemeralFor ? 'true' : undefined,
      'aria-label': `${who?.realName ?? message.user}, ${time}`,
      tabindex: '-1',
    },
    message.isPinned && h('div', { class: 'flag' }, icon('pin'), 'Pinned'),
    message.ephemeralFor && ephemeralFlag(message),
    gutter(message, how, time),
    h(
      'div',
      { class: 'message-main' },
      !how.grouped && byline(message, time),
      body(message),
      reactions(message),
      !how.inThread && threadLink(message),
    ),
    messageTools(message, how.inThread),
  );
  pressToOpen(node, message, how.inThread);
  return node;
}

/** @param {Message} message */
export function isSystem(message) {
  return message.subtype !== undefined && /^(channel|group)_/.test(message.subtype);
}

/** @param {Message} message */
function systemLine(message) {
  const time = clockTime(Number(message.ts) * 1000, viewer().tz);
  const who = person(message.user);
  const named = message.text.includes(`<@${message.user}`) ? '' : `${who?.realName ?? ''} `;
  return h(
    'div',
    { class: 'system', 'data-testid': 'system-line', 'data-ts': message.ts },
    h('time', {}, time),
    h('span', { class: 'text' }, named, mrkdwn(message.text)),
  );
}

/** @param {Message} message */
function ephemeralFlag(message) {
  const dismiss = h('button', { type: 'button', class: 'text-button', onclick: () => void dismissMessage(message) }, 'Dismiss');
  return h('div', { class: 'flag' }, icon('eye'), 'Only visible to you', h('span', { 'aria-hidden': 'true' }, '·'), dismiss);
}

/** @param {Message} message */
async function dismissMessage(message) {
  store.dismissed.add(`${message.channel} ${message.ts}`);
  await act({ type: 'delete', channel: message.channel, ts: message.ts });
  dispatchEvent(new Event('redraw'));
}

/** @param {Message} message @param {How} how @param {string} time */
function gutter(message, how, time) {
  if (!how.grouped) return h('div', { class: 'gutter' }, avatar(person(message.user)));
  return h('div', { class: 'gutter' }, h('time', { class: 'hover-time' }, time));
}

/** @param {Message} message @param {string} time */
function byline(message, time) {
  const who = person(message.user);
  const iso = new Date(Number(message.ts) * 1000).toISOString();
  return h(
    'div',
    { class: 'byline' },
    h('strong', {}, h('bdi', {}, who?.realName ?? message.user)),
    who?.isBot && h('span', { class: 'tag' }, 'app'),
    who?.isGuest && h('span', { class: 'tag' }, 'guest'),
    h('time', { datetime: iso }, time),
  );
}

/** @param {Message} message */
function body(message) {
  const edited = message.editedTs && h('span', { class: 'edited' }, ' (edited)');
  if (message.blocks.length > 0) return h('div', { class: 'message-body' }, renderBlocks(message.blocks, messagePlace(message)), edited);
  return h('div', { class: 'message-body text' }, mrkdwn(message.text), edited);
}

/** @param {Message} message */
function reactions(message) {
  if (message.reactions.length === 0) return null;
  const { as } = snap();
  return h(
    'div',
    { class: 'reactions' },
    message.reactions.map(({ name, users }) => {
      const own = users.includes(as);
      const names = users.map((id) => person(id)?.realName ?? id).join(', ');
      const toggle = () => void act({ type: 'react', channel: message.channel, ts: message.ts, name, remove: own });
      return h(
        'button',
        {
          type: 'button',
          class: `reaction ${own ? 'own' : ''}`,
          'aria-pressed': String(own),
          title: `${names} reacted with :${name}:`,
          'data-testid': 'reaction',
          'data-focus-id': `reaction-${name}`,
          onclick: toggle,
        },
        emojiNode(name),
        String(users.length),
      );
    }),
  );
}

/** @param {Message} message */
function threadLink(message) {
  if (message.replyCount < 1) return null;
  const label = `${message.replyCount} ${message.replyCount === 1 ? 'reply' : 'replies'}`;
  return h(
    'button',
    {
      type: 'button',
      class: 'thread-link',
      'data-testid': 'open-thread',
      'data-focus-id': 'thread-link',
      onclick: () => openThread(message.ts),
    },
    icon('reply'),
    label,
  );
}

const LONG_PRESS_MS = 450;

/** A finger has no hover: holding opens the menu. @param {HTMLElement} node @param {Message} message @param {boolean} inThread */
function pressToOpen(node, message, inThread) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  const stop = () => clearTimeout(timer);
  node.addEventListener('pointerdown', (event) => {
    if (event.pointerType !== 'touch' || (event.target instanceof Element && event.target.closest('button, a, input, textarea'))) return;
    timer = setTimeout(() => openMessageMenu(node, message, inThread), LONG_PRESS_MS);
  });
  for (const name of ['pointerup', 'pointercancel', 'pointermove']) node.addEventListener(name, stop);
}
