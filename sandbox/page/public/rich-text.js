// @ts-check
/** `rich_text` and `table` blocks. */
import { formatDate } from './dates.js';
import { h } from './dom.js';
import { safeUrl } from './mrkdwn.js';
import { viewer } from './store.js';
import { channelNode, emojiNode, linkNode, plain, userNode } from './text.js';

/** @typedef {Record<string, any>} Part */

/** @param {Part[]} parts @returns {Node[]} */
export function richText(parts) {
  return parts.map((part) => {
    if (part.type === 'rich_text_list') return richList(part);
    if (part.type === 'rich_text_preformatted') return h('pre', { tabindex: '0' }, pieces(part.elements));
    if (part.type === 'rich_text_quote') return h('blockquote', {}, pieces(part.elements));
    return h('div', { class: 'text' }, pieces(part.elements));
  });
}

/** @param {Part} part */
function richList(part) {
  const list = h(part.style === 'ordered' ? 'ol' : 'ul', { start: part.offset ? Number(part.offset) + 1 : undefined });
  const depth = { '--depth': String(Math.min(6, part.indent ?? 0)) };
  for (const one of part.elements ?? []) list.append(h('li', { vars: depth }, pieces(one.elements)));
  return list;
}

/** @param {Part[] | undefined} elements @returns {Node[]} */
function pieces(elements) {
  return (elements ?? []).map(piece);
}

/** @param {Part} part @returns {Node} */
function piece(part) {
  switch (part.type) {
    case 'text':
      return styled(h('span', {}, plain(String(part.text ?? ''))), part.style);
    case 'link':
      return richLink(part);
    case 'user':
      return userNode(String(part.user_id));
    case 'channel':
      return channelNode(String(part.channel_id));
    case 'usergroup':
      return h('span', { class: 'mention' }, `@${part.usergroup_id}`);
    case 'broadcast':
      return h('span', { class: 'mention broadcast' }, `@${part.range}`);
    case 'emoji':
      return emojiNode(String(part.name));
    case 'date':
      return h(
        'time',
        {},
        formatDate({ unix: Number(part.timestamp), format: String(part.format ?? ''), fallback: String(part.fallback ?? '') }, viewer()),
      );
    case 'color':
      return h('code', {}, String(part.value));
    default:
      return h('code', { title: 'unknown element' }, JSON.stringify(part));
  }
}

/** @param {Part} part */
function richLink(part) {
  const label = String(part.text ?? part.url ?? '');
  const url = safeUrl(String(part.url ?? ''));
  return styled(url ? linkNode(url, label) : h('span', {}, plain(label)), part.style);
}

/** @param {HTMLElement} node @param {Part | undefined} style */
function styled(node, style) {
  let result = node;
  for (const [mark, tag] of [
    ['code', 'code'],
    ['bold', 'strong'],
    ['italic', 'em'],
    ['strike', 'del'],
  ]) {
    if (style?.[mark]) result = h(tag, {}, result);
  }
  return result;
}

/** @param {Part} block */
export function tableBlock(block) {
  const [head, ...rows] = block.rows ?? [];
  const row = (/** @type {Part[]} */ cells, /** @type {string} */ tag) =>
    h(
      'tr',
      {},
      cells.map((cell, column) => h(tag, { class: alignment(block, column) }, tableCell(cell))),
    );
  return h(
    'div',
    { class: 'table-scroll', tabindex: '0' },
    h(
      'table',
      {},
      h('thead', {}, row(head ?? [], 'th')),
      h(
        'tbody',
        {},
        rows.map((/** @type {Part[]} */ cells) => row(cells, 'td')),
      ),
    ),
  );
}

/** @param {Part} block @param {number} column */
function alignment(block, column) {
  const { align, is_wrapped } = block.column_settings?.[column] ?? {};
  return `${align === 'right' || align === 'center' ? `align-${align}` : ''} ${is_wrapped ? 'wrapped' : ''}`.trim() || undefined;
}

/** @param {Part} cell @returns {Node[]} */
function tableCell(cell) {
  if (cell?.type === 'rich_text') return richText(cell.elements ?? []);
  return plain(String(cell?.text ?? cell?.value ?? '')).map((one) => (typeof one === 'string' ? document.createTextNode(one) : one));
}
