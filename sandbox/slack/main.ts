/** `npx tsx sandbox/slack/main.ts`: the workspace alone, until Ctrl-C. */
import { startWorkspace } from './workspace.ts';

const { PORT, REQUEST_URL, MANIFEST } = process.env;

const workspace = await startWorkspace({
  port: Number(PORT ?? 3900),
  ...(MANIFEST !== undefined && { manifestPath: MANIFEST }),
  ...(REQUEST_URL !== undefined && { requestUrl: REQUEST_URL }),
});
const { bot, app, signingSecret } = workspace.tokens;
console.log(`The workspace listens. For the app's environment:
SLACK_API_URL=${workspace.apiUrl}
SLACK_BOT_TOKEN=${bot}
SLACK_APP_TOKEN=${app}
SLACK_SIGNING_SECRET=${signingSecret}`);

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void workspace.stop());
