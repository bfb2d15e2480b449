// @ts-check
/**
 * Slack's mrkdwn to a tree of plain objects. Order matters and is Slack's: `<…>` first, then code, then * _ ~ and quotes.
 * Nothing here touches the page, so node can test it.
 */
import { emoji } from './emoji.js';

/**
 * @typedef {{ t: 'text' | 'code' | 'pre' | 'emoji', v: string }} Leaf
 * @typedef {{ t: 'bold' | 'italic' | 'strike' | 'quote', c: MrkdwnNode[] }} Branch
 * @typedef {{ t: 'user' | 'channel' | 'subteam', id: string, label: string }} Mention
 * @typedef {{ t: 'broadcast', v: string }} Broadcast
 * @typedef {{ t: 'link', url: string, label: string }} Link
 * @typedef {{ t: 'date', unix: number, format: string, link: string, fallback: string }} DateNode
 * @typedef {Leaf | Branch | Mention | Broadcast | Link | DateNode} MrkdwnNode
 * @typedef {{ flat: string, tokens: Map<number, { node: MrkdwnNode, source: string }>, verbatim: boolean, dead: Record<string, number> }} Parse
 */

/** Stands for one `<…>` in the flattened text; the position, not the character, decides, so the same character in a message is harmless. */
const OBJECT = '\uFFFC';
const MARKS = /** @type {const} */ ({ '*': 'bold', _: 'italic', '~': 'strike' });
const MAX_DEPTH = 8;
const WORD = /[\p{L}\p{N}]/u;

/**
 * @param {string} source
 * @param {{ verbatim?: boolean }} [options] verbatim: bare addresses stay text
 * @returns {MrkdwnNode[]}
 */
export function parseMrkdwn(source, options = {}) {
  const parse = liftTokens(source, options.verbatim ?? false);
  return fenced(parse);
}

/** Links go nowhere but the web and mail; everything else stays what was written. @param {string} url */
export function safeUrl(url) {
  const plain = unescape(url).trim();
  return /^(https?:\/\/|mailto:)[^\s]+$/i.test(plain) ? plain : '';
}

/** @param {string} text */
export function unescape(text) {
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
}

