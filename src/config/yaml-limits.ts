// A hostile or broken file must never stall the process, and the YAML library alone lets it: 50 000 keys keep it busy for two
// minutes, and deep nesting overflows its stack. Its first stage is linear and keeps its own stack, so we count there.
import { type CST, Parser } from 'yaml';

export const limits = { bytes: 64 * 1024, nodes: 2_000, depth: 24 } as const;

/** What the text has too much of, or undefined when it may be parsed. */
export function exceededLimit(text: string): string | undefined {
  if (Buffer.byteLength(text) > limits.bytes) return `is larger than ${limits.bytes / 1024} KB; the limit keeps it readable`;

  const open: { token: CST.Token; depth: number }[] = [...new Parser().parse(text)].map((token) => ({ token, depth: 0 }));
  let nodes = 0;
  for (let next = open.pop(); next; next = open.pop()) {
    nodes += 1;
    if (nodes > limits.nodes) return `holds more than ${limits.nodes} values; the limit keeps it readable`;
    if (next.depth > limits.depth) return `is nested more than ${limits.depth} levels deep`;
    for (const token of childrenOf(next.token)) open.push({ token, depth: next.depth + 1 });
  }
  return undefined;
}

function childrenOf(token: CST.Token): CST.Token[] {
  if (token.type === 'document') return token.value ? [token.value] : [];
  if (!('items' in token)) return [];
  return token.items.flatMap(({ key, value }) => [key, value]).filter((child) => child !== undefined && child !== null);
}
