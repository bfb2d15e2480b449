// Reading what Warroom said, where the person is.
import type { ActResult, Message } from '../../sandbox/slack/client-api.ts';
import { wordsIn, type PersonApi, type TestApi } from '../../sandbox/slack/test-api.ts';

/** Machines are busy: what takes a second on a free one may take many here. */
export const patient = { timeoutMs: 20_000 };

/** What the app answered a command with, as words. A failed act gives what Slack showed instead. */
export function answerOf(result: ActResult): string {
  if (!result.ok) return `${result.error}: ${result.message}`;
  const { text = '', blocks = [] } = (result.response ?? {}) as { text?: string; blocks?: unknown[] };
  return wordsIn({ text, blocks } as Message);
}

/** The errors under the fields of a submitted form. */
export function fieldErrorsOf(result: ActResult): Record<string, string> {
  const { errors = {} } = ((result.ok && result.response) || {}) as { errors?: Record<string, string> };
  return errors;
}

/** Waits for words that only this person sees. */
export async function whispered(person: PersonApi, where: string, words: RegExp): Promise<string> {
  const message = await person.waitForMessage(
    where,
    ({ ephemeralFor, ...rest }) => ephemeralFor !== undefined && words.test(wordsIn(rest)),
    patient,
  );
  return wordsIn(message);
}

/** A starved machine drops its socket, and Slack then refuses what is typed. That is no matter of these tests: they wait for the next one. */
export async function connected(api: TestApi): Promise<void> {
  await api.waitFor(async () => (await api.as('ada').snapshot()).app.connected, { timeoutMs: 30_000, what: 'Warroom is not connected.' });
}

/** What a card said over time: every text that was posted or edited into it. */
export async function drawingsOf(api: TestApi, ts: string): Promise<string[]> {
  const updates = (await api.apiCalls('chat.update')).filter(({ request }) => (request as { ts?: string }).ts === ts);
  return updates.map(({ request }) => JSON.stringify(request));
}