/** What a person types is not markup, whatever it looks like. @param {string} text */
export function escape(text) {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** @param {string} source @param {boolean} verbatim @returns {Parse} */
function liftTokens(source, verbatim) {
  const tokens = new Map();
  let flat = '';
  let from = 0;
  for (const match of source.matchAll(/<([^<>\n]{1,3500})>/g)) {
    const node = readToken(match[1]);
    if (!node) continue;
    flat += source.slice(from, match.index);
    tokens.set(flat.length, { node, source: match[0] });
    flat += OBJECT;
    from = match.index + match[0].length;
  }
  return { flat: flat + source.slice(from), tokens, verbatim, dead: {} };
}

/** @param {string} body @returns {MrkdwnNode | undefined} */
function readToken(body) {
  const bar = body.indexOf('|');
  const head = bar < 0 ? body : body.slice(0, bar);
  const label = unescape(bar < 0 ? '' : body.slice(bar + 1));
  if (/^@[A-Z0-9]{2,}$/.test(head)) return { t: 'user', id: head.slice(1), label };
  if (/^#[A-Z0-9]{2,}$/.test(head)) return { t: 'channel', id: head.slice(1), label };
  if (head.startsWith('!')) return readCommand(head.slice(1), label);
  const url = safeUrl(head);
  return url ? { t: 'link', url, label: label || url.replace(/^mailto:/i, '') } : undefined;
}

/** @param {string} head @param {string} label @returns {MrkdwnNode | undefined} */
function readCommand(head, label) {
  if (/^(here|channel|everyone)$/.test(head)) return { t: 'broadcast', v: head };
  const subteam = /^subteam\^([A-Z0-9]+)$/.exec(head);
  if (subteam) return { t: 'subteam', id: subteam[1], label };
  const date = /^date\^(-?\d{1,12})\^([^^]+)(?:\^(.+))?$/.exec(head);
  if (date) return { t: 'date', unix: Number(date[1]), format: unescape(date[2]), link: safeUrl(date[3] ?? ''), fallback: label };
  return label ? { t: 'text', v: label } : undefined;
}

/** @param {Parse} parse @returns {MrkdwnNode[]} */
function fenced(parse) {
  /** @type {MrkdwnNode[]} */
  const nodes = [];
  let from = 0;
  while (from < parse.flat.length) {
    const open = parse.flat.indexOf('```', from);
    const close = open < 0 ? -1 : parse.flat.indexOf('```', open + 4);
    if (close < 0) break;
    nodes.push(...lines(parse, from, open));
    nodes.push({ t: 'pre', v: raw(parse, open + 3, close).replace(/^\n|\n$/g, '') });
    from = close + 3;
    if (parse.flat[from] === '\n') from += 1;
  }
  return [...nodes, ...lines(parse, from, parse.flat.length)];
}

/** Groups lines that begin with > into quotes. @param {Parse} parse @param {number} from @param {number} to @returns {MrkdwnNode[]} */
function lines(parse, from, to) {
  /** @type {MrkdwnNode[]} */
  const nodes = [];
  let start = from;
  while (start < to) {
    const all = quoteMark(parse, start, to, /(?:>|&gt;){3} ?/y);
    const mark = all || quoteMark(parse, start, to, /(?:>|&gt;) ?/y);
    const end = all ? to : lineEnd(parse, start, to);
    if (mark) pushQuote(nodes, inline(parse, start + mark, end, 0));
    else nodes.push(...inline(parse, start, Math.min(end + 1, to), 0));
    start = end + 1;
  }
  return joinText(nodes);
}

/** @param {Parse} parse @param {number} from @param {number} to @param {RegExp} pattern */
function quoteMark(parse, from, to, pattern) {
  pattern.lastIndex = from;
  const match = pattern.exec(parse.flat);
  return match && from + match[0].length <= to ? match[0].length : 0;
}

/** @param {MrkdwnNode[]} nodes @param {MrkdwnNode[]} children */
function pushQuote(nodes, children) {
  const last = nodes.at(-1);
  if (last?.t === 'quote') last.c.push({ t: 'text', v: '\n' }, ...children);
  else nodes.push({ t: 'quote', c: children });
}

/** @param {Parse} parse @param {number} from @param {number} to */
function lineEnd(parse, from, to) {
  const end = parse.flat.indexOf('\n', from);
  return end < 0 || end > to ? to : end;
}

/** @param {Parse} parse @param {number} from @param {number} to @param {number} depth @returns {MrkdwnNode[]} */
function inline(parse, from, to, depth) {
  /** @type {MrkdwnNode[]} */
  const nodes = [];
  let text = '';
  let at = from;
  while (at < to) {
    const found = special(parse, at, to, depth);
    if (!found) {
      text += parse.flat[at];
      at += 1;
      continue;
    }
    if (text) nodes.push({ t: 'text', v: unescape(text) });
    text = '';
    nodes.push(found.node);
    at = found.next;
  }
  if (text) nodes.push({ t: 'text', v: unescape(text) });
  return nodes;
}

/** @typedef {{ node: MrkdwnNode, next: number } | undefined} Found */

/** @param {Parse} parse @param {number} at @param {number} to @param {number} depth @returns {Found} */
function special(parse, at, to, depth) {
  const char = parse.flat[at];
  if (char === OBJECT) {
    const token = parse.tokens.get(at);
    return token && { node: token.node, next: at + 1 };
  }
  if (char === '`') return codeSpan(parse, at, to);
  if (char === '*' || char === '_' || char === '~') return depth < MAX_DEPTH ? marked(parse, at, to, depth) : undefined;
  if (char === ':') return emojiName(parse, at, to);
  if (char === 'h' && !parse.verbatim) return bareUrl(parse, at, to);
  return undefined;
}

/** @param {Parse} parse @param {number} at @param {number} to @returns {Found} */
function codeSpan(parse, at, to) {
  const close = parse.flat.indexOf('`', at + 1);
  if (close <= at + 1 || close >= to || close > lineEnd(parse, at, to)) return undefined;
  return { node: { t: 'code', v: raw(parse, at + 1, close) }, next: close + 1 };
}

/** @param {Parse} parse @param {number} at @param {number} to @param {number} depth @returns {Found} */
function marked(parse, at, to, depth) {
  const mark = /** @type {keyof typeof MARKS} */ (parse.flat[at]);
  const next = parse.flat[at + 1] ?? ' ';
  if (WORD.test(parse.flat[at - 1] ?? ' ') || /\s/.test(next) || next === mark || (parse.dead[mark] ?? -1) > at) return undefined;
  const end = lineEnd(parse, at, to);
  for (let close = at + 2; close < end; close += 1) {
    if (parse.flat[close] === '`') close = codeSpan(parse, close, end)?.next ?? close;
    if (parse.flat[close] !== mark || close >= end) continue;
    if (/\s/.test(parse.flat[close - 1]) || WORD.test(parse.flat[close + 1] ?? ' ')) continue;
    return { node: { t: MARKS[mark], c: inline(parse, at + 1, close, depth + 1) }, next: close + 1 };
  }
  // No closing mark on this line: later openers need not look again, which keeps a line of 40,000 stars linear.
  if (depth === 0) parse.dead[mark] = end;
  return undefined;
}

/** @param {Parse} parse @param {number} at @param {number} to @returns {Found} */
function emojiName(parse, at, to) {
  const pattern = /:([a-z0-9_+-]{1,60}):(?:skin-tone-\d:)?/y;
  pattern.lastIndex = at;
  const match = pattern.exec(parse.flat);
  if (!match || at + match[0].length > to || !emoji(match[1])) return undefined;
  return { node: { t: 'emoji', v: match[1] }, next: at + match[0].length };
}

/** @param {Parse} parse @param {number} at @param {number} to @returns {Found} */
function bareUrl(parse, at, to) {
  if (WORD.test(parse.flat[at - 1] ?? ' ')) return undefined;
  const pattern = /https?:\/\/[^\s<>|`\uFFFC]+/y;
  pattern.lastIndex = at;
  const found =
    pattern
      .exec(parse.flat)?.[0]
      .slice(0, to - at)
      .replace(/(?:&gt;.*|[.,;:!?)\]'"*_~]+)$/, '') ?? '';
  const url = safeUrl(found);
  return url ? { node: { t: 'link', url, label: url }, next: at + found.length } : undefined;
}

/** Inside code a token reads as what it stands for. @param {Parse} parse @param {number} from @param {number} to */
function raw(parse, from, to) {
  let text = '';
  for (let at = from; at < to; at += 1) {
    const token = parse.flat[at] === OBJECT ? parse.tokens.get(at) : undefined;
    text += token ? (token.node.t === 'link' ? token.node.label : token.source) : parse.flat[at];
  }
  return unescape(text);
}

/** @param {MrkdwnNode[]} nodes @returns {MrkdwnNode[]} */
function joinText(nodes) {
  /** @type {MrkdwnNode[]} */
  const joined = [];
  for (const node of nodes) {
    const last = joined.at(-1);
    if (node.t === 'text' && last?.t === 'text') last.v += node.v;
    else joined.push(node);
  }
  return joined;
}
