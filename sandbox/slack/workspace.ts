/** A Slack workspace on this machine. The real Bolt app talks to it through SLACK_API_URL alone. */
import { createAdaptorServer } from '@hono/node-server';
import { Hono } from 'hono';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { setNotice, setRequestUrl } from './acts/orders.ts';
import type { Core, Tokens } from './core.ts';
import type { WorkspaceOptions } from './options.ts';
import { createCore } from './wiring.ts';
import { apiRoutes } from './server/api-routes.ts';
import { clientRoutes } from './server/client-routes.ts';
import { responseRoutes } from './server/response-routes.ts';
import type { Store } from './state/store.ts';
import { createTestApi, type TestApi } from './test-api.ts';

export type { WorkspaceOptions } from './options.ts';

export interface Workspace {
  url: string;
  /** For SLACK_API_URL. */
  apiUrl: string;
  port: number;
  tokens: Tokens;
  store: Store;
  core: Core;
  api: TestApi;
  setNotice(notice: string): void;
  setRequestUrl(url: string | undefined): void;
  stop(): Promise<void>;
}

/** Starts a workspace with a small company in it. */
export async function startWorkspace(options: WorkspaceOptions = {}): Promise<Workspace> {
  const core = createCore(options);
  const app = new Hono();
  app.route('/api', apiRoutes(core));
  app.route('/', responseRoutes(core));
  app.route('/client', clientRoutes(core));
  options.pageRoutes?.(app);
  const server = createAdaptorServer({ fetch: app.fetch });
  server.on('upgrade', (request, socket, head) => core.sockets.upgrade(request, socket, head));
  server.listen(options.port ?? 0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  core.baseUrl = `http://127.0.0.1:${port}`;

  return {
    url: core.baseUrl,
    apiUrl: `${core.baseUrl}/api/`,
    port,
    tokens: core.tokens,
    store: core.store,
    core,
    api: createTestApi(core),
    setNotice: (notice) => setNotice(core, notice),
    setRequestUrl: (url) => setRequestUrl(core, url),
    async stop() {
      core.clock.stop();
      await core.sockets.stop();
      const closed = once(server, 'close');
      server.close();
      if ('closeAllConnections' in server) server.closeAllConnections();
      await closed;
    },
  };
}
