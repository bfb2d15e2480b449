// Where an answer to an input may be sent: the address comes with the input, and nobody but Slack may be answered there.
import type { App } from '@slack/bolt';
import { Refusal } from '../domain/refusal.ts';
import type { Log } from '../ports.ts';
import { refusalMessage } from '../views/refusal-text.ts';

const slackOrigins = ['https://hooks.slack.com', 'https://hooks.slack-gov.com'];

/** Addresses of Slack itself, or of the workspace that stands in for it. */
export function isReplyAddress(address: unknown, apiUrl: string | undefined): boolean {
  if (typeof address !== 'string' || !URL.canParse(address)) return false;
  const { origin, username, password } = new URL(address);
  if (username !== '' || password !== '') return false;
  return slackOrigins.includes(origin) || (apiUrl !== undefined && URL.canParse(apiUrl) && origin === new URL(apiUrl).origin);
}

/** Takes no input that wants to be answered elsewhere: Slack sends none, so nothing of it is believed. */
export function refuseForeignReplies(app: App, { apiUrl, log }: { apiUrl: string | undefined; log: Log }): void {
  app.use(async ({ body, next, ...args }) => {
    const { response_url: single, response_urls: several = [] } = body as { response_url?: unknown; response_urls?: unknown };
    const listed = Array.isArray(several) ? several.map((each) => (each as { response_url?: unknown } | null)?.response_url) : [several];
    const foreign = [...(single === undefined ? [] : [single]), ...listed].filter((address) => !isReplyAddress(address, apiUrl));
    if (foreign.length === 0) return next();
    log.warn({ host: hostOf(foreign[0]) }, 'an input wanted to be answered at an address that is not slack: refused');
    // Only a command has its answer in the ack; a button that is not acked shows Slack's own sign of failure.
    if ('command' in args) await args.ack({ response_type: 'ephemeral', ...refusalMessage(new Refusal('foreign_reply')) });
  });
}

const hostOf = (address: unknown): string => (typeof address === 'string' && URL.canParse(address) ? new URL(address).host : 'no address');
