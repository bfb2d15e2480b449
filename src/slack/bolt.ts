import { App, HTTPReceiver, SocketModeReceiver } from '@slack/bolt';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Log } from '../ports.ts';
import { boltLogger } from './bolt-logger.ts';
import { refuseForeignReplies } from './reply-address.ts';
import { startTrouble, type TokenName } from './start-trouble.ts';

export type SlackConnection = { readonly botToken: string; readonly apiUrl?: string } & (
  { readonly mode: 'socket'; readonly appToken: string } | { readonly mode: 'http'; readonly signingSecret: string }
);

export interface Bolt {
  app: App;
  /** In HTTP mode: what Slack's requests are handed to. */
  listener: ((request: IncomingMessage, response: ServerResponse) => void) | undefined;
  /** Shows the bot token to Slack and gives the workspace it belongs to. @throws saying what is wrong with it */
  logIn: () => Promise<string>;
  /** Opens the socket (Socket Mode), or nothing to do (HTTP). @throws saying what is wrong with the app token */
  start: () => Promise<void>;
  /** Stops taking input, then waits until what was acked is done. */
  stop: () => Promise<void>;
  isConnected: () => boolean;
}

const finishMs = 10_000;

/**
 * Bolt, unmodified, in the mode that the environment chose. Receiver and App get separate option objects: Bolt writes into the ones
 * it is given. Its own server is never started; ours serves both modes.
 */
export function createBolt(slack: SlackConnection, log: Log): Bolt {
  const api = slack.apiUrl === undefined ? {} : { slackApiUrl: slack.apiUrl };
  const logger = boltLogger(log);
  const receiver = slack.mode === 'socket' ? socketReceiver(slack.appToken, api, logger) : httpReceiver(slack.signingSecret, logger);
  const app = new App({
    token: slack.botToken,
    receiver,
    logger,
    convoStore: false, // nothing is kept per conversation; looking it up costs every input
    deferInitialization: true, // a bad token becomes an error that init() throws
    clientOptions: { ...api, retryConfig: { retries: 1, minTimeout: 200 }, timeout: 10_000, rejectRateLimitedCalls: true },
  });
  const idle = countRunning(app);
  refuseForeignReplies(app, { apiUrl: slack.apiUrl, log });
  const orTrouble =
    (token: TokenName) =>
    (error: unknown): never => {
      throw startTrouble(error, token, slack.apiUrl);
    };
  const logIn = async (): Promise<string> => {
    await app.init().catch(orTrouble('SLACK_BOT_TOKEN'));
    const { team_id: team = '' } = await app.client.auth.test().catch(orTrouble('SLACK_BOT_TOKEN'));
    return team;
  };
  if (receiver instanceof HTTPReceiver) {
    const listener = (request: IncomingMessage, response: ServerResponse): void => receiver.requestListener(request, response);
    return { app, listener, logIn, start: () => Promise.resolve(), stop: idle, isConnected: () => true };
  }

  let connected = false;
  receiver.client.on('connected', () => (connected = true));
  receiver.client.on('disconnected', () => (connected = false));
  receiver.client.on('reconnecting', () => (connected = false));
  const stop = async (): Promise<void> => {
    await app.stop();
    await idle();
  };
  const start = async (): Promise<void> => void (await app.start().catch(orTrouble('SLACK_APP_TOKEN')));
  return { app, listener: undefined, logIn, start, stop, isConnected: () => connected };
}

/** @returns what waits until all that was taken in is done */
function countRunning(app: App): () => Promise<void> {
  const running = new Set<symbol>();
  app.use(async ({ next }) => {
    const one = Symbol('input');
    running.add(one);
    try {
      await next();
    } finally {
      running.delete(one);
    }
  });
  return async () => {
    const deadline = Date.now() + finishMs;
    while (running.size > 0 && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 20));
  };
}

type Logger = ReturnType<typeof boltLogger>;

/** A low ping time-out keeps the pause without a socket after a reconnect short: Bolt waits that long before it opens the next one. */
function socketReceiver(appToken: string, api: { slackApiUrl?: string }, logger: Logger): SocketModeReceiver {
  const clientOptions = { ...api, retryConfig: { retries: 100, factor: 1.3, maxTimeout: 10_000 } };
  return new SocketModeReceiver({ appToken, logger, clientPingTimeout: 3000, installerOptions: { clientOptions } });
}

const httpReceiver = (signingSecret: string, logger: Logger): HTTPReceiver => new HTTPReceiver({ signingSecret, logger });
