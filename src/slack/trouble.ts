import { randomBytes } from 'node:crypto';
import { ZodError } from 'zod';
import { Refusal } from '../domain/refusal.ts';
import type { Log } from '../ports.ts';
import { ProviderError } from '../ports.ts';
import type { Message } from '../views/blocks.ts';
import { note } from '../views/blocks.ts';
import { providerMessage, refusalMessage, troubleMessage } from '../views/refusal-text.ts';

/** Of everything that may be thrown: what the person is told. A refusal says why; a bug says that nothing was recorded, and its reference. */
export function answerTrouble(error: unknown, log: Log, about: Record<string, unknown>): Message {
  if (error instanceof Refusal) return refusalMessage(error);
  const reference = `WR-${randomBytes(3).toString('hex').toUpperCase()}`;
  if (error instanceof ProviderError) {
    log.warn({ ...about, reference, err: error }, 'provider did not answer as hoped');
    return providerMessage({ message: error.message, reference });
  }
  if (error instanceof ZodError) {
    log.warn({ ...about, reference, err: error }, 'input of an unknown shape');
    return note('That button or form is out of date. Nothing was recorded. Use the newest card.');
  }
  log.error({ ...about, reference, err: error }, 'input failed');
  return troubleMessage(reference);
}
