import { createHash } from 'node:crypto';
import { Hono } from 'hono';
import { html, raw } from 'hono/html';
import type { Log } from '../ports.ts';
import type { Metrics } from './metrics.ts';
import type { Readiness } from './ready.ts';
import { within } from './within.ts';

export interface About {
  version: string;
  store: 'embedded' | 'servers';
  role: 'web' | 'worker' | 'all';
}

export interface Pages {
  about: About;
  ready: () => Promise<Readiness[]>;
  shuttingDown: () => boolean;
  metrics: Pick<Metrics, 'registry' | 'setStoreFiguresFresh'>;
  /** Sets the figures that come from the store. */
  refreshMetrics: () => Promise<void>;
  log: Log;
  checkMs: number;
}

/** What a person, an orchestrator and Prometheus may read. */
export function pages(of: Pages): Hono {
  const app = new Hono();
  app.use(async (c, next) => {
    await next();
    for (const [name, value] of safety) c.res.headers.set(name, value);
  });
  app.get('/', (c) => c.html(frontPage(of.about)));
  app.get('/healthz', (c) => c.text('ok'));
  app.get('/readyz', async (c) => {
    const { ready, checks } = await readiness(of);
    return c.json({ ready, checks }, ready ? 200 : 503);
  });
  app.get('/metrics', async (c) => {
    await refreshed(of);
    return c.body(await of.metrics.registry.metrics(), 200, { 'content-type': of.metrics.registry.contentType });
  });
  app.notFound((c) => c.json({ error: 'not_found' }, 404));
  app.onError((error, c) => {
    of.log.error({ err: error, path: c.req.path }, 'web request failed');
    return c.json({ error: 'internal' }, 500);
  });
  return app;
}

async function readiness({ ready, shuttingDown, log, checkMs }: Pages): Promise<{ ready: boolean; checks: Readiness[] }> {
  if (shuttingDown()) return { ready: false, checks: [{ name: 'process', ok: false, detail: 'shutting down' }] };
  try {
    const checks = await within(checkMs, ready);
    return { ready: checks.every(({ ok }) => ok), checks };
  } catch (error) {
    log.warn({ err: error }, 'readiness unknown');
    return { ready: false, checks: [{ name: 'checks', ok: false, detail: 'no good answer' }] };
  }
}

/** With the database gone the process's own figures are wanted more than ever; the others say that they are old. */
async function refreshed({ metrics, refreshMetrics, log, checkMs }: Pages): Promise<void> {
  try {
    await within(checkMs, refreshMetrics);
    metrics.setStoreFiguresFresh(true);
  } catch (error) {
    metrics.setStoreFiguresFresh(false);
    log.warn({ err: error }, 'metrics of the store not read');
  }
}

const style =
  'body{font:16px/1.5 system-ui,sans-serif;max-width:36rem;margin:4rem auto;padding:0 1rem;color:#1d1c1d;background:#fff}' +
  'dt{color:#5c5a5d}dd{margin:0 0 .75rem}@media(prefers-color-scheme:dark){body{color:#e8e6e9;background:#1a1d21}dt{color:#a9a7aa}}';

// Apart from the page below, where a formatter might add white space that the hash does not know.
const styleElement = raw(`<style>${style}</style>`);

/** The page's only style is known by its hash; nothing else may load, run, frame or be sent from here. */
const contentPolicy = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'`,
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const safety = [
  ['content-security-policy', contentPolicy],
  ['x-content-type-options', 'nosniff'],
  ['referrer-policy', 'no-referrer'],
  ['cache-control', 'no-store'],
] as const;

const roles: Readonly<Record<About['role'], string>> = {
  web: 'listens to Slack',
  worker: 'runs jobs',
  all: 'listens to Slack and runs jobs',
};

const stores: Readonly<Record<About['store'], string>> = {
  embedded: 'embedded: for trying out',
  servers: 'PostgreSQL and Redis',
};

function frontPage({ version, store, role }: About): ReturnType<typeof html> {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>Warroom</title>
        ${styleElement}
      </head>
      <body>
        <h1>Warroom</h1>
        <p>The Slack bot that opens an incident's war room and rolls production back.</p>
        <dl>
          <dt>Version</dt>
          <dd>${version}</dd>
          <dt>This process</dt>
          <dd>${roles[role]}</dd>
          <dt>Store and queue</dt>
          <dd>${stores[store]}</dd>
        </dl>
      </body>
    </html>`;
}
