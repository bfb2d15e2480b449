// The environment in our words: what the process is, what it talks to, and which of its safeguards are on.
import type { z } from 'zod';
import { contradictions, type Given } from './contradictions.ts';
import { nearMiss } from './near-miss.ts';
import type { Problem } from './problem.ts';
import { readSecret, readVariable, type Env } from './read-variable.ts';
import { isSecret, variableNames, Variables, type processRoles, type VariableName } from './variables.ts';

export type ProcessRole = (typeof processRoles)[number];

export type SlackConnection = { readonly botToken: string; readonly apiUrl?: string } & (
  { readonly mode: 'socket'; readonly appToken: string } | { readonly mode: 'http'; readonly signingSecret: string }
);

export type Store =
  | { readonly kind: 'embedded'; readonly folder: string }
  | { readonly kind: 'servers'; readonly databaseUrl: string; readonly redisUrl: string };

export type Environment = {
  readonly production: boolean;
  readonly role: ProcessRole;
  readonly slack: SlackConnection;
  readonly store: Store;
  readonly web: { readonly host: string; readonly port: number };
  readonly configFile: string;
  readonly logLevel: Variables['LOG_LEVEL'];
  readonly leaseMs: number;
  readonly sweepMs: number;
  readonly allowSandbox: boolean;
};

/** Reads every variable, reports everything that is wrong, and never repeats a secret. */
export function readEnvironment(env: Env): { environment?: Environment; problems: Problem[] } {
  const { given, problems } = givenVariables(env);
  const parsed = Variables.safeParse(given);
  if (!parsed.success) problems.push(...parsed.error.issues.flatMap((issue) => issueProblems(issue, problems)));
  problems.push(...contradictions(given), ...unknownVariables(env));

  if (!parsed.success || problems.some(({ severity }) => severity === 'error')) return { problems };
  return { environment: inOurWords(parsed.data), problems };
}

function givenVariables(env: Env): { given: Given; problems: Problem[] } {
  const given: Given = {};
  const problems: Problem[] = [];
  for (const name of variableNames) {
    const { value, trouble } = isSecret(name) ? readSecret(env, name) : readVariable(env, name);
    if (value !== undefined) given[name] = value;
    if (trouble !== undefined) problems.push(problem(name, trouble, Variables.shape[name].description ?? ''));
  }
  return { given, problems };
}

function issueProblems({ path, message }: z.core.$ZodIssue, already: readonly Problem[]): Problem[] {
  const [name] = path as [VariableName];
  // A file that cannot be read is the cause of "is missing"; saying both would only confuse.
  if (already.some((known) => known.path === name)) return [];
  return [problem(name, message, Variables.shape[name].description ?? '')];
}

function problem(path: string, message: string, suggestion: string): Problem {
  return { severity: 'error', file: 'environment', path, message, suggestion };
}

// A Kubernetes Service called warroom puts these into every pod beside it.
const serviceLink = /^WARROOM_(SERVICE_(HOST|PORT.*)|PORT(_\d+_(TCP|UDP).*)?)$/;

function unknownVariables(env: Env): Problem[] {
  const ours = variableNames.flatMap((name) => (isSecret(name) ? [name, `${name}_FILE`] : [name]));
  const unknown = Object.keys(env).filter((name) => name.startsWith('WARROOM_') && !ours.includes(name) && !serviceLink.test(name));
  return unknown.map((path) => {
    const meant = nearMiss(path, ours);
    const suggestion = meant ? `did you mean ${meant}?` : `known: ${ours.filter((name) => name.startsWith('WARROOM_')).join(', ')}`;
    return { severity: meant ? 'error' : 'warning', file: 'environment', path, message: 'is not a variable of Warroom', suggestion };
  });
}

function inOurWords(variables: Variables): Environment {
  const production = variables.NODE_ENV === 'production';
  return {
    production,
    role: variables.WARROOM_ROLE,
    slack: slackConnection(variables),
    store: storeOf(variables),
    web: { host: variables.HOST ?? (production ? '0.0.0.0' : '127.0.0.1'), port: variables.PORT },
    configFile: variables.WARROOM_CONFIG,
    logLevel: variables.LOG_LEVEL,
    leaseMs: variables.WARROOM_LEASE_SECONDS,
    sweepMs: variables.WARROOM_SWEEP_SECONDS,
    allowSandbox: variables.WARROOM_ALLOW_SANDBOX,
  };
}

function slackConnection(variables: Variables): SlackConnection {
  const {
    SLACK_BOT_TOKEN: botToken,
    SLACK_APP_TOKEN: appToken,
    SLACK_SIGNING_SECRET: signingSecret = '',
    SLACK_API_URL: apiUrl,
  } = variables;
  const common = { botToken, ...(apiUrl !== undefined && { apiUrl }) };
  return appToken === undefined ? { ...common, mode: 'http', signingSecret } : { ...common, mode: 'socket', appToken };
}

function storeOf({ DATABASE_URL: databaseUrl, REDIS_URL: redisUrl, WARROOM_DATA: folder }: Variables): Store {
  if (databaseUrl === undefined || redisUrl === undefined) return { kind: 'embedded', folder };
  return { kind: 'servers', databaseUrl, redisUrl };
}
