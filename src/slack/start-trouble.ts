/** What Slack says about a token it does not take. */
const refusals: Record<string, string> = {
  invalid_auth: 'is not valid',
  not_authed: 'is not valid',
  token_revoked: 'was revoked',
  token_expired: 'has expired',
  account_inactive: 'belongs to an app or a person that was removed',
  not_allowed_token_type: 'is of the wrong kind',
  missing_scope: 'lacks a scope: reinstall the app with manifest.yml',
};

export type TokenName = 'SLACK_BOT_TOKEN' | 'SLACK_APP_TOKEN';

/** Slack did not let us in: which variable it is about, or where nobody answers. One line for the person who starts Warroom. */
export function startTrouble(error: unknown, token: TokenName, apiUrl = 'https://slack.com/api/'): Error {
  const code = errorCode(error);
  if (code !== undefined) return new Error(`Slack says that ${token} ${refusals[code] ?? `cannot be used (${code})`}.`);
  return new Error(`Slack cannot be reached at ${apiUrl}: ${innermost(error)}.`);
}

function errorCode(error: unknown): string | undefined {
  const { data } = (error ?? {}) as { data?: { error?: unknown } };
  return typeof data?.error === 'string' ? data.error : undefined;
}

/** The library says only that a request failed; the reason lies inside. */
function innermost(error: unknown): string {
  const { original, cause, message, code } = (error ?? {}) as Record<string, unknown>;
  const inner = original ?? cause;
  if (inner !== undefined && inner !== null) return innermost(inner);
  return [message, code].find((said): said is string => typeof said === 'string' && said !== '') ?? 'no answer';
}
