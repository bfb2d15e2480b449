// Many repositories behind one address, as on GitHub: each with its own deployments, its own concurrency group and its own ledger.
import { listen } from '../http.ts';
import type { Fleet } from '../shop/fleet.ts';
import { releases } from '../shop/versions.ts';
import { createGithub, type Github } from './github.ts';

export interface Forge {
  url: string;
  /** @throws when it has no such repository */
  repository(name: string): Github;
  /** The version of a repository that gets all traffic, if one does. */
  live(name: string): string | undefined;
  close(): Promise<void>;
}

export interface ForgeOptions {
  /** Repositories of acme, by name. */
  names: readonly string[];
  token: string;
  /** How long a workflow run takes. */
  runSeconds: number;
  /** The version that is live everywhere at the start. */
  live: string;
}

/** Starts them all. No shop runs behind them: a run moves weights that exist on paper only. */
export async function startForge({ names, token, runSeconds, live }: ForgeOptions): Promise<Forge> {
  const fleets = new Map(names.map((name) => [name, paperFleet(live)]));
  const common = { token, runSeconds, live, listLagMs: 0, shopUrl: 'https://shop.example', now: Date.now };
  const made = [...fleets].map(([repository, fleet]) => ({ repository, ...createGithub({ ...common, repository, fleet }) }));
  const server = await listen((req, res) => {
    const [, , , asked = ''] = (req.url ?? '/').split(/[/?]/);
    // What belongs to no repository any of them answers, and what belongs to an unknown one is not there for the first one either.
    const found = made.find(({ repository }) => repository === asked) ?? made[0];
    found?.listener(req, res);
  });
  const shared = { ...server, close: () => Promise.resolve() };
  const open = new Map(made.map(({ repository, open: openAt }) => [repository, openAt(shared)]));
  return {
    url: server.url,
    repository: (name) => {
      const found = open.get(name);
      if (!found) throw new Error(`there is no repository acme/${name}`);
      return found;
    },
    live: (name) => fleets.get(name)?.live(),
    async close() {
      await Promise.all([...open.values()].map((each) => each.close()));
      await server.close();
    },
  };
}

/** Weights without anything that would serve by them. */
function paperFleet(first: string): Fleet {
  const weights = new Map([[first, 100]]);
  const serving = (): string[] => [...weights].flatMap(([version, weight]) => (weight > 0 ? [version] : []));
  return {
    live: () => (serving().length === 1 ? serving()[0] : undefined),
    known: (version) => releases.has(version),
    running: () => [...weights.keys()],
    weights: () => Object.fromEntries(weights),
    start: (version) => Promise.resolve(void weights.set(version, weights.get(version) ?? 0)),
    becomesHealthy: () => Promise.resolve(true),
    shift: (wanted) => {
      for (const version of weights.keys()) weights.set(version, wanted[version] ?? 0);
      return Promise.resolve();
    },
    retire: (version) => {
      if (!serving().includes(version)) weights.delete(version);
      return Promise.resolve();
    },
    close: () => Promise.resolve(),
  };
}
