/** The one known word somebody most likely meant, or undefined when nothing is close, or several are equally. */
export function nearMiss(word: string, known: readonly string[]): string | undefined {
  const limit = Math.max(1, Math.floor(word.length / 3));
  const [closest, second] = known
    .map((candidate) => ({ candidate, distance: distance(word.toLowerCase(), candidate.toLowerCase()) }))
    .filter((scored) => scored.distance <= limit)
    .toSorted((a, b) => a.distance - b.distance);
  return closest && closest.distance !== second?.distance ? closest.candidate : undefined;
}

/** Edits (insert, drop, replace, swap neighbours) from one word to the other. */
function distance(from: string, to: string): number {
  // Words come from a person; nobody means a known word by a text of hundreds of letters.
  if (from.length > 64) return Infinity;

  let twoAbove: number[] = [];
  let above = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let row = 1; row <= from.length; row++) {
    const current = [row];
    for (let column = 1; column <= to.length; column++) {
      const same = from[row - 1] === to[column - 1];
      const swapped = row > 1 && column > 1 && from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1];
      const replaced = (above[column - 1] ?? 0) + (same ? 0 : 1);
      const best = Math.min((above[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1, replaced);
      current.push(swapped ? Math.min(best, (twoAbove[column - 2] ?? 0) + 1) : best);
    }
    twoAbove = above;
    above = current;
  }
  return above[to.length] ?? Infinity;
}

/** “did you mean …?”, or the list of what is known. */
export function suggestFrom(word: string, known: readonly string[]): string {
  return didYouMean(word, known) ?? `known here: ${known.join(', ') || 'nothing'}`;
}

/** “did you mean …?”, when one known word is close. */
export function didYouMean(word: string, known: readonly string[]): string | undefined {
  const closest = nearMiss(word, known);
  return closest === undefined ? undefined : `did you mean ${closest}?`;
}
