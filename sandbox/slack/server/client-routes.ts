/** `/client/*`: the page and the test API, acting for people. */
import { Hono } from 'hono';
import { streamSSE } from 'hono/streaming';
import type { Act, Change, Order } from '../client-api.ts';
import { perform } from '../acts/act.ts';
import { obey } from '../acts/orders.ts';
import type { Core } from '../core.ts';
import { snapshot } from '../wire/client.ts';

const ownHosts = new Set(['127.0.0.1', 'localhost', '[::1]']);

/** No other site in the same browser may act for people here: neither by a foreign Origin nor by a name bound to this address. */
function isOwnPage(host: string, origin: string | undefined): boolean {
  return ownHosts.has(host.replace(/:\d+$/, '')) && (origin === undefined || origin === `http://${host}`);
}

const noop = () => undefined as void;

/** What client-api.ts promises. */
export function clientRoutes(core: Core): Hono {
  const app = new Hono();
  app.use(async (c, next) => {
    if (!isOwnPage(c.req.header('host') ?? '', c.req.header('origin'))) return c.json({ ok: false, error: 'forbidden' }, 403);
    return next();
  });
  app.get('/snapshot', (c) => c.json(snapshot(core, c.req.query('as') ?? '')));
  app.post('/act', async (c) => c.json(await perform(core, await c.req.json<Act>())));
  app.post('/admin', async (c) => c.json(await obey(core, await c.req.json<Order>())));
  app.get('/log', (c) => c.json({ entries: core.log.after(Number(c.req.query('after') ?? 0)) }));
  app.get('/stream', (c) => {
    const after = c.req.header('last-event-id') ?? c.req.query('after');
    const as = c.req.query('as') ?? '';
    return streamSSE(c, async (stream) => {
      const queue: Change[] = [];
      let wake = noop;
      const unsubscribe = core.changes.subscribe(
        as,
        (change) => {
          queue.push(change);
          wake();
        },
        after === undefined ? undefined : Number(after),
      );
      stream.onAbort(() => (unsubscribe(), wake()));
      await stream.writeSSE({ event: 'ready', data: String(core.changes.seq()) });
      while (!stream.aborted && !stream.closed) {
        const change = queue.shift();
        if (change) await stream.writeSSE({ event: 'change', id: String(change.seq), data: JSON.stringify(change) });
        else await new Promise<void>((resolve) => (wake = resolve));
      }
    });
  });
  return app;
}
