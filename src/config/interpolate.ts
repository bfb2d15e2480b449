// `${NAME}` as a whole value is read from the environment, in the few places that hold secrets or addresses. Nowhere else: a
// query or a text with ${…} in it means exactly that.
import type { Env } from './read-variable.ts';
import { readSecret } from './read-variable.ts';
import type { Path } from './located.ts';

const places: readonly Path[] = [
  ['providers', '*', '*'],
  ['services', '*', 'links', '*'],
];
const whole = /^\$\{([A-Z_][A-Z0-9_]*)\}$/;
const partial = /\$\{[A-Za-z0-9_]*\}/;

export type Interpolation = {
  readonly value: unknown;
  /** What was read, so that it can be kept out of logs. */
  readonly read: readonly string[];
};

type Report = (path: Path, message: string, suggestion: string) => void;

export function interpolate(value: unknown, env: Env, report: Report): Interpolation {
  const read: string[] = [];

  const visit = (current: unknown, path: Path): unknown => {
    if (Array.isArray(current)) return current.map((item, index) => visit(item, [...path, index]));
    if (typeof current === 'object' && current !== null) {
      return Object.fromEntries(Object.entries(current).map(([key, item]) => [key, visit(item, [...path, key])]));
    }
    return typeof current === 'string' ? text(current, path) : current;
  };

  const text = (current: string, path: Path): string => {
    const [, name] = whole.exec(current) ?? [];
    if (!places.some((place) => fits(place, path))) {
      if (name) report(path, 'cannot come from the environment', 'Only provider settings and links can; write the value itself.');
      return current;
    }
    if (!name) {
      if (partial.test(current))
        report(path, 'mixes ${…} with other text', 'Put the whole value into the variable and write only ${NAME}.');
      return current;
    }
    const { value: found, trouble } = readSecret(env, name);
    if (found === undefined) report(path, `needs the variable ${name}, which ${trouble ?? 'is not set'}`, `Set ${name}, or ${name}_FILE.`);
    else read.push(found);
    return found ?? current;
  };

  return { value: visit(value, []), read };
}

function fits(place: Path, path: Path): boolean {
  return place.length === path.length && place.every((part, index) => part === '*' || part === path[index]);
}
