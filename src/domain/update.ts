/** What customers must not read in an update: host names, addresses, versions, commit ids, mentions, and the words given. */
const patterns = [
  /<[@#!][^>]*>/g, // mentions of people, channels and groups
  /\b(?:\d{1,3}\.){3}\d{1,3}\b/g, // addresses
  /\b[a-z0-9-]+(?:\.[a-z0-9-]+)*\.(?:internal|local|svc|lan|corp|cluster)\b/gi, // host names
  /\bv\d+(?:\.\d+)*\b/gi, // versions
  /(?<![\w.])\d+\.\d+\.(?!(?:19|20)\d\d(?!\d))\d+(?!\d|\.\d)(?:-[\w.]+)?/g, // versions without the v; a date such as 23.11.2026 is none
  /\b(?=[0-9a-f]*\d)(?=[0-9a-f]*[a-f])[0-9a-f]{7,40}\b/g, // commit ids
];

/** The parts of a text that must not leave the house, each once, in the order of the kinds above. */
export function leaks(text: string, words: readonly string[]): string[] {
  const found = patterns.flatMap((pattern) => text.match(pattern) ?? []);
  const said = words.filter((word) => word.length > 2 && mentions(text, word));
  return [...new Set([...found, ...said])];
}

function mentions(text: string, word: string): boolean {
  const escaped = word.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
  return new RegExp(String.raw`(?<![\w-])${escaped}(?![\w-])`, 'i').test(text);
}

/** When the next update of this audience is due; nothing for an audience that is told on change, or not at all. Milliseconds. */
export const nextUpdateAt = (
  cadence: { readonly kind: 'every'; readonly everyMs: number } | { readonly kind: 'on-change' | 'none' },
  at: number,
): number | undefined => (cadence.kind === 'every' ? at + cadence.everyMs : undefined);
