// Pages, Link headers, and the `created` filter of lists.
import type { Answer, Ask } from '../http.ts';

/** One page of a list. */
export function pageOf<T>(ask: Ask, items: readonly T[]): { items: T[]; headers: Record<string, string> } {
  const perPage = clamp(ask.query.get('per_page'), 30, 100);
  const page = clamp(ask.query.get('page'), 1, Number.MAX_SAFE_INTEGER);
  const last = Math.max(1, Math.ceil(items.length / perPage));
  const start = (page - 1) * perPage;
  const links = [
    ...(page > 1 ? [link(ask, Math.min(page - 1, last), 'prev')] : []),
    ...(page < last ? [link(ask, page + 1, 'next'), link(ask, last, 'last')] : []),
    ...(page > 1 ? [link(ask, 1, 'first')] : []),
  ];
  return { items: items.slice(start, start + perPage), headers: links.length > 0 ? { link: links.join(', ') } : {} };
}

/** A page as a plain array. */
export function listAnswer<T>(ask: Ask, items: readonly T[], shape: (item: T) => unknown): Answer {
  const page = pageOf(ask, items);
  return { status: 200, body: page.items.map(shape), headers: page.headers };
}

/** A page wrapped with its total, as the Actions API has it. */
export function counted<T>(ask: Ask, key: string, items: readonly T[], shape: (item: T) => unknown): Answer {
  const page = pageOf(ask, items);
  return { status: 200, body: { total_count: items.length, [key]: page.items.map(shape) }, headers: page.headers };
}

function clamp(value: string | null, fallback: number, most: number): number {
  const number = Number(value ?? fallback);
  return Number.isInteger(number) && number > 0 ? Math.min(number, most) : fallback;
}

function link(ask: Ask, page: number, rel: string): string {
  const query = new URLSearchParams(ask.query);
  query.set('page', String(page));
  return `<http://${ask.headers.host ?? 'localhost'}${ask.path}?${query.toString()}>; rel="${rel}"`;
}

/** Reads `created` as GitHub's search syntax: `>=T`, `>T`, `<=T`, `<T`, `A..B`, or one day or moment. */
export function createdFilter(filter: string | null): (ms: number) => boolean {
  if (!filter) return () => true;
  const range = /^(.+)\.\.(.+)$/.exec(filter);
  if (range) return (ms) => ms >= moment(range[1], 'start') && ms <= moment(range[2], 'end');
  const [, operator = '', when] = /^(>=|<=|>|<)?(.*)$/.exec(filter) ?? [];
  switch (operator) {
    case '>=':
      return (ms) => ms >= moment(when, 'start');
    case '>':
      return (ms) => ms > moment(when, 'end');
    case '<=':
      return (ms) => ms <= moment(when, 'end');
    case '<':
      return (ms) => ms < moment(when, 'start');
    default:
      return (ms) => ms >= moment(when, 'start') && ms <= moment(when, 'end');
  }
}

// A day has a start and an end, a second too: stored times have milliseconds, written ones do not. `*` is open.
function moment(text: string | undefined, edge: 'start' | 'end'): number {
  if (!text || text === '*') return edge === 'start' ? -Infinity : Infinity;
  const start = Date.parse(text);
  if (Number.isNaN(start)) return NaN;
  const lasts = /^\d{4}-\d\d-\d\d$/.test(text) ? 86_400_000 : /\.\d+/.test(text) ? 1 : 1_000;
  return edge === 'start' ? start : start + lasts - 1;
}
