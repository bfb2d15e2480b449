// The local production: a shop that really runs, and everything around it that a rollback needs to talk to.
import { startBalancer, type Balancer } from './balancer/balancer.ts';
import { createCampaign, type Campaign } from './campaign.ts';
import { startFlags, type FlagService } from './flags/flags.ts';
import { startGithub, type Github } from './github/github.ts';
import type { WebhookTarget } from './github/webhooks.ts';
import { createLoad, type Load } from './load/load.ts';
import { startPrometheus, type Prometheus } from './metrics/prometheus.ts';
import { createRecorder, type Health } from './metrics/recorder.ts';
import { createFleet, type Fleet } from './shop/fleet.ts';
import { flagReader } from './shop/shop.ts';

export interface ProductionOptions {
  /** 0 or nothing takes a free port. */
  ports?: { github?: number; shop?: number; balancerAdmin?: number; flags?: number; prometheus?: number };
  /** The version that is live at the start. */
  seed?: 'v38' | 'v40' | 'v41';
  githubToken?: string;
  flagsToken?: string;
  balancerToken?: string;
  webhook?: WebhookTarget;
  /** How long a workflow run takes. */
  runSeconds?: number;
  /** How long a new run stays out of the list of runs. */
  listLagMs?: number;
  load?: { perSecond: number };
  /** How long the shop remembers a flag. */
  flagTtlMs?: number;
  /** How often the counters are sampled for the metrics. */
  sampleMs?: number;
  now?: () => number;
}

export interface Production {
  githubUrl: string;
  /** The shop as customers reach it: through the balancer. */
  shopUrl: string;
  balancerUrl: string;
  balancerToken: string;
  flagsUrl: string;
  flagsToken: string;
  prometheusUrl: string;
  github: Github;
  flags: FlagService;
  balancer: Pick<Balancer, 'audit' | 'faults'>;
  fleet: Pick<Fleet, 'live' | 'running' | 'weights'>;
  campaign: Campaign;
  load: Load;
  /** What was measured in the last seconds; default 10. */
  health(seconds?: number): Health;
  stop(): Promise<void>;
}

/** Starts all of it on loopback. The load starts by `load.start()`. */
export async function startProduction(options: ProductionOptions = {}): Promise<Production> {
  const { ports = {}, seed = 'v41', now = Date.now } = options;
  const running: { close(): Promise<void> }[] = [];
  const keep = <T extends { close(): Promise<void> }>(part: T): T => (running.unshift(part), part);
  try {
    const flagService = { token: options.flagsToken ?? 'local-flags-token', now };
    const flags = keep(await startFlags({ port: ports.flags ?? 0, ...flagService }));
    const balancer = keep(await startShopFront(options));
    const promoBanner = flagReader(`${flags.url}/evaluate/promo-banner`, flags.token, options.flagTtlMs ?? 500);
    const fleet = keep(createFleet({ balancer, promoBanner, healthDeadlineMs: (options.runSeconds ?? 3) * 1_000 }));
    await fleet.start(seed);
    balancer.setWeights({ [seed]: 100 });
    const github = keep(await startGithub(githubOptions(options, { fleet, shopUrl: balancer.url })));
    const recorder = createRecorder();
    const load = createLoad({ shopUrl: balancer.url, recorder, perSecond: options.load?.perSecond ?? 20, now });
    keep({ close: () => load.stop() });
    const sampling = { recorder, everyMs: options.sampleMs ?? 1_000, now };
    const prometheus = keep(await startPrometheus({ port: ports.prometheus ?? 0, ...sampling }));
    const health = (seconds = 10): Health => recorder.health(seconds, now());
    return describe({ flags, balancer, fleet, github, load, prometheus, health, stop: () => closeAll(running) });
  } catch (error) {
    await closeAll(running);
    throw error;
  }
}

function startShopFront({ ports = {}, balancerToken = 'local-balancer-token', now = Date.now }: ProductionOptions): Promise<Balancer> {
  return startBalancer({ port: ports.shop ?? 0, adminPort: ports.balancerAdmin ?? 0, adminToken: balancerToken, now });
}

function githubOptions(options: ProductionOptions, parts: { fleet: Fleet; shopUrl: string }): Parameters<typeof startGithub>[0] {
  const { ports = {}, seed = 'v41', githubToken = 'local-github-token', webhook, now = Date.now } = options;
  return {
    ...parts,
    port: ports.github ?? 0,
    token: githubToken,
    ...(webhook && { webhook }),
    runSeconds: options.runSeconds ?? 3,
    listLagMs: options.listLagMs ?? 0,
    live: seed,
    now,
  };
}

interface Parts {
  flags: FlagService;
  balancer: Balancer;
  fleet: Fleet;
  github: Github;
  load: Load;
  prometheus: Prometheus;
  health: Production['health'];
  stop: Production['stop'];
}

function describe({ flags, balancer, fleet, github, load, prometheus, health, stop }: Parts): Production {
  return {
    githubUrl: github.url,
    shopUrl: balancer.url,
    balancerUrl: balancer.adminUrl,
    balancerToken: balancer.adminToken,
    flagsUrl: flags.url,
    flagsToken: flags.token,
    prometheusUrl: prometheus.url,
    github,
    flags,
    balancer,
    fleet,
    campaign: createCampaign({ flags, github }),
    load,
    health,
    stop,
  };
}

/** The last part started is the first to end. */
async function closeAll(parts: { close(): Promise<void> }[]): Promise<void> {
  for (const part of parts.splice(0)) await part.close();
}
