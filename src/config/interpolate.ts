// `${NAME}` as a whole value is read from the environment, in the few places that hold secrets or addresses. Nowhere else: a
// query or a text with ${…} in it means exactly that. In the target of a step and in the code of an environment it may also begin an
// address.
import type { Env } from './read-variable.ts';
import { readSecret } from './read-variable.ts';
import type { Path } from './located.ts';

const places: readonly Path[] = [
  ['providers', '*', '**'],
  ['services', '*', 'links', '*'],
];
/** What a provider is told about the thing it changes: part of what is approved, so no secret. */
const targets: readonly Path[] = [
  ['plans', '*', 'steps', '*', 'target', '**'],
  ['services', '*', 'environments', '*', 'code', '**'],
];
const whole = /^\$\{([A-Z_][A-Z0-9_]*)\}$/;
const beginning = /^\$\{([A-Z_][A-Z0-9_]*)\}(\/.*)?$/s;
const partial = /\$\{[A-Za-z0-9_]*\}/;

const secretName = /(TOKEN|SECRET|PASSWORD|PASSWD|CREDENTIALS?|API_?KEY|PRIVATE_?KEY)$/;
const secretRemedy = 'Give it to the provider, under providers, and leave it out of the target.';

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
    // What else stands in a target is the provider's: a body may have marks of its own.
    if (targets.some((place) => fits(place, path))) return inTarget(current, path);
    const [, name] = whole.exec(current) ?? [];
    if (!places.some((place) => fits(place, path))) {
      if (name) report(path, 'cannot come from the environment', 'Only provider settings, targets and links can; write the value itself.');
      return current;
    }
    if (name) return variable(name, path) ?? current;
    if (partial.test(current)) report(path, 'mixes ${…} with other text', 'Put the whole value into the variable and write only ${NAME}.');
    return current;
  };

  const inTarget = (current: string, path: Path): string => {
    const [, name, rest = ''] = beginning.exec(current) ?? [];
    if (name === undefined) return current;
    const found = secretName.test(name) ? undefined : variable(name, path);
    if (secretName.test(name)) report(path, 'would put a secret into the plan, which is stored and shown to everybody', secretRemedy);
    return found === undefined ? current : `${rest ? found.replace(/\/+$/, '') : found}${rest}`;
  };

  const variable = (name: string, path: Path): string | undefined => {
    const { value: found, trouble } = readSecret(env, name);
    if (found === undefined) report(path, `needs the variable ${name}, which ${trouble ?? 'is not set'}`, `Set ${name}, or ${name}_FILE.`);
    else read.push(found);
    return found;
  };

  return { value: visit(value, []), read };
}

/** `*` is any one key or index, `**` at the end any number of them, at least one. */
function fits(place: Path, path: Path): boolean {
  const open = place.at(-1) === '**';
  const begin = open ? place.slice(0, -1) : place;
  if (open ? path.length <= begin.length : path.length !== begin.length) return false;
  return begin.every((part, index) => part === '*' || part === path[index]);
}
