// What a deployment moves: which releases run, and how much traffic each one gets.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Balancer } from '../balancer/balancer.ts';
import type { Listening } from '../http.ts';
import { startShop } from './shop.ts';
import { releases } from './versions.ts';

export interface Fleet {
  /** The version that gets all traffic, if one does. */
  live(): string | undefined;
  /** Whether there is such a release at all. */
  known(version: string): boolean;
  running(): string[];
  weights(): Record<string, number>;
  start(version: string): Promise<void>;
  /** Waits until the release answers its health check; false after the deadline. */
  becomesHealthy(version: string, signal: AbortSignal): Promise<boolean>;
  /** Sets the balancer's weights over its admin API. */
  shift(weights: Record<string, number>): Promise<void>;
  /** Lets running requests end, then stops a release that gets no traffic any more. */
  retire(version: string): Promise<void>;
  close(): Promise<void>;
}

export interface FleetOptions {
  balancer: Balancer;
  promoBanner: () => Promise<boolean>;
  /** How long a release may take to get healthy. */
  healthDeadlineMs: number;
}

const DRAIN_MS = 1_000;

/** A fleet with nothing running yet. */
export function createFleet({ balancer, promoBanner, healthDeadlineMs }: FleetOptions): Fleet {
  const servers = new Map<string, Listening>();
  return {
    known: (version) => releases.has(version),
    running: () => [...servers.keys()],
    weights: () => balancer.weights(),
    live: () => soleVersion(balancer.weights()),
    async start(version) {
      const release = releases.get(version);
      if (!release) throw new Error(`there is no release ${version}`);
      if (servers.has(version)) return;
      const server = await startShop({ release, promoBanner });
      servers.set(version, server);
      balancer.register(version, server.url);
    },
    becomesHealthy: (version, signal) => pollHealth(servers.get(version)?.url, healthDeadlineMs, signal),
    shift: (weights) => putWeights(balancer, weights),
    async retire(version) {
      const server = servers.get(version);
      if (!server || (balancer.weights()[version] ?? 0) > 0) return;
      await drained(balancer, version);
      // Traffic may have been sent back while we waited; a release in use is never stopped.
      if ((balancer.weights()[version] ?? 0) > 0) return;
      balancer.unregister(version);
      servers.delete(version);
      await server.close();
    },
    async close() {
      await Promise.all([...servers.values()].map((server) => server.close()));
      servers.clear();
    },
  };
}

function soleVersion(weights: Record<string, number>): string | undefined {
  const serving = Object.keys(weights).filter((version) => (weights[version] ?? 0) > 0);
  return serving.length === 1 ? serving[0] : undefined;
}

async function pollHealth(url: string | undefined, deadlineMs: number, signal: AbortSignal): Promise<boolean> {
  if (!url) return false;
  const deadline = performance.now() + deadlineMs;
  do {
    const response = await fetch(`${url}/healthz`, { signal });
    await response.body?.cancel();
    if (response.ok) return true;
    await sleep(Math.min(50, deadlineMs / 4), undefined, { signal });
  } while (performance.now() < deadline);
  return false;
}

async function putWeights(balancer: Balancer, weights: Record<string, number>): Promise<void> {
  const response = await fetch(`${balancer.adminUrl}/weights`, {
    method: 'PUT',
    headers: { authorization: `Bearer ${balancer.adminToken}`, 'content-type': 'application/json' },
    body: JSON.stringify({ weights }),
  });
  if (!response.ok) throw new Error(`the balancer refused the weights: ${await response.text()}`);
  await response.body?.cancel();
}

async function drained(balancer: Balancer, version: string): Promise<void> {
  const deadline = performance.now() + DRAIN_MS;
  while (balancer.inFlight(version) > 0 && performance.now() < deadline) await sleep(10);
}
