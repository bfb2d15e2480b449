/** One thing that is wrong with the configuration: where, what, and what would be right. */
export type Problem = {
  readonly severity: 'error' | 'warning';
  /** The file, or `environment`. */
  readonly file: string;
  readonly line?: number;
  readonly column?: number;
  /** `services.shop.owner`, or the name of a variable. */
  readonly path: string;
  readonly message: string;
  readonly suggestion?: string;
};

/** Everything that is wrong at once: fixing a configuration one error at a time is how an outage gets longer. */
export class ConfigurationError extends Error {
  override name = 'ConfigurationError' as const;
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    super(`The configuration has problems:\n${problems.map(problemText).join('\n')}`);
    this.problems = problems;
  }
}

/** The way compilers print, so that editors and terminals turn it into a link. */
export function problemText({ file, line, column, severity, path, message, suggestion }: Problem): string {
  const place = [file, line, column].filter((part) => part !== undefined).join(':');
  const subject = path ? `${path} ` : '';
  return `${place}: ${severity}: ${subject}${message}${suggestion ? `\n    ${suggestion}` : ''}`;
}

/** Replaces every secret by a mark, wherever a text may have picked it up. */
export function withoutSecrets(problem: Problem, secrets: readonly string[]): Problem {
  const clean = (text: string) => secrets.reduce((rest, secret) => rest.replaceAll(secret, '[hidden]'), text);
  const { path, message, suggestion } = problem;
  return { ...problem, path: clean(path), message: clean(message), ...(suggestion !== undefined && { suggestion: clean(suggestion) }) };
}
