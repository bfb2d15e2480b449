// warroom.yml as text -> the configuration, or everything that is wrong with it.
import { explain } from './explain.ts';
import { freeze } from './freeze.ts';
import { interpolate } from './interpolate.ts';
import { pathText, readLocated, type Located, type Path } from './located.ts';
import { withoutSecrets, type Problem } from './problem.ts';
import type { Env } from './read-variable.ts';
import { Configuration } from './schema.ts';
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
  const parsed = Configuration.safeParse(value);
  const issues = parsed.error?.issues ?? [];
  for (const problem of issues.flatMap((issue) => explain(issue, located, file))) addOnce(problems, problem);
  crossCheck(value, known, report('error'));
  if (parsed.success) {
    contradictions(parsed.data, report('error'));
    remarks(parsed.data, located.value, report('warning'));
  }

  const shown = problems.map((problem) => withoutSecrets(problem, read)).toSorted(byPlace);
  if (!parsed.success || shown.some(({ severity }) => severity === 'error')) return { problems: shown };
  return { configuration: freeze(parsed.data), problems: shown };
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
