// From zod's issues to problems people can act on. What would be right is read from the schema itself, so it cannot drift.
import { z } from 'zod';
import { pathText, type Located, type Path } from './located.ts';
import { didYouMean, suggestFrom } from './near-miss.ts';
import type { Problem } from './problem.ts';

type Issue = z.core.$ZodIssue;
type JsonSchema = z.core.JSONSchema.BaseSchema;

/** What was checked: the whole file, or the part of it at `at` that a schema of its own describes. */
export type Checked = { readonly located: Located; readonly file: string; readonly schema: z.ZodType; readonly at: Path };

/** One or more problems for an issue: an object with three unknown keys has three. */
export function explain(issue: Issue, { located, file, schema, at: start }: Checked): Problem[] {
  const inside = issue.path as Path;
  const path = [...start, ...inside];
  const problem = (at: Path, message: string, suggestion?: string): Problem => ({
    severity: 'error',
    file,
    ...(issue.code === 'unrecognized_keys' || issue.code === 'invalid_key' ? located.placeOfKey(at) : located.placeOf(at)),
    path: pathText(at),
    message,
    ...(suggestion !== undefined && { suggestion }),
  });

  if (issue.code === 'unrecognized_keys') {
    const known = knownKeys(schema, inside);
    return issue.keys.map((key) =>
      problem([...path, key], 'is not a setting', didYouMean(key, unused(known, located.value, path)) ?? suggestFrom(key, known)),
    );
  }
  const received = valueAt(located.value, path);
  if (issue.code === 'invalid_key') return [problem(path, issue.issues[0]?.message ?? issue.message)];
  return [problem(path, messageOf(issue, received), suggestionOf(issue, schemasAt(schema, inside), received))];
}

function messageOf(issue: Issue, received: unknown): string {
  if (received === undefined && issue.code !== 'custom') return 'is missing';
  if (issue.code === 'invalid_type' && issue.message.startsWith('Invalid'))
    return `must be ${kindOf(issue.expected)}, not ${issue.expected === 'int' && typeof received === 'number' ? received : nameOf(received)}`;
  if (issue.code === 'invalid_union')
    return issue.discriminator === 'provider' ? 'is not a provider for this' : 'has none of its known forms';
  if (issue.code === 'invalid_value' && issue.message.startsWith('Invalid')) return `must be ${listOf(issue.values)}`;
  if (issue.code === 'too_small' && issue.message.startsWith('Too'))
    return `must be ${issue.inclusive ? 'at least' : 'more than'} ${issue.minimum}`;
  if (issue.code === 'too_big' && issue.message.startsWith('Too')) return `must be at most ${issue.maximum}`;
  return issue.message;
}

function suggestionOf(issue: Issue, schemas: readonly JsonSchema[], received: unknown): string | undefined {
  const commentTrap = received === null ? 'Unquoted, # begins a comment: put the value in quotes. ' : '';
  if (issue.code === 'invalid_union' && typeof received === 'string') return suggestFrom(received, unionMembers(schemas));
  if (issue.code === 'invalid_value' && typeof received === 'string') return didYouMean(received, issue.values.map(String));
  const description = schemas.find((schema) => schema.description)?.description ?? '';
  return `${commentTrap}${description}` || undefined;
}

const kinds: Record<string, string> = {
  string: 'text',
  record: 'a list of names with settings',
  object: 'settings',
  array: 'a list',
  boolean: 'true or false',
  int: 'a whole number',
};
const kindOf = (expected: string): string => kinds[expected] ?? `a ${expected}`;

function nameOf(value: unknown): string {
  if (value === null) return 'empty';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'settings' : `a ${typeof value === 'string' ? 'text' : typeof value}`;
}

const listOf = (values: readonly unknown[]): string => (values.length === 1 ? String(values[0]) : `one of ${values.join(', ')}`);

function valueAt(value: unknown, [head, ...rest]: Path): unknown {
  if (head === undefined) return value;
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, head)) return undefined;
  return valueAt((value as Record<string | number, unknown>)[head], rest);
}

/** Known keys that are not taken yet: somebody who wrote `url` and `ur1` did not mean `url` twice. */
function unused(known: readonly string[], root: unknown, path: Path): string[] {
  return known.filter((key) => valueAt(root, [...path, key]) === undefined);
}

function knownKeys(checked: z.ZodType, path: Path): string[] {
  return schemasAt(checked, path).flatMap((schema) => Object.keys(schema.properties ?? {}));
}

function unionMembers(schemas: readonly JsonSchema[]): string[] {
  return schemas.flatMap((schema) => (typeof schema.const === 'string' ? [schema.const] : []));
}

const jsonSchemas = new WeakMap<z.ZodType, JsonSchema>();

/** Made when there is something to explain, and once: a file can have thousands of problems. */
function jsonSchemaOf(schema: z.ZodType): JsonSchema {
  const made = jsonSchemas.get(schema) ?? z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  jsonSchemas.set(schema, made);
  return made;
}

/** The parts of the JSON Schema that describe what may stand at a path. */
function schemasAt(checked: z.ZodType, path: Path): JsonSchema[] {
  return path.reduce<JsonSchema[]>(
    (schemas, part) => schemas.flatMap((schema) => step(schema, part)).flatMap(alternatives),
    alternatives(jsonSchemaOf(checked)),
  );
}

function step(schema: JsonSchema, part: string | number): JsonSchema[] {
  const named = typeof part === 'string' ? schema.properties?.[part] : undefined;
  return [named ?? (typeof part === 'number' ? schema.items : schema.additionalProperties)]
    .flat()
    .filter((next) => typeof next === 'object');
}

function alternatives(schema: JsonSchema): JsonSchema[] {
  const inner = [...(schema.anyOf ?? []), ...(schema.oneOf ?? []), ...(schema.allOf ?? [])] as JsonSchema[];
  return [schema, ...inner.flatMap(alternatives)];
}
