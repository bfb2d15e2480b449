import { Refusal } from '../domain/refusal.ts';

export type Root = 'incident' | 'rollback';

/** One verb of a root command, with its help. The empty name is the bare command. */
export interface Verb {
  name: string;
  aliases?: readonly string[];
  usage: string;
  help: string;
  example: string;
}

/** Finds the verb by name, alias or unique beginning. @throws Refusal with the nearest match, or with those it could mean */
export function findVerb(root: Root, verbs: readonly Verb[], text: string): { verb: Verb; rest: string } {
  const [, said = '', rest = ''] = /^\s*(\S*)\s*([\s\S]*)$/.exec(text) ?? [];
  const word = said.toLowerCase();
  const exact = verbs.find((verb) => verb.name === word || verb.aliases?.includes(word));
  if (exact) return { verb: exact, rest: rest.trim() };

  const begun = verbs.filter((verb) => word !== '' && verb.name.startsWith(word));
  const [only] = begun;
  if (only && begun.length === 1) return { verb: only, rest: rest.trim() };
  throw new Refusal('unknown_verb', { command: `/${root}`, verb: word.slice(0, 40), hint: hint(root, verbs, { word, begun }) });
}

function hint(root: Root, verbs: readonly Verb[], { word, begun }: { word: string; begun: readonly Verb[] }): string {
  if (begun.length > 1) return `It could be ${begun.map((verb) => `\`${verb.name}\``).join(' or ')}.`;
  const names = verbs.flatMap((verb) => [verb.name, ...(verb.aliases ?? [])]).filter((name) => name !== '');
  const nearest = names.map((name) => ({ name, distance: distance(name, word) })).toSorted((a, b) => a.distance - b.distance)[0];
  if (nearest && nearest.distance <= 2) return `Did you mean \`/${root} ${nearest.name}\`?`;
  return `\`/${root} help\` lists what can be done.`;
}

/** How many letters must be added, removed or replaced to get from one word to the other (Levenshtein). */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (const [i, letter] of Array.from(a).entries()) {
    const next = [i + 1];
    for (const [j, other] of Array.from(b).entries()) {
      next.push(Math.min((row[j] ?? 0) + (letter === other ? 0 : 1), (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
