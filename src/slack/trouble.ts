import { randomBytes } from 'node:crypto';
import { ZodError } from 'zod';
import { Refusal } from '../domain/refusal.ts';
import type { Log } from '../ports.ts';
import { ProviderError } from '../ports.ts';
import type { Message } from '../views/blocks.ts';

const say = (text: string): Message => ({ text, blocks: [] });

/** Of everything that may be thrown: what the person is told. A refusal says why; a bug says that nothing was recorded, and its reference. */
export function answerTrouble(error: unknown, log: Log, about: Record<string, unknown>): Message {
  if (error instanceof Refusal) return say(error.message);
  const reference = `WR-${randomBytes(3).toString('hex').toUpperCase()}`;
  if (error instanceof ProviderError) {
    log.warn({ ...about, reference, err: error }, 'provider did not answer as hoped');
    return say(`Not done: ${error.message} (reference ${reference})`);
  }
  if (error instanceof ZodError) {
    log.warn({ ...about, reference, err: error }, 'input of an unknown shape');
    return say(`That button or form is out of date, or not ours. Nothing was recorded. Use the newest card. (reference ${reference})`);
  }
  log.error({ ...about, reference, err: error }, 'input failed');
  return say(`*Not recorded.* Something failed on our side; press or send it again. If it stays so, pass on the reference ${reference}.`);
}
