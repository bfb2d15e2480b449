import type { Json } from './json.ts';

/** A "no" in Slack's own words: answered as `{ ok: false, error: code, ...extras }` with HTTP 200. */
export class SlackError extends Error {
  readonly code: string;
  readonly extras: Json;

  constructor(code: string, extras: Json = {}) {
    super(code);
    this.name = 'SlackError';
    this.code = code;
    this.extras = extras;
  }
}

/** The error Slack answers when Block Kit or the arguments do not fit; each problem carries its json-pointer. */
export function invalid(code: 'invalid_blocks' | 'invalid_arguments', problems: readonly string[]): SlackError {
  return new SlackError(code, { errors: [...problems], response_metadata: { messages: problems.map((problem) => `[ERROR] ${problem}`) } });
}
