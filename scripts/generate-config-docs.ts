// Writes docs/configuration.md and docs/warroom.schema.json from the schemas. `--check` only says whether they are up to date.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { format } from 'prettier';
import { z } from 'zod';
import { configurationWith } from '../src/config/schema.ts';
import { isSecret, variableNames, Variables } from '../src/config/variables.ts';
import { known } from '../src/known.ts';

type JsonSchema = z.core.JSONSchema.BaseSchema;
type Row = { readonly path: string; readonly type: string; readonly byDefault: string; readonly meaning: string };

const root = fileURLToPath(new URL('..', import.meta.url));
const options = { singleQuote: true, printWidth: 140 };
const schema: JsonSchema = {
  ...z.toJSONSchema(configurationWith(known.sections ?? new Map(), known.code), { io: 'input', unrepresentable: 'any' }),
  title: 'warroom.yml',
  description: 'The configuration of Warroom.',
};

const files = [
  { path: 'docs/configuration.md', text: await format(page(), { ...options, parser: 'markdown' }) },
  { path: 'docs/warroom.schema.json', text: await format(JSON.stringify(schema), { ...options, parser: 'json' }) },
];
const stale = files.filter(({ path, text }) => textOf(path) !== text);

if (!process.argv.includes('--check')) for (const { path, text } of stale) writeFileSync(`${root}${path}`, text);
else if (stale.length > 0) {
  process.stderr.write(
    `Out of date: ${stale.map(({ path }) => path).join(', ')}. Run: node --import tsx scripts/generate-config-docs.ts\n`,
  );
  process.exitCode = 1;
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(`${root}${path}`, 'utf8');
  } catch {
    // Not generated yet, which is as stale as can be.
    return undefined;
  }
}

function page(): string {
  return [
    '<!-- Generated from src/config by scripts/generate-config-docs.ts; edits here are lost. -->',
    '# Configuration',
    'Warroom reads the environment, for what differs from machine to machine and for secrets, and `warroom.yml`, for what belongs under version control. It starts only when both are right; `npx warroom check-config` prints every problem of the file at once, and with `--environment` those of the variables too. An editor that knows YAML schemas completes and checks while you type, by this first line:',
    '```yaml\n# yaml-language-server: $schema=docs/warroom.schema.json\n```',
    'A whole example with comments is in [examples/warroom.yml](../examples/warroom.yml).',
    '## Environment',
    table(['Variable', 'Default', 'Meaning'], variableNames.map(variableRow)),
    'Where `_FILE` is named, the value can be the content of a file instead: `SLACK_BOT_TOKEN_FILE=/run/secrets/bot-token`. An empty variable counts as absent. A misspelt `WARROOM_` variable is reported.',
    '## warroom.yml',
    'Durations are a whole number and a unit: `500ms`, `30s`, `15m`, `2h`, `1d`. Names in quotes begin with `#` (channels) or `@` (people and user groups); without quotes YAML takes `#` for a comment. `${NAME}`, as a whole value, is read from the environment or from the file in `NAME_FILE`; it is allowed in provider settings, links and the targets of steps, where it may also begin an address (`${NAME}/path`) and must not be a secret. Anchors and references are refused, and so is a file of more than 64 KB.',
    ...Object.entries(schema.properties ?? {}).flatMap(([name, section]) => sectionText(name, section as JsonSchema)),
  ].join('\n\n');
}

function variableRow(name: (typeof variableNames)[number]): string[] {
  const { description = '' } = Variables.shape[name];
  const parsed = Variables.shape[name].safeParse(undefined);
  const shown = isSecret(name) || parsed.data === undefined || parsed.data === false ? '' : code(defaultOf(name, parsed.data));
  return [isSecret(name) ? `${code(name)} or ${code(`${name}_FILE`)}` : code(name), shown, description];
}

