import type { Environment, SlackConnection, Store } from './environment.ts';
import type { Configuration } from './schema.ts';

/** Shorter ones would blot out innocent words wherever they occur. */
const shortest = 4;

/** Every secret value in use, longest first, for the redaction of logs. */
export function secretsOf({ slack, store }: Environment, { providers }: Configuration): readonly string[] {
  const values = [...slackSecrets(slack), ...storeSecrets(store), ...providerSecrets(providers)];
  return [...new Set(values)].filter((value) => value.length >= shortest).toSorted((a, b) => b.length - a.length);
}

const secretKey = /token|secret|password|authorization|headers|credential|key$/i;

/** By name, because every provider has settings of its own: what a secret's key holds, and the passwords in addresses. */
function providerSecrets(value: unknown, secret = false): string[] {
  if (typeof value === 'string') return secret ? [value] : passwordsIn(value);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => providerSecrets(inner, secret || secretKey.test(key)));
}

function slackSecrets(slack: SlackConnection): string[] {
  return [slack.botToken, slack.mode === 'socket' ? slack.appToken : slack.signingSecret];
}

function storeSecrets(store: Store): string[] {
  return store.kind === 'embedded' ? [] : [store.databaseUrl, store.redisUrl].flatMap(passwordsIn);
}

/** The password as it stands in the address and as it is meant: a driver's error may show either. */
function passwordsIn(address: string): string[] {
  if (!URL.canParse(address)) return [];
  const url = new URL(address);
  const passwords = [url.password, url.searchParams.get('password') ?? ''].filter(Boolean);
  return passwords.flatMap((password) => [password, decoded(password)]);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // A lone % is allowed in an address and no escape; then both forms are the same.
    return text;
  }
}
