// Variables that are each fine and together are not.
import type { Problem } from './problem.ts';
import type { VariableName } from './variables.ts';

export type Given = Partial<Record<VariableName, string>>;

type Rule = (given: Given) => [severity: Problem['severity'], path: VariableName, message: string, suggestion: string] | undefined;

/** Bot tokens of the real Slack begin with the number of their workspace; the local workspace's do not. */
const realToken = /^xoxb-\d+-/;

const inProduction = (given: Given) => given.NODE_ENV === 'production';
const isEmbedded = (given: Given) => !given.DATABASE_URL && !given.REDIS_URL;

const rules: readonly Rule[] = [
  (given) =>
    given.SLACK_APP_TOKEN || given.SLACK_SIGNING_SECRET
      ? undefined
      : [
          'error',
          'SLACK_APP_TOKEN',
          'is missing, and so is SLACK_SIGNING_SECRET',
          'Set SLACK_APP_TOKEN for Socket Mode (no public address needed), or SLACK_SIGNING_SECRET for HTTP.',
        ],
  (given) =>
    given.SLACK_APP_TOKEN && given.SLACK_SIGNING_SECRET
      ? ['warning', 'SLACK_SIGNING_SECRET', 'is not used, because SLACK_APP_TOKEN selects Socket Mode', 'Unset one of the two.']
      : undefined,
  (given) =>
    given.SLACK_API_URL && realToken.test(given.SLACK_BOT_TOKEN ?? '')
      ? [
          'error',
          'SLACK_API_URL',
          'would send a real bot token to another address than Slack',
          'Unset SLACK_API_URL, or use the token of the local workspace.',
        ]
      : undefined,
  (given) =>
    given.SLACK_API_URL && inProduction(given) && given.WARROOM_ALLOW_SANDBOX !== '1'
      ? [
          'error',
          'SLACK_API_URL',
          'points production at a local workspace',
          'Unset SLACK_API_URL; if you mean it, set WARROOM_ALLOW_SANDBOX=1.',
        ]
      : undefined,
  (given) =>
    Boolean(given.DATABASE_URL) === Boolean(given.REDIS_URL)
      ? undefined
      : [
          'error',
          given.DATABASE_URL ? 'REDIS_URL' : 'DATABASE_URL',
          `is missing, though ${given.DATABASE_URL ? 'DATABASE_URL' : 'REDIS_URL'} is set`,
          'Set both, to use PostgreSQL and Redis, or neither, to try out with the embedded database.',
        ],
  (given) =>
    isEmbedded(given) && inProduction(given) && given.WARROOM_ALLOW_EMBEDDED !== '1'
      ? [
          'error',
          'DATABASE_URL',
          'is missing; production does not run on the embedded database, which serves one process only',
          'Set DATABASE_URL and REDIS_URL; if you mean it, set WARROOM_ALLOW_EMBEDDED=1.',
        ]
      : undefined,
  (given) =>
    isEmbedded(given) && given.WARROOM_ROLE !== undefined && given.WARROOM_ROLE !== 'all'
      ? [
          'error',
          'WARROOM_ROLE',
          'must be all: the embedded database serves one process only',
          'Leave the role out, or set DATABASE_URL and REDIS_URL.',
        ]
      : undefined,
];

export function contradictions(given: Given): Problem[] {
  return rules.flatMap((rule) => {
    const found = rule(given);
    if (!found) return [];
    const [severity, path, message, suggestion] = found;
    return [{ severity, file: 'environment', path, message, suggestion }];
  });
}
