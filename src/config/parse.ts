// warroom.yml as text -> the configuration, or everything that is wrong with it.
import type { z } from 'zod';
import { calendarRules } from './calendar-rules.ts';
import { explain } from './explain.ts';
import { freeze } from './freeze.ts';
import { interpolate } from './interpolate.ts';
import { pathText, readLocated, type Located, type Path } from './located.ts';
import { withoutSecrets, type Problem } from './problem.ts';
import type { Env } from './read-variable.ts';
import { at, record } from './raw.ts';
import { Configuration, configurationWith } from './schema.ts';
import { lintPlans } from './plan-lint.ts';
import { checkTargets } from './plan-targets.ts';
import { contradictions, crossCheck, remarks, type Known } from './semantics.ts';

export type ParseOptions = {
  /** Named in problems. */
  readonly file: string;
  /** Where `${NAME}` is looked up. */
  readonly env: Env;
  readonly known: Known;
};

export type Parsed = {
  /** Present only when there is no error. */
  readonly configuration?: Configuration;
  readonly problems: readonly Problem[];
};

/** Pure: no file is read, except those that a `NAME_FILE` variable names. */
export function parseConfigurationText(text: string, { file, env, known }: ParseOptions): Parsed {
  const located = readLocated(text, file);
  if (located.value === undefined) return { problems: located.problems };

  const problems = [...located.problems];
  const report = reporter(problems, located, file);
  const { value, read } = interpolate(located.value, env, report('error'));
  const schema = schemaFor(known);
  const parsed = schema.safeParse(value);
  const issues = parsed.error?.issues ?? [];
  for (const problem of issues.flatMap((issue) => explain(issue, { located, file, schema, at: [] }))) addOnce(problems, problem);
  crossCheck(value, known, report('error'));
  calendarRules(value, report('error'));
  for (const problem of checkTargets(value, known, { located, file })) addOnce(problems, problem);
  lintPlans(value, { error: report('error'), warn: report('warning') });
  if (parsed.success) {
    contradictions(parsed.data, report('error'));
    remarks(parsed.data, located.value, report('warning'));
  }

  const shown = problems.map((problem) => withoutSecrets(problem, read)).toSorted(byPlace);
  if (!parsed.success || shown.some(({ severity }) => severity === 'error')) return { problems: shown };
  return {
    configuration: freeze({ ...parsed.data, providers: { ...parsed.data.providers, ...ownSections(value, known) } }),
    problems: shown,
  };
}

const schemas = new WeakMap<Known, ReturnType<typeof configurationWith>>();

/** One for each build, not one for each file: with it go the explanations made from it. */
function schemaFor(known: Known): ReturnType<typeof configurationWith> {
  if (!known.sections && !known.targets) return Configuration;
  const schema =
    schemas.get(known) ?? configurationWith(known.sections ?? new Map(), [...(known.targets ?? new Map<string, z.ZodType>()).keys()]);
  schemas.set(known, schema);
  return schema;
}

/** Sections that providers describe themselves reach them as they were written: they read them once more, into their own words. */
function ownSections(root: unknown, { sections = new Map() }: Known): Record<string, unknown> {
  return Object.fromEntries(Object.entries(record(at(root, ['providers']))).filter(([id]) => sections.has(id)));
}

function byPlace(a: Problem, b: Problem): number {
  return (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0);
}

function reporter(problems: Problem[], located: Located, file: string) {
  return (severity: Problem['severity']) => (path: Path, message: string, suggestion: string) => {
    addOnce(problems, { severity, file, ...located.placeOf(path), path: pathText(path), message, suggestion });
  };
}

/** What follows from an error already found is left out: one mistake, one problem. */
function addOnce(problems: Problem[], problem: Problem): void {
  const said = problems.some(({ path, severity }) => path === problem.path && severity === 'error');
  if (!said) problems.push(problem);
}
