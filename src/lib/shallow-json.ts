/** Nested deeper than allowed, or no JSON at all. */
export class NotShallowJson extends Error {
  override name = 'NotShallowJson' as const;
}

/** Reads JSON from strangers: how deep it goes is looked at before it is parsed, in one pass. @throws NotShallowJson */
export function parseShallow(text: string, maxDepth: number): unknown {
  if (depthOf(text, maxDepth) > maxDepth) throw new NotShallowJson(`nested deeper than ${maxDepth}`);
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new NotShallowJson('no JSON', { cause });
  }
}

const quote = 0x22;
const backslash = 0x5c;
const opening = new Set([0x5b, 0x7b]);
const closing = new Set([0x5d, 0x7d]);

/** Brackets inside strings do not count. Stops at the first that is too deep. */
function depthOf(text: string, maxDepth: number): number {
  let depth = 0;
  let deepest = 0;
  let inString = false;
  for (let at = 0; at < text.length && deepest <= maxDepth; at += 1) {
    const code = text.charCodeAt(at);
    if (inString) {
      if (code === backslash) at += 1;
      else if (code === quote) inString = false;
    } else if (code === quote) inString = true;
    else if (opening.has(code)) deepest = Math.max(deepest, (depth += 1));
    else if (closing.has(code)) depth -= 1;
  }
  return deepest;
}
