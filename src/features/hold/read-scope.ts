import { everything } from '../../domain/hold.ts';
import type { Deps } from '../../ports.ts';

/** What somebody wants held or released. */
export interface Wanted {
  /** A service or `all`; absent when the text does not begin with one. */
  scope: string | undefined;
  reason: string;
}

/** `shop v42 breaks the checkout`, `all "nobody knows what it is"`. Without a scope all of it is the reason: nothing is guessed. */
export function readScope(text: string, { settings }: Pick<Deps, 'settings'>): Wanted {
  const [, word = '', rest = ''] = /^(\S*)\s*([\s\S]*)$/.exec(text.trim()) ?? [];
  const name = word.toLowerCase();
  if (name === everything || name === 'everything') return { scope: everything, reason: unquoted(rest) };
  if (settings.services.some(({ id }) => id === name)) return { scope: name, reason: unquoted(rest) };
  return { scope: undefined, reason: unquoted(text) };
}

const unquoted = (text: string): string =>
  text
    .trim()
    .replace(/^["“”']|["“”']$/g, '')
    .trim();
