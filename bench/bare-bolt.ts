/** Bolt with nothing behind it: what a command costs before Warroom does anything. */
import { App, LogLevel, SocketModeReceiver } from '@slack/bolt';

const { SLACK_BOT_TOKEN = '', SLACK_APP_TOKEN = '', SLACK_API_URL = '' } = process.env;

const clientOptions = { slackApiUrl: SLACK_API_URL };
const receiver = new SocketModeReceiver({
  appToken: SLACK_APP_TOKEN,
  logLevel: LogLevel.ERROR,
  installerOptions: { clientOptions: { ...clientOptions } },
});
const app = new App({ token: SLACK_BOT_TOKEN, receiver, logLevel: LogLevel.ERROR, clientOptions });
app.command(/.*/, async ({ ack }) => {
  await ack();
});
receiver.client.on('connected', () => process.send?.('ready'));
process.once('SIGTERM', () => process.exit(0));
await app.start();
