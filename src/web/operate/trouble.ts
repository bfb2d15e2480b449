import { randomBytes } from 'node:crypto';
import { ZodError, prettifyError } from 'zod';
import { Refusal } from '../../domain/refusal.ts';
import type { Log } from '../../ports.ts';
import { ProviderError } from '../../ports.ts';

export interface Trouble {
  status: 400 | 404 | 409 | 500 | 502;
  /** For programs. */
  error: string;
  /** For people: what it is about and what would be right. */
  message: string;
}

/** Of everything that may be thrown: what is told. A bug says that nothing was recorded, and its reference. */
export function troubleOf(error: unknown, log: Log, about: object): Trouble {
  if (error instanceof Refusal) {
    log.info({ ...about, code: error.code }, 'operator refused');
    const isMissing = error.code === 'no_incident' || error.code === 'no_rollback';
    return { status: isMissing ? 404 : 409, error: error.code, message: error.message };
  }
  if (error instanceof ZodError) return { status: 400, error: 'input', message: prettifyError(error) };
  if (error instanceof SyntaxError) return { status: 400, error: 'input', message: 'The body is no JSON.' };
  const reference = `WR-${randomBytes(3).toString('hex').toUpperCase()}`;
  if (error instanceof ProviderError) {
    log.warn({ ...about, reference, err: error }, 'provider did not answer as hoped');
    return { status: 502, error: 'provider', message: `Not done: ${error.message}. Reference ${reference}.` };
  }
  log.error({ ...about, reference, err: error }, 'operator request failed');
  return { status: 500, error: 'internal', message: `Not recorded. Something failed on our side; send it again. Reference ${reference}.` };
}
