// Reads YAML into plain values and remembers where each of them stands.
import { isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument, type Node, type ParsedNode, type Range, type YAMLMap } from 'yaml';
import type { Problem } from './problem.ts';
import { exceededLimit } from './yaml-limits.ts';

export type Path = readonly (string | number)[];
export type Place = { readonly line: number; readonly column: number };

export type Located = {
  /** Undefined when the text is no YAML we read. */
  readonly value: unknown;
  readonly problems: readonly Problem[];
  /** Where the value at a path stands; for a value that is absent, where its nearest parent does. */
  readonly placeOf: (path: Path) => Place;
  /** Where the key at a path stands. */
  readonly placeOfKey: (path: Path) => Place;
};

type Reader = {
  readonly values: Map<string, number>;
  readonly keys: Map<string, number>;
  readonly report: (path: Path, offset: number, message: string) => undefined;
};

/** After the first few, what a parser says follows from them. */
const mostSyntaxErrors = 10;

export function readLocated(text: string, file: string): Located {
  const lines = new LineCounter();
  const problems: Problem[] = [];
  const placeAt = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  const reader: Reader = {
    values: new Map([['[]', 0]]),
    keys: new Map(),
    report: (path, offset, message) => {
      problems.push({ severity: 'error', file, ...placeAt(offset), path: pathText(path), message });
      return undefined;
    },
  };

  const value = parse(text, lines, reader);
  const placeOf = (path: Path) => placeAt(nearest(reader.values, path));
  const placeOfKey = (path: Path) => placeAt(reader.keys.get(JSON.stringify(path)) ?? nearest(reader.values, path));
  return { value, problems, placeOf, placeOfKey };
}

function parse(text: string, lineCounter: LineCounter, reader: Reader): unknown {
  const exceeded = exceededLimit(text);
  if (exceeded) return reader.report([], 0, exceeded);

  // The library's own test for equal keys compares every key with every other; ours is below.
  const document = parseDocument(text, { lineCounter, prettyErrors: false, uniqueKeys: false });
  const wrong = [...document.errors, ...document.warnings];
  for (const { message, pos } of wrong.slice(0, mostSyntaxErrors)) reader.report([], pos[0], inPlainWords(message));
  if (wrong.length > 0) return undefined;
  return document.contents === null ? {} : readNode(reader, document.contents, []);
}

function inPlainWords(message: string): string {
  if (message.includes('multiple documents')) return 'begins a second document; one file holds one configuration';
  if (message.includes('reserved character')) return `${message}; put the text in quotes`;
  return message;
}

function readNode(reader: Reader, node: Node, path: Path): unknown {
  const [offset] = node.range ?? [0];
  reader.values.set(JSON.stringify(path), offset);
  if (isAlias(node)) return reader.report(path, offset, 'is a reference (*); write the value out, so that what you read is what happens');
  if ('anchor' in node && node.anchor) reader.report(path, offset, 'carries an anchor (&); write the value out where it is needed');
  if (isMap(node)) return readMap(reader, node, path);
  if (isSeq(node)) return node.items.map((item, index) => readNode(reader, item as Node, [...path, index]));
  return isScalar(node) ? node.value : undefined;
}

function readMap(reader: Reader, map: YAMLMap, path: Path): unknown {
  const entries = new Map<string, unknown>();
  for (const { key, value } of map.items as { key: ParsedNode; value: ParsedNode | null }[]) {
    const [offset] = key.range satisfies Range;
    const name = isScalar(key) && typeof key.value === 'string' ? key.value : undefined;
    if (name === undefined) reader.report(path, offset, 'has a key that is not a text; put it in quotes');
    else if (name === '__proto__') reader.report(path, offset, 'has a key that is reserved');
    else if (entries.has(name)) reader.report([...path, name], offset, 'is written twice; keep one of them');
    else {
      reader.keys.set(JSON.stringify([...path, name]), offset);
      reader.values.set(JSON.stringify([...path, name]), offset);
      entries.set(name, value === null ? null : readNode(reader, value, [...path, name]));
    }
  }
  return Object.fromEntries(entries);
}

function nearest(offsets: ReadonlyMap<string, number>, path: Path): number {
  return offsets.get(JSON.stringify(path)) ?? (path.length > 0 ? nearest(offsets, path.slice(0, -1)) : 0);
}

/** `services.shop.environments.production.verify[0].query` */
export function pathText(path: Path): string {
  return path.reduce<string>((text, part) => {
    if (typeof part === 'number') return `${text}[${part}]`;
    return text ? `${text}.${part}` : part;
  }, '');
}
