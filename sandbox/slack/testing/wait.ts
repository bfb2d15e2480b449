import { setTimeout as sleep } from 'node:timers/promises';

/** How long a wait may take before it fails; generous, because test machines are busy. */
export interface WaitOptions {
  timeoutMs?: number;
}

const defaultTimeoutMs = 5000;
const pollMs = 10;

/** Asks until the answer is neither undefined, null nor false. `describe` tells what there was instead. */
export async function waitUntil<T>(
  ask: () => T | Promise<T>,
  describe: () => string | Promise<string>,
  { timeoutMs = defaultTimeoutMs }: WaitOptions = {},
): Promise<NonNullable<Exclude<T, false>>> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined && answer !== null && answer !== false) return answer as NonNullable<Exclude<T, false>>;
    if (performance.now() >= deadline) throw new Error(`Waited ${timeoutMs} ms. ${await describe()}`);
    await sleep(pollMs);
  }
}
