import type { KnownIncident } from './incident.ts';

const maxName = 80;

/** `inc-12-20261123-checkout-errors`, at most 80 characters; later attempts get a number when the name is taken. */
export function roomName(template: string, { number, declaredAt, title }: KnownIncident, attempt: number): string {
  const date = new Date(declaredAt).toISOString().slice(0, 10).replaceAll('-', '');
  const suffix = attempt === 1 ? '' : `-${attempt}`;
  const values: Record<string, string> = { number: String(number), date, slug: slugOf(title) };
  const name = template.replace(/\{(number|date|slug)\}/g, (_, key: string) => values[key] ?? '');
  return name.slice(0, maxName - suffix.length).replace(/[-_]+$/, '') + suffix;
}

/** Latin letters and digits of a title; other scripts are left out rather than guessed at. */
function slugOf(title: string): string {
  const plain = title.normalize('NFKD').toLowerCase();
  return plain
    .replace(/[\u0300-\u036F]/g, '')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 50);
}
