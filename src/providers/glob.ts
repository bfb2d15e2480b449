// Path patterns as people know them from git: `*` within a folder, `**` over folders, `?` one sign.

/** Does the path fit one of the patterns? A pattern without a slash fits the file's name, in whatever folder it is. */
export const fitsAny = (path: string, patterns: readonly string[]): boolean => patterns.some((pattern) => fits(path, pattern));

function fits(path: string, pattern: string): boolean {
  const anchored = pattern.replace(/^\//, '');
  return expressionOf(pattern.includes('/') ? anchored : `**/${pattern}`).test(path);
}

function expressionOf(pattern: string): RegExp {
  const source = pattern.replaceAll(/\*\*\/|\*\*|[*?]|[.+^${}()|[\]\\]/g, (part) => translations[part] ?? `\\${part}`);
  return new RegExp(`^${source}$`, 'i');
}

const translations: Record<string, string> = { '**/': '(?:[^/]+/)*', '**': '.*', '*': '[^/]*', '?': '[^/]' };
