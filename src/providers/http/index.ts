// Writes one value of any service with an HTTP API, and reads it back. See README.md.
import { ProviderError, type Observation, type Order, type RollbackTarget, type Run } from '../../ports.ts';
import { defineRollbackProvider } from '../define-provider.ts';
import { AnswerStatus } from '../http-trouble.ts';
import { openCalls, type Calls } from './calls.ts';
import { labelOf } from './json.ts';
import { fingerprint, preview, versionOf } from './preview.ts';
import { Settings, Target } from './schema.ts';

/** Any service in which a value is read by one call and written by another. */
export const http = defineRollbackProvider({
  id: 'http',
  Settings,
  Target,
  create(settings, target): RollbackTarget {
    const calls = openCalls(settings, target);
    return {
      effect: 'desired-state', // the same value written twice is the same value
      capabilities: { cancel: 'no', instant: true, reversible: true },
      check: () => check(calls, target),
      preview: (to) => preview(calls, target, to),
      fingerprint: (from, to) => fingerprint(calls, target, { from, to }),
      find: (order) => find(calls, order),
      async start(order, signal) {
        await calls.write(order, signal);
        return runOf(order);
      },
      observe: (_run, order) => observe(calls, target, order),
      cancel: () => Promise.resolve({ accepted: false, note: 'the value is written by one call; there is nothing left to stop' }),
      effective: async () => versionOf(await calls.read()),
    };
  },
});

const runOf = ({ operationId }: Order): Run => ({ ref: operationId });

/** When the value is the wanted one there is nothing left to do, whoever wrote it. */
async function find(calls: Calls, order: Order): Promise<Run | undefined> {
  const seen = versionOf(await calls.verify());
  return seen.id === order.to.id ? runOf(order) : undefined;
}

async function observe(calls: Calls, { name }: Target, { to }: Order): Promise<Observation> {
  const value = await calls.verify();
  const nextLookMs = 1_000;
  if (versionOf(value).id === to.id) return { state: 'succeeded', message: `${name} reads back as ${to.label}`, nextLookMs };
  return { state: 'failed', message: `${name} is still ${labelOf(value)}, not ${to.label}`, nextLookMs };
}

/** Reading is tried. Whether the token may write shows only by writing. */
async function check({ read, verify }: Calls, { name }: Target): Promise<{ ok: boolean; missing: string[] }> {
  const answers = await Promise.allSettled([read(), verify()]);
  const missing = answers.flatMap((answer) => (answer.status === 'rejected' ? [reasonOf(answer.reason, name)] : []));
  return { ok: missing.length === 0, missing: [...new Set(missing)] };
}

function reasonOf(error: unknown, name: string): string {
  if (!(error instanceof ProviderError)) throw error;
  const { cause } = error;
  if (cause instanceof AnswerStatus && cause.status === 401) return `a valid token to read ${name}: ${error.message}`;
  if (cause instanceof AnswerStatus && cause.status === 403) return `the permission to read ${name}: ${error.message}`;
  return error.message;
}
