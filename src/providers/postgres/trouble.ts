// Turns what a database says when something goes wrong into the words of ports.ts, readable by somebody woken up at 3 a.m.
import { ProviderError, type ProviderErrorKind } from '../../ports.ts';

export const providerId = 'postgres';

/** Codes of our own, raised by procedures; see examples/database. */
const words: Readonly<Record<string, readonly [ProviderErrorKind, string]>> = {
  '28000': ['unauthorized', 'the database does not let this role in; check the url'],
  '28P01': ['unauthorized', 'the password of the role is wrong; check the url'],
  '42501': ['unauthorized', 'the role lacks a grant'],
  '3D000': ['not_found', 'there is no such database'],
  '3F000': ['not_found', 'a schema is missing; see docs/database.md'],
  '42P01': ['not_found', 'a table is missing; see docs/database.md'],
  '42703': ['not_found', 'a column is missing; see docs/database.md'],
  '42883': ['not_found', 'a function is missing; see docs/database.md'],
  '55P03': ['refused', 'somebody else holds a lock longer than lockTimeout; nothing was changed, see who and try again'],
  '57014': ['refused', 'it took longer than statementTimeout; nothing was changed'],
  '25006': ['refused', 'this server is a read-only replica; use the address of the primary'],
  '40001': ['unavailable', 'another transaction was in the way; nothing was changed, try again'],
  '40P01': ['unavailable', 'it got into a deadlock with another transaction; nothing was changed, try again'],
  '53300': ['unavailable', 'the database has no connection left; nothing was changed'],
  '57P01': ['unavailable', 'the database ended the connection; nothing was changed'],
  '57P03': ['unavailable', 'the database is just starting'],
  WR001: ['refused', 'above the cap of rows, nothing was changed'],
  WR002: ['refused', 'the operation was used before'],
  WR003: ['refused', 'the parameters are not right'],
};

/** What the driver reports, as far as we read it; told by its form, since `instanceof` does not know errors of another realm. */
interface Reason {
  code?: unknown;
  message?: unknown;
  severity?: unknown;
}

/** The error before anything could have been committed: whatever was done is undone by the database itself. */
export function troubleOf(cause: unknown): ProviderError {
  if (cause instanceof ProviderError) return cause;
  const { code, message } = reasonOf(cause);
  const said = said100(message);
  const known = words[code];
  if (known) return trouble(known[0], `${known[1]}${said === '' ? '' : ` (${said})`}`, cause);
  if (isAnswer(cause)) return trouble('refused', `the database refused, nothing was changed: ${said}`, cause);
  return trouble('unavailable', `the database gave no answer (${said === '' ? code : said}); nothing was changed`, cause);
}

/** The error of a commit. Only an answer of the database says that there was none. */
export function commitTroubleOf(cause: unknown): ProviderError {
  const { code } = reasonOf(cause);
  // 57P01 and its like end the session: they may come after the commit.
  const isRefusal = isAnswer(cause) && !/^(57P|08|XX)/.test(code);
  if (isRefusal) return troubleOf(cause);
  return trouble('unknown', 'the answer to the commit got lost; the change may be there, look into the operation log', cause);
}

/** A refusal of our own. */
export const refusal = (text: string): ProviderError => trouble('refused', text);

/** An answer that makes no sense to us. */
export const strange = (text: string): ProviderError => trouble('unexpected', text);

function trouble(kind: ProviderErrorKind, text: string, cause?: unknown): ProviderError {
  return new ProviderError(providerId, kind, { message: text.slice(0, 188), cause });
}

function reasonOf(cause: unknown): { code: string; message: string } {
  const { code, message } = (cause ?? {}) as Reason;
  return { code: typeof code === 'string' ? code : '', message: typeof message === 'string' ? message : '' };
}

const isAnswer = (cause: unknown): boolean =>
  typeof (cause as Reason | undefined)?.severity === 'string' && /^[0-9A-Z]{5}$/.test(reasonOf(cause).code);

const said100 = (message: string): string => message.replaceAll(/\s+/g, ' ').trim().slice(0, 100);
