// The shop: one small HTTP server per running release.
import { setTimeout as sleep } from 'node:timers/promises';
import { jsonBody, serveRoutes, type Answer, type Listening, type Route } from '../http.ts';
import type { Release } from './versions.ts';

export interface ShopOptions {
  release: Release;
  /** Asks the config service; see `flagReader`. */
  promoBanner: () => Promise<boolean>;
}

/** Starts one release on a free port. */
export function startShop({ release, promoBanner }: ShopOptions): Promise<Listening> {
  const served = { 'x-shop-version': release.version };
  const reply = (status: number, body: unknown): Answer => ({ status, body, headers: served });
  const think = () => sleep(release.thinkMs[0] + Math.random() * (release.thinkMs[1] - release.thinkMs[0]));

  const routes: Route[] = [
    ['GET', '/healthz', () => (release.boots ? reply(200, { ok: true }) : reply(503, { ok: false, why: 'catalogue did not load' }))],
    ['GET', '/version', () => reply(200, { version: release.version })],
    [
      'GET',
      '/browse',
      async () => {
        const promo = await promoBanner();
        await think();
        return reply(200, { articles: 100, banner: promo ? 'Everything 20 % off' : null });
      },
    ],
    [
      'POST',
      '/checkout',
      async (ask) => {
        const { sku } = jsonBody(ask);
        if (typeof sku !== 'number') return reply(422, { error: 'sku is missing' });
        const promo = await promoBanner();
        await think();
        try {
          return reply(200, { sku, total: release.price({ sku }, promo) });
        } catch (error) {
          return reply(500, { error: String(error) });
        }
      },
    ],
  ];
  return serveRoutes(routes);
}

/**
 * Reads one flag from the config service and remembers it for a moment. While the service cannot be reached the last answer
 * stands: a shop must not fail because its config service does.
 */
export function flagReader(url: string, token: string, ttlMs: number): () => Promise<boolean> {
  let known = false;
  let asking: Promise<boolean> | undefined;
  let freshUntil = 0;
  const ask = async (): Promise<boolean> => {
    try {
      const response = await fetch(url, { headers: { authorization: `Bearer ${token}` }, signal: AbortSignal.timeout(1_000) });
      if (response.ok) known = ((await response.json()) as { enabled: boolean }).enabled;
      else await response.body?.cancel();
    } catch {
      // the last known answer stands, see above
    }
    freshUntil = performance.now() + ttlMs;
    asking = undefined;
    return known;
  };
  return () => (performance.now() < freshUntil ? Promise.resolve(known) : (asking ??= ask()));
}
