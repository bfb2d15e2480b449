// @ts-check
/** The `markdown` block: ordinary Markdown in the few shapes Slack draws. Line by line to blocks, then marks inside a line. */
import { h } from './dom.js';
import { safeUrl } from './mrkdwn.js';
import { emojiText, linkNode } from './text.js';

/** @typedef {{ lines: string[], at: number }} Reader */

/** @param {string} source @returns {Node[]} */
export function markdown(source) {
  const reader = { lines: source.replaceAll('\r\n', '\n').split('\n'), at: 0 };
  const nodes = [];
  while (reader.at < reader.lines.length) {
    const node = block(reader);
    if (node) nodes.push(node);
  }
  return nodes;
}

/** @param {Reader} reader @returns {Node | undefined} */
function block(reader) {
  const line = reader.lines[reader.at];
  if (line.trim() === '') return void (reader.at += 1);
  if (/^\s*```/.test(line)) return fence(reader);
  const heading = /^(#{1,6})\s+(.*?)\s*#*$/.exec(line);
  if (heading) return take(reader, h(`h${Math.min(6, heading[1].length + 2)}`, {}, inline(heading[2])));
  if (/^\s*([-*_])(?:\s*\1){2,}\s*$/.test(line)) return take(reader, h('hr'));
  if (/^\s*>/.test(line)) return quote(reader);
  if (ITEM.test(line)) return list(reader);
  if (line.includes('|') && /^\s*\|?\s*:?-+:?\s*(\|\s*:?-+:?\s*)*\|?\s*$/.test(reader.lines[reader.at + 1] ?? '')) return table(reader);
  return paragraph(reader);
}

const ITEM = /^(\s*)([-*+]|\d{1,9}[.)])\s+(.*)$/;

/** @param {Reader} reader @param {Node} node */
function take(reader, node) {
  reader.at += 1;
  return node;
}

/** @param {Reader} reader */
function fence(reader) {
  const from = reader.at + 1;
  let to = from;
  while (to < reader.lines.length && !/^\s*```/.test(reader.lines[to])) to += 1;
  reader.at = to + 1;
  return h('pre', { tabindex: '0' }, reader.lines.slice(from, to).join('\n'));
}

/** @param {Reader} reader */
function quote(reader) {
  const inside = [];
  while (/^\s*>/.test(reader.lines[reader.at] ?? '')) inside.push(reader.lines[reader.at++].replace(/^\s*> ?/, ''));
  return h(
    'blockquote',
    {},
    inside.flatMap((line, index) => [...(index ? ['\n'] : []), ...inline(line)]),
  );
}

/** Nested items are drawn by their indentation, which reads the same and needs no recursion. @param {Reader} reader */
function list(reader) {
  const ordered = /\d/.test(ITEM.exec(reader.lines[reader.at])?.[2] ?? '');
  const holder = h(ordered ? 'ol' : 'ul');
  let match;
  while ((match = ITEM.exec(reader.lines[reader.at] ?? ''))) {
    const task = /^\[([ xX])\]\s+(.*)$/.exec(match[3]);
    const box =
      task && h('span', { class: 'task', role: 'img', 'aria-label': task[1] === ' ' ? 'to do' : 'done' }, task[1] === ' ' ? '☐' : '☑');
    const item = h('li', {
      class: task ? 'task-item' : undefined,
      vars: { '--depth': String(Math.min(6, Math.floor(match[1].length / 2))) },
    });
    item.append(...(box ? [box, ' '] : []), ...inline(task ? task[2] : match[3]));
    if (ordered) item.setAttribute('value', String(parseInt(match[2], 10)));
    holder.append(item);
    reader.at += 1;
  }
  return holder;
}

/** @param {Reader} reader */
function table(reader) {
  const head = cells(reader.lines[reader.at]);
  reader.at += 2;
  const rows = [];
  while ((reader.lines[reader.at] ?? '').includes('|')) rows.push(cells(reader.lines[reader.at++]));
  const row = (/** @type {string[]} */ values, /** @type {string} */ tag) =>
    h(
      'tr',
      {},
      values.map((value) => h(tag, {}, inline(value))),
    );
  return h(
    'div',
    { class: 'table-scroll', tabindex: '0' },
    h(
      'table',
      {},
      h('thead', {}, row(head, 'th')),
      h(
        'tbody',
        {},
        rows.map((values) => row(values, 'td')),
      ),
    ),
  );
}

/** @param {string} line */
function cells(line) {
  return line
    .trim()
    .replace(/^\||\|$/g, '')
    .split('|')
    .map((cell) => cell.trim());
}

/** @param {Reader} reader */
function paragraph(reader) {
  const inside = [];
  do inside.push(reader.lines[reader.at++]);
  while (reader.at < reader.lines.length && !startsBlock(reader.lines[reader.at]));
  return h(
    'p',
    {},
    inside.flatMap((line, index) => [...(index ? ['\n'] : []), ...inline(line)]),
  );
}

/** @param {string} line */
function startsBlock(line) {
  return line.trim() === '' || /^\s*(```|>|#{1,6}\s)/.test(line) || ITEM.test(line);
}

const INLINE =
  /`([^`]+)`|\*\*(.+?)\*\*|__(.+?)__|~~(.+?)~~|\*([^*\s][^*]*)\*|(?<![\p{L}\p{N}])_([^_\s][^_]*)_(?![\p{L}\p{N}])|\[([^\]]{1,500})\]\(([^()\s]{1,2000})\)|(https?:\/\/[^\s<>)]+)/u;

/** @param {string} text @returns {Node[]} */
function inline(text) {
  const match = INLINE.exec(text);
  if (!match) return emojiText(text.replace(/\\([\\`*_~[\]()#>+.!|-])/g, '$1'));
  const before = emojiText(text.slice(0, match.index));
  return [...before, marked(match), ...inline(text.slice(match.index + match[0].length))];
}

/** @param {RegExpExecArray} match @returns {Node} */
function marked([whole, code, bold, bold2, strike, italic, italic2, label, target, bare]) {
  if (code !== undefined) return h('code', {}, code);
  if (bold ?? bold2) return h('strong', {}, inline(bold ?? bold2));
  if (strike) return h('del', {}, inline(strike));
  if (italic ?? italic2) return h('em', {}, inline(italic ?? italic2));
  const url = safeUrl(target ?? bare ?? '');
  return url ? linkNode(url, label ?? bare) : document.createTextNode(whole);
}
