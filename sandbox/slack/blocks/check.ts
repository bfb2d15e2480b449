/** The small vocabulary the block rules are written in. A rule adds problems; nothing throws. */
import { codePoints, isRecord, list, record, text, type Json } from '../state/json.ts';

/** Where we are in the payload, and what was wrong so far. */
export interface Spot {
  readonly value: unknown;
  readonly pointer: string;
  readonly problems: string[];
}

/** A rule about one value. */
export type Rule = (spot: Spot) => void;

/** Adds a problem in Slack's wording, with the json-pointer of this place. */
export function problem(spot: Spot, complaint: string): void {
  spot.problems.push(`${complaint} [json-pointer:${spot.pointer || '/'}]`);
}

/** The place one step further in. */
export function at(spot: Spot, key: string | number): Spot {
  const value = typeof key === 'number' ? list(spot.value)[key] : record(spot.value)[key];
  return { value, pointer: `${spot.pointer}/${key}`, problems: spot.problems };
}

/** A string of `min` to `max` code points. */
export function words(max: number, min = 1): Rule {
  return (spot) => {
    if (typeof spot.value !== 'string') return problem(spot, 'should be a string');
    const length = codePoints(spot.value);
    if (length < min) problem(spot, `must be more than ${min - 1} characters`);
    if (length > max) problem(spot, `must be less than ${max + 1} characters`);
  };
}

/** One of these strings. */
export function oneOf(...allowed: string[]): Rule {
  return (spot) => {
    if (!allowed.includes(String(spot.value))) problem(spot, `must be a valid enum value. Valid values: ${allowed.join(', ')}`);
  };
}

/** true or false. */
export const flag: Rule = (spot) => {
  if (typeof spot.value !== 'boolean') problem(spot, 'should be a boolean');
};

/** A number in a range. */
export function number(min: number, max: number): Rule {
  return (spot) => {
    if (typeof spot.value !== 'number') return problem(spot, 'should be a number');
    if (spot.value < min || spot.value > max) problem(spot, `must be between ${min} and ${max}`);
  };
}

/** Text that matches; `name` is how Slack calls the shape. */
export function shaped(pattern: RegExp, name: string): Rule {
  return (spot) => {
    if (typeof spot.value !== 'string' || !pattern.test(spot.value)) problem(spot, `must be a valid ${name}`);
  };
}

/** A list of `min` to `max` items, each of them fitting. */
export function items(rule: Rule, max: number, min = 1): Rule {
  return (spot) => {
    if (!Array.isArray(spot.value)) return problem(spot, 'should be an array');
    const entries = list(spot.value);
    if (entries.length < min) problem(spot, `no less than ${min} items required`);
    if (entries.length > max) problem(spot, `no more than ${max} items allowed`);
    for (const index of entries.keys()) rule(at(spot, index));
  };
}

/** An object: `needed` keys must be there, `possible` ones may; anything else is refused, as Slack does. */
export function shape(needed: Record<string, Rule>, possible: Record<string, Rule> = {}): Rule {
  return (spot) => {
    if (!isRecord(spot.value)) return problem(spot, 'should be an object');
    for (const key of Object.keys(needed)) if (spot.value[key] === undefined) problem(spot, `missing required field: ${key}`);
    for (const [key, inner] of Object.entries(spot.value)) {
      const rule = needed[key] ?? possible[key];
      if (!rule) problem(spot, `invalid additional property: ${key}`);
      else if (inner !== undefined) rule(at(spot, key));
    }
  };
}

/** Chooses the rule by the object's `type`. */
export function byType(rules: Record<string, Rule>): Rule {
  return (spot) => {
    if (!isRecord(spot.value)) return problem(spot, 'should be an object');
    const type = spot.value['type'];
    if (type === undefined) return problem(spot, 'missing required field: type');
    const rule = typeof type === 'string' ? rules[type] : undefined;
    if (rule) rule(spot);
    else problem(at(spot, 'type'), `unsupported type: ${text(type)}`);
  };
}

/** All of these. */
export function all(...rules: Rule[]): Rule {
  return (spot) => {
    for (const rule of rules) rule(spot);
  };
}

/** Anything: the field is known, its inside is not checked. */
export const anything: Rule = () => undefined;

/** Exactly one of the keys must be present. */
export function exactlyOne(...keys: string[]): Rule {
  return (spot) => {
    const present = keys.filter((key) => record(spot.value)[key] !== undefined);
    if (present.length !== 1) problem(spot, `must provide exactly one of: ${keys.join(', ')}`);
  };
}

/** No two items of a list may share this value. */
export function distinct(spot: Spot, entries: readonly Json[], key: string): void {
  const seen = new Set<unknown>();
  for (const entry of entries) {
    const value = entry[key];
    if (value !== undefined && seen.has(value))
      problem(spot, `\`${key}\` "${text(value)}" already exists for another ${key === 'block_id' ? 'block' : 'element'}`);
    seen.add(value);
  }
}
