// What the commands for people need of the environment: where Warroom is and their key, or the database that holds the keys.
import { readSecret, readVariable, type Env } from './read-variable.ts';
import { Variables } from './variables.ts';
import { isLoopback } from './words.ts';

export type OperatorClient = { readonly url: string; readonly token: string };

export type KeyStore = { readonly kind: 'server'; readonly url: string } | { readonly kind: 'embedded'; readonly folder: string };

/** @throws Error saying which variable is missing or wrong, and never what it contains */
export function readOperatorClient(env: Env = process.env): OperatorClient {
  const url = checked(
    'WARROOM_URL',
    readVariable(env, 'WARROOM_URL'),
    'Set it to where Warroom is, for example https://warroom.example.com.',
  );
  if (url.startsWith('http:') && !isLoopback(url))
    throw new Error('WARROOM_URL must begin with https://: over plain http, which is for this machine only, others could read your key.');
  const token = checked(
    'WARROOM_TOKEN',
    readSecret(env, 'WARROOM_TOKEN'),
    'Set it, or WARROOM_TOKEN_FILE, to your key; an administrator makes one with `npx warroom token create`.',
  );
  return { url, token };
}

/** @throws Error when the variable cannot be read */
export function readKeyStore(env: Env = process.env): KeyStore {
  const { value, trouble } = readSecret(env, 'DATABASE_URL');
  if (trouble !== undefined) throw new Error(`DATABASE_URL ${trouble}.`);
  if (value === undefined) return { kind: 'embedded', folder: readVariable(env, 'WARROOM_DATA').value ?? '.warroom/data' };
  return { kind: 'server', url: checked('DATABASE_URL', { value }, '') };
}

function checked(name: 'WARROOM_URL' | 'WARROOM_TOKEN' | 'DATABASE_URL', reading: ReturnType<typeof readSecret>, help: string): string {
  const { value, trouble } = reading;
  if (trouble !== undefined) throw new Error(`${name} ${trouble}.`);
  if (value === undefined) throw new Error(`${name} is not set. ${help}`);
  const parsed = Variables.shape[name].safeParse(value);
  if (!parsed.success) throw new Error(`${name} ${parsed.error.issues[0]?.message ?? 'is not right'}. ${help}`.trim());
  return value;
}
