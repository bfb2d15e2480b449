import { redacted, type Redact } from './redact.ts';

/** Deep enough for every shape we log; what lies deeper is somebody's whole client object. */
const deepest = 8;
const longestList = 100;
const longestText = 16_384;

/** A field with such a name holds a secret, whatever that looks like. */
const secretName =
  /^(?:(?:set-)?cookie|(?:proxy-)?authorization|x-(?:slack|hub)-signature.*|.*(?:password|passwd|secret|token|api[-_]?key|private[-_]?key))$/i;

/** Data as it may stand in a log: plain, finite, without secrets. Never throws, whatever it is given. */
export function loggable(value: unknown, redact: Redact): unknown {
  return plain(value, { redact, above: [] });
}

interface Walk {
  redact: Redact;
  /** The objects this value lies in: one that returns is a circle. */
  above: readonly object[];
}

function plain(value: unknown, walk: Walk): unknown {
  switch (typeof value) {
    case 'string':
      return short(walk.redact(value));
    case 'number':
    case 'bigint':
    case 'boolean':
      return number(value, walk);
    case 'symbol':
    case 'function':
      return `[${typeof value}]`;
    case 'undefined':
      return undefined;
    case 'object':
      return value === null ? null : object(value, walk);
  }
}

/** A password of digits alone is still a password. */
function number(value: number | bigint | boolean, { redact }: Walk): unknown {
  const text = String(value);
  if (redact(text) !== text) return redacted;
  return typeof value === 'boolean' || Number.isFinite(value) ? value : text;
}

const short = (text: string): string => (text.length <= longestText ? text : `${text.slice(0, longestText)}… (${text.length} characters)`);

function object(value: object, walk: Walk): unknown {
  if (walk.above.includes(value)) return '[circular]';
  if (walk.above.length >= deepest) return '[deeper]';
  const inside: Walk = { ...walk, above: [...walk.above, value] };
  try {
    return byKind(value, inside);
  } catch {
    // A getter or a proxy that throws: losing one field is better than losing the line, or the caller.
    return '[unreadable]';
  }
}

function byKind(value: object, walk: Walk): unknown {
  if (value instanceof Error) return errorFields(value, walk);
  if (Array.isArray(value)) return list(value, walk);
  if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return `[${value.byteLength} bytes]`;
  if (value instanceof Map)
    return record(
      [...value].map(([key, inner]): [string, unknown] => [String(key), inner]),
      walk,
    );
  if (value instanceof Set) return list([...value], walk);
  if ('toJSON' in value && typeof value.toJSON === 'function') return plain(value.toJSON(), walk);
  return record(Object.entries(value), walk);
}

function list(values: readonly unknown[], walk: Walk): unknown[] {
  const first = values.slice(0, longestList).map((inner) => plain(inner, walk) ?? null);
  return values.length > longestList ? [...first, `… (${values.length} entries)`] : first;
}

function record(entries: readonly [string, unknown][], walk: Walk): Record<string, unknown> {
  const fields = entries
    .slice(0, longestList)
    .map(([name, inner]): [string, unknown] => [short(walk.redact(name)), field(name, inner, walk)]);
  return Object.fromEntries(fields);
}

function field(name: string, value: unknown, walk: Walk): unknown {
  return typeof value === 'string' && value !== '' && secretName.test(name) ? redacted : plain(value, walk);
}

/** What explains an error: the chain of causes, and of its own fields the simple ones (a code, a status), not a client's whole request. */
function errorFields(error: Error, walk: Walk): Record<string, unknown> {
  const simple = Object.entries(error).filter(([, value]) => ['string', 'number', 'boolean'].includes(typeof value));
  const inner = [
    ['cause', error.cause],
    ['errors', error instanceof AggregateError ? error.errors : undefined],
  ] as const;
  return {
    ...record(simple, walk),
    type: plain(error.name, walk),
    message: plain(error.message, walk),
    stack: plain(error.stack, walk),
    ...Object.fromEntries(inner.filter(([, value]) => value !== undefined).map(([name, value]) => [name, plain(value, walk)])),
  };
}
