// GitHub's ways to say no.
import { HttpRefusal, jsonBody, type Answer, type Ask } from '../http.ts';

const DOCS = 'https://docs.github.com/rest';

export const failure = (status: number, message: string, headers: Record<string, string> = {}): Answer => ({
  status,
  body: { message, documentation_url: DOCS, status: String(status) },
  headers,
});

export const notFound = (): Answer => failure(404, 'Not Found');

/** Unwraps what a lookup found, else answers 404. */
export function found<T>(value: T | undefined): T {
  if (value === undefined) throw new HttpRefusal(notFound());
  return value;
}

export function refuse(status: number, message: string): never {
  throw new HttpRefusal(failure(status, message));
}

export const body = (ask: Ask): Record<string, unknown> =>
  jsonBody(ask, { message: 'Problems parsing JSON', documentation_url: DOCS, status: '400' });
