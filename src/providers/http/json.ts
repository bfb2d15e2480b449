// JSON values as versions: read out of an answer, filled into a template, compared and shown.
import { z } from 'zod';
import { canonical } from '../../lib/canonical.ts';

export type Json = z.output<typeof Json>;
export const Json = z.json();

/** Deeper values are nobody's configuration, and would exhaust the stack. */
const deepest = 32;
const longestLabel = 60;
const itemsShown = 5;

/** Parses JSON; `undefined` for what is none, or nothing we can carry: too deep, or with a number beyond what JSON can write. */
export function parseJson(text: string): Json | undefined {
  try {
    const value = JSON.parse(text) as Json;
    return isCarried(value, deepest) ? value : undefined;
  } catch {
    return undefined; // the caller knows what the text was meant to be, and says so
  }
}

function isCarried(value: Json, left: number): boolean {
  if (typeof value === 'number') return Number.isFinite(value);
  if (typeof value !== 'object' || value === null) return true;
  return left > 0 && Object.values(value).every((inner) => isCarried(inner, left - 1));
}

/** What a JSON pointer leads to; `undefined` when nothing is there. */
export function pick(value: Json, pointer: string): Json | undefined {
  const names = pointer
    .split('/')
    .slice(1)
    .map((name) => name.replaceAll('~1', '/').replaceAll('~0', '~'));
  let found: Json | undefined = value;
  for (const name of names) {
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, name)) return undefined;
    if (Array.isArray(found) && !/^\d+$/.test(name)) return undefined;
    found = (found as Record<string, Json>)[name];
  }
  return found;
}

/** Puts values into a template. A string that is nothing but a placeholder becomes the value itself, else its text. */
export function fill(template: Json, values: Readonly<Record<'value' | 'operation', Json>>): Json {
  if (typeof template === 'string') return fillText(template, values);
  if (Array.isArray(template)) return template.map((inner) => fill(inner, values));
  if (typeof template !== 'object' || template === null) return template;
  return Object.fromEntries(Object.entries(template).map(([name, inner]) => [name, fill(inner, values)]));
}

function fillText(template: string, values: Readonly<Record<'value' | 'operation', Json>>): Json {
  if (template === '{value}') return values.value;
  // One pass: a value that contains a placeholder itself stays as it is.
  return template.replaceAll(/\{(value|operation)\}/g, (_all, name: 'value' | 'operation') => textOf(values[name]));
}

/** Does a template contain this placeholder? */
export function mentions(template: Json, placeholder: string): boolean {
  if (typeof template === 'string') return template.includes(placeholder);
  return typeof template === 'object' && template !== null && Object.values(template).some((inner) => mentions(inner, placeholder));
}

const textOf = (value: Json): string => (typeof value === 'string' ? value : canonical(value));

/** A value in a few characters. */
export function labelOf(value: Json): string {
  const text = textOf(value) || '(empty)';
  return text.length > longestLabel ? `${text.slice(0, longestLabel - 1)}…` : text;
}

/** The kind of a value as a person calls it. */
export function kindOf(value: Json): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'list';
  if (typeof value === 'object') return 'object';
  if (typeof value === 'boolean') return 'true or false';
  return typeof value === 'number' ? 'number' : 'text';
}

/** What differs between two values, place by place: `v41: 100 → 0`. */
export function differences(from: Json, to: Json): string {
  const items = differing(from, to, '');
  const more = items.length > itemsShown ? [`and ${items.length - itemsShown} more`] : [];
  return [...items.slice(0, itemsShown), ...more].join(', ');
}

function differing(from: Json | undefined, to: Json | undefined, path: string): string[] {
  if (isObject(from) && isObject(to)) {
    const names = [...new Set([...Object.keys(from), ...Object.keys(to)])].toSorted();
    return names.flatMap((name) => differing(own(from, name), own(to, name), path === '' ? name : `${path}.${name}`));
  }
  if (canonical(from) === canonical(to)) return [];
  const shown = `${shownOf(from)} → ${shownOf(to)}`;
  return [path === '' ? shown : `${path.slice(0, longestLabel)}: ${shown}`];
}

const isObject = (value: Json | undefined): value is Record<string, Json> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const own = (record: Record<string, Json>, name: string): Json | undefined => (Object.hasOwn(record, name) ? record[name] : undefined);
const shownOf = (value: Json | undefined): string => (value === undefined ? 'nothing' : labelOf(value));