/** The seconds are kept as milliseconds inside; people write what they write. */
function defaultOf(name: string, value: unknown): string {
  return name.endsWith('_SECONDS') ? String(Number(value) / 1000) : String(value);
}

function sectionText(name: string, section: JsonSchema): string[] {
  const rows = name === 'severities' ? severityRows(section) : rowsOf(name, section).slice(1);
  const cells = rows.map(({ path, type, byDefault, meaning }) => [
    code(path),
    type,
    byDefault === 'required' ? '_required_' : byDefault && code(byDefault),
    meaning,
  ]);
  return [`### ${name}`, section.description ?? '', table(['Setting', 'Type', 'Default', 'Meaning'], cells)];
}

/** One line for all four severities; their defaults stand side by side. */
function severityRows(section: JsonSchema): Row[] {
  const each = Object.entries(section.properties ?? {}).map(([id, severity]) =>
    rowsOf(`severities.${id}`, severity as JsonSchema).slice(1),
  );
  const [first = []] = each;
  return first.map((row, index) => {
    const defaults = new Set(each.map((rows) => rows[index]?.byDefault ?? ''));
    const byDefault = each.map((rows) => rows[index]?.byDefault ?? '').join(' · ');
    return { ...row, path: row.path.replace('SEV1', '<SEV1…SEV4>'), byDefault: defaults.size === 1 ? row.byDefault : byDefault };
  });
}

function rowsOf(path: string, node: JsonSchema, required = true): Row[] {
  const forms = (node.oneOf ?? [node]) as readonly JsonSchema[];
  const [shape = node] = forms;
  const row = { path, type: typeOf(shape), byDefault: defaultText(node, required), meaning: node.description ?? shape.description ?? '' };
  const named = forms.flatMap(({ properties = {}, required: needed = [] }) =>
    Object.entries(properties).flatMap(([key, child]) => rowsOf(`${path}.${key}`, child as JsonSchema, needed.includes(key))),
  );
  return [row, ...onePerPath(named), ...childRows(`${path}.<name>`, shape.additionalProperties), ...childRows(`${path}[]`, shape.items)];
}

/** What several forms have in common, as the field that tells them apart, is one row with all of its types. */
function onePerPath(rows: readonly Row[]): Row[] {
  const paths = [...new Set(rows.map(({ path }) => path))];
  return paths.flatMap((path) => {
    const same = rows.filter((row) => row.path === path);
    const [first] = same;
    return first ? [{ ...first, type: [...new Set(same.map(({ type }) => type))].join(', ') }] : [];
  });
}

/** Entries of maps and lists; those that are plain values are told by their parent's type. */
function childRows(path: string, child: unknown): Row[] {
  if (typeof child !== 'object' || child === null || !('properties' in child)) return [];
  return rowsOf(path, child as JsonSchema).slice(1);
}

function defaultText({ default: value }: JsonSchema, required: boolean): string {
  if (value === undefined) return required ? 'required' : '';
  const text = typeof value === 'string' ? value : JSON.stringify(value).replaceAll('"', '');
  // Settings that have defaults of their own say so themselves.
  return text === '{}' ? '' : text;
}

function typeOf(node: JsonSchema): string {
  if (node.title) return node.title;
  if (node.enum) return node.enum.map((value) => code(String(value))).join(', ');
  if (node.const !== undefined) return code(String(node.const));
  if (node.type === 'array') return `list of ${typeOf(node.items as JsonSchema)}`;
  if (node.type === 'object' && !node.properties) return `names with ${typeOf(node.additionalProperties as JsonSchema)}`;
  const types: Record<string, string> = { string: 'text', object: 'settings', integer: 'whole number', boolean: '`true` or `false`' };
  return typeof node.type === 'string' ? (types[node.type] ?? node.type) : '';
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => '---'), ...rows].map(tableLine).join('\n');
}

function tableLine(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll('|', String.raw`\|`)).join(' | ')} |`;
}

function code(text: string): string {
  return `\`${text}\``;
}
