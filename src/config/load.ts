// Environment and file together: the only place of the product that reads process.env.
import { readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { readEnvironment, type Environment } from './environment.ts';
import { errorCode } from './error-code.ts';
import { parseConfigurationText, type Parsed } from './parse.ts';
import { ConfigurationError, type Problem } from './problem.ts';
import { readVariable, type Env } from './read-variable.ts';
import type { Configuration } from './schema.ts';
import type { Known } from './semantics.ts';
import { isLoopback } from './words.ts';
import { limits } from './yaml-limits.ts';

export type LoadOptions = {
  readonly env?: Env;
  /** Arguments after the script's name; `--role` is the only one. */
  readonly argv?: readonly string[];
  readonly cwd?: string;
  /** Another file than the one the environment names. */
  readonly file?: string;
  readonly known?: Known;
};

export type Loaded = {
  readonly environment: Environment;
  readonly configuration: Configuration;
  readonly warnings: readonly Problem[];
};

const builtIn: Known = { code: ['github-actions'], verify: ['prometheus'], looksBack: ['prometheus'] };

/** @throws ConfigurationError with every problem of environment, arguments and file. */
export function loadConfiguration(options: LoadOptions = {}): Loaded {
  const { env = process.env, argv = [], file = configurationFile(env) } = options;
  const { role, problems: argumentProblems } = readArguments(argv);
  const { environment, problems: environmentProblems } = readEnvironment(role === undefined ? env : { ...env, WARROOM_ROLE: role });
  const { configuration, problems: fileProblems } = checkFile(file, options);

  const problems = [...argumentProblems, ...environmentProblems, ...fileProblems];
  if (environment && configuration) problems.push(...sandboxInProduction(environment, configuration, file));
  if (!environment || !configuration || problems.some(({ severity }) => severity === 'error')) throw new ConfigurationError(problems);
  return { environment, configuration, warnings: problems };
}

/** The file meant when none is named. */
export function configurationFile(env: Env = process.env): string {
  return readVariable(env, 'WARROOM_CONFIG').value ?? 'warroom.yml';
}

/** Reads and checks the file alone, without looking at the rest of the environment. */
export function checkFile(file: string, { env = process.env, cwd = process.cwd(), known = builtIn }: LoadOptions = {}): Parsed {
  const path = resolve(cwd, file);
  try {
    // Not even read when it is far too large: the limit is there to protect this process.
    if (statSync(path).size > limits.bytes)
      return unreadable(file, `is larger than ${limits.bytes / 1024} KB; the limit keeps it readable`);
    return parseConfigurationText(readFileSync(path, 'utf8'), { file, env, known });
  } catch (error) {
    const code = errorCode(error);
    if (code === undefined) throw error;
    return unreadable(file, code === 'ENOENT' ? 'is not there' : `cannot be read: ${code}`);
  }
}

function unreadable(file: string, message: string): Parsed {
  const suggestion = 'Begin with a copy of examples/warroom.yml, or name another file in WARROOM_CONFIG.';
  return { problems: [{ severity: 'error', file, path: '', message, suggestion }] };
}

function readArguments(argv: readonly string[]): { role?: string; problems: Problem[] } {
  try {
    const { role } = parseArgs({ args: [...argv], options: { role: { type: 'string' } } }).values;
    return { ...(role !== undefined && { role }), problems: [] };
  } catch (error) {
    const message = error instanceof Error ? error.message : 'cannot be read';
    return { problems: [{ severity: 'error', file: 'arguments', path: '', message, suggestion: 'Known: --role web|worker|all' }] };
  }
}

function sandboxInProduction({ production, allowSandbox }: Environment, { providers }: Configuration, file: string): Problem[] {
  const address = providers['github-actions']?.apiUrl;
  if (!production || allowSandbox || address === undefined || !isLoopback(address)) return [];
  const message = 'points production at a local GitHub';
  const suggestion = 'Write the real address; if you mean it, set WARROOM_ALLOW_SANDBOX=1.';
  return [{ severity: 'error', file, path: 'providers.github-actions.apiUrl', message, suggestion }];
}
