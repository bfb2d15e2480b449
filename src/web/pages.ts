import { Hono } from 'hono';
import { html } from 'hono/html';
import type { Log } from '../ports.ts';
import { contentPolicy, page } from './look.ts';
import type { Metrics } from './metrics.ts';
import type { Hooks } from './hooks.ts';
import { hooksDoor } from './hooks.ts';
import { operateApi } from './operate/api.ts';
import type { Operate } from './operate/door.ts';
import { countFailures } from './operate/failures.ts';
import { operatePage } from './operate/page.ts';
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
  metrics: Pick<Metrics, 'registry' | 'setStoreFiguresFresh' | 'hookAnswered'>;
  /** Sets the figures that come from the store. */
  refreshMetrics: () => Promise<void>;
  log: Log;
  checkMs: number;
  /** The way in without Slack. */
  operate?: Operate;
  /** Where providers call. */
  hooks?: Hooks;
}

/** What a person, an orchestrator and Prometheus may read. */
export function pages(of: Pages): Hono {
  const app = new Hono();
  app.use(async (c, next) => {
    await next();
    // A page that needs more says so itself.
    for (const [name, value] of safety) if (!c.res.headers.has(name)) c.res.headers.set(name, value);
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
  if (of.hooks) app.route('/hooks', hooksDoor({ ...of.hooks, metrics: of.metrics, log: of.log, takeMs: of.checkMs }));
  if (of.operate) {
    const door = { ...of.operate, failures: countFailures(of.operate.now) };
    app.route('/api/v1', operateApi(door));
    app.route('/operate', operatePage(door));
  }
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

const safety = [
  ['content-security-policy', contentPolicy('none')],
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

function frontPage({ version, store, role }: About): ReturnType<typeof page> {
  return page(
    'Warroom',
    html`<h1>Warroom</h1>
      <p>The Slack bot that opens an incident's war room and rolls production back.</p>
      <dl>
        <dt>Version</dt>
        <dd>${version}</dd>
        <dt>This process</dt>
        <dd>${roles[role]}</dd>
        <dt>Store and queue</dt>
        <dd>${stores[store]}</dd>
      </dl>
      <p><a href="/operate">When Slack is down</a></p>`,
  );
}
