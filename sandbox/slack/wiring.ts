import { fileURLToPath } from 'node:url';
import type { Core, Tokens } from './core.ts';
import { createHttpTransport } from './delivery/http-transport.ts';
import { createHub } from './delivery/hub.ts';
import { createResponseUrls } from './delivery/response-urls.ts';
import { createSocketTransport } from './delivery/socket-transport.ts';
import { createTriggers } from './delivery/triggers.ts';
import { createChanges } from './state/changes.ts';
import { createClock } from './state/clock.ts';
import { createFaults } from './state/faults.ts';
import { createIds } from './state/ids.ts';
import { createLimiter } from './state/limits.ts';
import { createLog } from './state/log.ts';
import { readManifest } from './state/manifest.ts';
import { defaultPeople, seedStore } from './state/seed.ts';
import { seenApp } from './wire/client.ts';
import type { WorkspaceOptions } from './options.ts';

const defaultManifest = fileURLToPath(new URL('../../manifest.yml', import.meta.url));

const defaultTokens: Tokens = { bot: 'xoxb-sandbox', app: 'xapp-sandbox', signingSecret: 'sandbox-signing-secret' };

const slackWaitMs = 3000;

/** Puts the parts together; nothing listens yet. */
export function createCore(options: WorkspaceOptions): Core {
  const clock = createClock(options.now);
  const ids = createIds(clock);
  const manifest = readManifest(options.manifestPath ?? defaultManifest);
  const store = seedStore(manifest, options.people ?? defaultPeople, { clock, ids });
  const tokens = { ...defaultTokens, ...options.tokens };
  const changes = createChanges();
  const now = () => clock.now();
  const log = createLog(changes, now);
  const ackTimeoutMs = options.ackTimeoutMs ?? slackWaitMs;
  const sockets = createSocketTransport({ appId: store.app.id, ackTimeoutMs, now, noticed: socketNoticed });
  const http = createHttpTransport({ requestUrl: () => core.requestUrl, signingSecret: tokens.signingSecret, ackTimeoutMs, now });
  const core: Core = {
    clock,
    ids,
    store,
    manifest,
    tokens,
    changes,
    log,
    sockets,
    ackTimeoutMs,
    faults: createFaults(changes),
    limiter: createLimiter(now),
    hub: createHub({ socket: sockets, http, clock, log }),
    triggers: createTriggers(clock, ids, options.triggerTtlMs ?? slackWaitMs),
    responseUrls: createResponseUrls(clock),
    baseUrl: '',
    requestUrl: options.requestUrl,
    notice: options.notice ?? '',
  };

  function socketNoticed(name: string, connections: number): void {
    log.add({ kind: 'socket', name, request: { connections } });
    changes.publish(() => ({ type: 'app', app: seenApp(core) }));
  }

  return core;
}
