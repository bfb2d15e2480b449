import { readFileSync, statSync } from 'node:fs';
import { errorCode } from './error-code.ts';

/** Environment variables as the process got them. */
export type Env = Readonly<Record<string, string | undefined>>;

/** A variable, or why it cannot be read. An empty one counts as absent, as shells and compose files mean it. */
export type Reading = { readonly value?: string; readonly trouble?: string };

const largestBytes = 64 * 1024;

export function readVariable(env: Env, name: string): Reading {
  const value = env[name]?.trim();
  return value ? { value } : {};
}

/** A secret: given directly or, better, as a file that only this process may read. */
export function readSecret(env: Env, name: string): Reading {
  const direct = readVariable(env, name);
  const { value: path } = readVariable(env, `${name}_FILE`);
  if (path === undefined) return direct;
  if (direct.value !== undefined) return { trouble: `is given twice, directly and as ${name}_FILE` };

  try {
    if (statSync(path).size > largestBytes) return { trouble: `cannot be read: the file in ${name}_FILE is larger than 64 KB` };
    const value = readFileSync(path, 'utf8').trim();
    return value ? { value } : { trouble: `cannot be read: the file in ${name}_FILE is empty` };
  } catch (error) {
    const code = errorCode(error);
    if (code === undefined) throw error;
    return { trouble: `cannot be read: the file in ${name}_FILE gives ${code}` };
  }
}
