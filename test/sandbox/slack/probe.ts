/** A workspace with the probing manifest, and the real Bolt app in either mode. */
import bolt from '@slack/bolt';
import { WebClient, type Logger } from '@slack/web-api';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { startWorkspace, type Workspace, type WorkspaceOptions } from '../../../sandbox/slack/workspace.ts';

const { App, HTTPReceiver, LogLevel, SocketModeReceiver } = bolt;

const manifestPath = fileURLToPath(new URL('./manifest.yml', import.meta.url));

/** A workspace whose app may do everything. */
export function probeWorkspace(options: WorkspaceOptions = {}): Promise<Workspace> {
  return startWorkspace({ manifestPath, ...options });
}

const say = () => undefined;

/** Refusals are what these tests are about: the SDK need not report them. */
const silent: Logger = { debug: say, info: say, warn: say, error: say, setLevel: say, setName: say, getLevel: () => LogLevel.ERROR };

/** The SDK's own client, without retries. */
export function clientFor({ apiUrl, tokens }: Workspace, token = tokens.bot): WebClient {
  return new WebClient(token, {
    slackApiUrl: apiUrl,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    logger: silent,
  });
}

export type BoltApp = InstanceType<typeof App>;

/** Bolt over Socket Mode, told nothing but the address and the tokens. */
export async function socketApp(workspace: Workspace, listen: (app: BoltApp) => void): Promise<{ stop: () => Promise<void> }> {
  const api = { slackApiUrl: workspace.apiUrl };
  const receiver = new SocketModeReceiver({
    appToken: workspace.tokens.app,
    clientPingTimeout: 300,
    logger: silent,
    installerOptions: { clientOptions: { ...api, retryConfig: { retries: 10, minTimeout: 50, maxTimeout: 100 } } },
  });
  return begin(workspace, { receiver, listen });
}

/** Bolt over signed HTTP, on a free port. */
export async function httpApp(workspace: Workspace, listen: (app: BoltApp) => void): Promise<{ stop: () => Promise<void> }> {
  const port = await freePort();
  const receiver = new HTTPReceiver({ signingSecret: workspace.tokens.signingSecret, port, logger: silent });
  const running = await begin(workspace, { receiver, listen });
  workspace.setRequestUrl(`http://127.0.0.1:${port}/slack/events`);
  return running;
}

type Receiver = NonNullable<NonNullable<ConstructorParameters<typeof App>[0]>['receiver']>;

async function begin(
  workspace: Workspace,
  part: { receiver: Receiver; listen: (app: BoltApp) => void },
): Promise<{ stop: () => Promise<void> }> {
  const app = new App({
    token: workspace.tokens.bot,
    receiver: part.receiver,
    deferInitialization: true,
    logger: silent,
    clientOptions: { slackApiUrl: workspace.apiUrl, retryConfig: { retries: 0 } },
  });
  part.listen(app);
  await app.init();
  await app.start();
  return { stop: async () => void (await app.stop()) };
}

/** A port that was free a moment ago. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
