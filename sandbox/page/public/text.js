// @ts-check
/** Parsed mrkdwn, names and plain text as nodes. */
import { formatDate } from './dates.js';
import { h } from './dom.js';
import { emoji } from './emoji.js';
import { parseMrkdwn } from './mrkdwn.js';
import { openChannel } from './route.js';
import { channel, channelLabel, person, store, viewer } from './store.js';

/** @typedef {import('./mrkdwn.js').MrkdwnNode} MrkdwnNode */

/** Characters that can turn a whole line around: shown, not obeyed. Isolates are harmless inside our own isolation. */
const OVERRIDES = /([\u202A-\u202E])/;

/** @param {string} text @returns {(Node | string)[]} */
export function plain(text) {
  if (!OVERRIDES.test(text)) return [text];
  return text.split(OVERRIDES).map((piece) => (OVERRIDES.test(piece) ? overrideMark(piece) : piece));
}

/** @param {string} character */
function overrideMark(character) {
  const code = `U+${character.charCodeAt(0).toString(16).toUpperCase()}`;
  return h('span', { class: 'override', title: 'A hidden character that would reverse the text' }, code);
}

/** @param {string} text @param {{ verbatim?: boolean }} [options] @returns {Node[]} */
export function mrkdwn(text, options) {
  return render(parseMrkdwn(text, options));
}

/** @param {MrkdwnNode[]} nodes @returns {Node[]} */
function render(nodes) {
  return nodes.flatMap((node, index) => renderNode(node, nodes[index - 1]));
}

/** @param {MrkdwnNode} node @param {MrkdwnNode | undefined} before @returns {Node | Node[]} */
function renderNode(node, before) {
  switch (node.t) {
    case 'text':
      return plain(node.v).map(asNode);
    case 'bold':
      return h('strong', {}, render(node.c));
    case 'italic':
      return h('em', {}, render(node.c));
    case 'strike':
      return h('del', {}, render(node.c));
    case 'quote':
      return h('blockquote', {}, render(node.c));
    case 'code':
      return h('code', {}, plain(node.v));
    case 'pre':
      return h('pre', { tabindex: '0' }, plain(node.v));
    case 'emoji':
      return emojiNode(node.v);
    case 'link':
      return linkNode(node.url, node.label);
    case 'user':
      return userNode(node.id, node.label);
    case 'channel':
      return channelNode(node.id, node.label);
    case 'subteam':
      return h('span', { class: 'mention' }, `@${node.label.replace(/^@/, '') || node.id}`);
    case 'broadcast':
      return h('span', { class: 'mention broadcast' }, `@${node.v}`);
    case 'date':
      return dateNode(node, before?.t !== 'text' || !/[\p{L},;] $/u.test(before.v));
  }
}

/** @param {Node | string} piece */
function asNode(piece) {
  return typeof piece === 'string' ? document.createTextNode(piece) : piece;
}

/** @param {string} name */
export function emojiNode(name) {
  const character = emoji(name);
  if (!character) return document.createTextNode(`:${name}:`);
  return h('span', { class: 'emoji', role: 'img', 'aria-label': `${name.replaceAll('_', ' ')}`, title: `:${name}:` }, character);
}

/** @param {string} url @param {string} label */
export function linkNode(url, label) {
  return h('a', { href: url, target: '_blank', rel: 'noopener noreferrer nofollow', title: url }, h('bdi', {}, plain(label)));
}

/** @param {string} id @param {string} label */
export function userNode(id, label = '') {
  const who = person(id);
  const own = id === store.snapshot?.as ? ' own' : '';
  return h(
    'span',
    { class: `mention${own}`, title: who?.realName ?? id, 'data-user': id },
    h('bdi', {}, `@${who?.realName ?? (label.replace(/^@/, '') || id)}`),
  );
}

/** @param {string} id @param {string} label */
export function channelNode(id, label = '') {
  const target = channel(id);
  const name = target ? channelLabel(target) : label.replace(/^#/, '');
  if (!target) return h('span', { class: 'mention' }, name ? `#${name}` : '#private');
  return h('button', { type: 'button', class: 'mention', onclick: () => openChannel(id) }, `#${name}`);
}

/** @param {Extract<MrkdwnNode, { t: 'date' }>} node @param {boolean} opens */
function dateNode(node, opens) {
  const time = h('time', { datetime: isoOf(node.unix), title: node.fallback }, formatDate(node, viewer(), opens));
  return node.link ? h('a', { href: node.link, target: '_blank', rel: 'noopener noreferrer nofollow' }, time) : time;
}

/** @param {number} unix */
function isoOf(unix) {
  const date = new Date(unix * 1000);
  return Number.isNaN(date.getTime()) ? '' : date.toISOString();
}

/**
 * A Block Kit text object: mrkdwn, or plain_text where only emoji mean something.
 * @param {unknown} object @returns {Node[]}
 */
export function textObject(object) {
  const { type, text, emoji: withEmoji, verbatim } = /** @type {Record<string, any>} */ (object ?? {});
  if (typeof text !== 'string') return [];
  if (type === 'mrkdwn') return mrkdwn(text, { verbatim });
  return withEmoji === false ? plain(text).map(asNode) : emojiText(text);
}

/** @param {string} text @returns {Node[]} */
export function emojiText(text) {
  return text.split(/(:[a-z0-9_+-]+:)/).flatMap((piece) => {
    const name = /^:([a-z0-9_+-]+):$/.exec(piece)?.[1];
    return name && emoji(name) ? [emojiNode(name)] : piece ? plain(piece).map(asNode) : [];
  });
}

/** Plain words of a text object, for labels and for the screen reader. @param {unknown} object */
export function words(object) {
  const text = typeof object === 'string' ? object : /** @type {{ text?: string }} */ (object ?? {}).text;
  return (text ?? '').replace(/:([a-z0-9_+-]+):/g, (whole, name) => emoji(name) ?? whole);
}

/** A message's text as one line of words. @param {string} text */
export function summary(text) {
  return render(parseMrkdwn(text))
    .map((node) => node.textContent)
    .join('')
    .replace(/\s+/g, ' ')
    .trim();
}

/** @param {import('./store.js').Person | undefined} who @param {string} [extra] */
export function avatar(who, extra = '') {
  const initials = (who?.realName ?? '?')
    .split(/\s+/)
    .slice(0, 2)
    .map((word) => [...word][0] ?? '')
    .join('')
    .toUpperCase();
  return h(
    'span',
    { class: `avatar ${who?.isBot ? 'bot' : ''} ${extra}`, vars: { '--tint': who?.colour ?? '#667' }, 'aria-hidden': 'true' },
    initials,
  );
}
