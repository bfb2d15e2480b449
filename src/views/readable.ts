/** A message as a page or a terminal can show it: what Slack would draw, without its markup and without buttons. */
import type { KnownBlock } from '@slack/types';
import type { Message } from './blocks.ts';

export interface Piece {
  text: string;
  bold?: true;
  code?: true;
  /** Of the web; nothing else becomes a link. */
  url?: string;
}

export interface Paragraph {
  kind: 'heading' | 'text' | 'small';
  lines: Piece[][];
}

/** What people and rooms are called, by id. */
export type Names = ReadonlyMap<string, string>;

/** Paragraph by paragraph; a message without blocks is its text. */
export function readable({ text, blocks }: Message, names: Names): Paragraph[] {
  if (blocks.length === 0) return [{ kind: 'text', lines: linesOf(text, names) }];
  return blocks.flatMap((block) => paragraphOf(block, names));
}

/** Buttons are left out: what can be done is said in another way there. */
function paragraphOf(block: KnownBlock, names: Names): Paragraph[] {
  if (block.type === 'header') return [{ kind: 'heading', lines: [[{ text: block.text.text }]] }];
  if (block.type === 'section') return block.text ? [{ kind: 'text', lines: linesOf(block.text.text, names) }] : [];
  if (block.type !== 'context') return [];
  return block.elements.map((element) => ({ kind: 'small', lines: 'text' in element ? linesOf(element.text, names) : [] }));
}

const linesOf = (mrkdwn: string, names: Names): Piece[][] => mrkdwn.split('\n').map((line) => piecesOf(line, names));

/** Each alternative ends at a sign that it cannot contain, so a line is read once. */
const token = /<[^<>]*>|`[^`]*`|\*/g;

function piecesOf(line: string, names: Names): Piece[] {
  const pieces: Piece[] = [];
  let bold = false;
  let from = 0;
  const push = (piece: Piece): void => {
    if (piece.text !== '') pieces.push(bold ? { ...piece, bold: true } : piece);
  };
  for (const { 0: found, index } of line.matchAll(token)) {
    if (found === '*' && !(bold ? closes(line, index) : opens(line, index))) continue;
    push({ text: decoded(line.slice(from, index)) });
    from = index + found.length;
    if (found === '*') bold = !bold;
    else if (found.startsWith('`')) push({ text: decoded(found.slice(1, -1)), code: true });
    else push(reference(found.slice(1, -1), names));
  }
  push({ text: decoded(line.slice(from)) });
  return pieces;
}

const opens = (line: string, at: number): boolean => /^\*\S/.test(line.slice(at, at + 2)) && line.includes('*', at + 1);
const closes = (line: string, at: number): boolean => !/\s/.test(line.charAt(at - 1));

/** `@U1`, `#C1`, `!date^…|fallback`, `https://…|label` */
function reference(inner: string, names: Names): Piece {
  const [target = '', label] = inner.split('|', 2);
  if (/^https?:\/\//.test(target)) return { text: decoded(label ?? target), url: decoded(target) };
  if (target.startsWith('@') || target.startsWith('#')) {
    const name = names.get(target.slice(1));
    return { text: name === undefined ? target : `${target.startsWith('#') ? '#' : '@'}${name}` };
  }
  return { text: decoded(label ?? target) };
}

const decoded = (text: string): string => text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');

/** For a terminal: headings underlined, links with their address. */
export function plainText(paragraphs: readonly Paragraph[]): string {
  return paragraphs.map(({ kind, lines }) => plainParagraph(kind, lines.map(plainLine))).join('\n\n');
}

const plainLine = (pieces: readonly Piece[]): string =>
  pieces.map(({ text, url }) => (url === undefined || url === text ? text : `${text} (${url})`)).join('');

function plainParagraph(kind: Paragraph['kind'], lines: readonly string[]): string {
  const text = lines.join('\n');
  return kind === 'heading' ? `${text}\n${'='.repeat(Math.min(72, text.length))}` : text;
}
