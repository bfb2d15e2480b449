// The whole house for a test: a workspace, a production and Warroom as its own process, on a store that nobody else uses.
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startApp, type AppOptions, type RunningApp } from '../../sandbox/app.ts';
import { startProduction, type Production, type ProductionOptions } from '../../sandbox/production/production.ts';
import type { TestApi } from '../../sandbox/slack/test-api.ts';
import { startWorkspace, type Workspace, type WorkspaceOptions } from '../../sandbox/slack/workspace.ts';
import { claimServers } from './servers.ts';

export interface HouseOptions {
  mode?: 'socket' | 'http';
  store?: 'embedded' | 'servers';
  role?: AppOptions['role'];
  /** Runs the build in dist/ instead of the sources. */
  built?: boolean;
  /** Changes the test's configuration, as text. */
  configure?: (yaml: string) => string;
  env?: Readonly<Record<string, string>>;
  workspace?: WorkspaceOptions;
  production?: ProductionOptions;
}

export interface House {
  api: TestApi;
  workspace: Workspace;
  production: Production;
  /** The process that was started with the house. */
  app: RunningApp;
  /** Of the server lane; undefined on the embedded database, which only its own process can read. */
  databaseUrl: string | undefined;
  /** Everything a process of this house is started with. */
  appOptions: AppOptions;
  /** Starts one more process on the same store; it ends with the house. */
  startAnother: (part?: Partial<Pick<AppOptions, 'role' | 'port' | 'env'>>) => Promise<RunningApp>;
  /** Ends everything, the last started first. */
  stop: () => Promise<void>;
}

type Cleanup = () => unknown;

const githubToken = 'test-github-token';

/** Lets a busy machine start it, and take it down again. */
export const houseTimeoutMs = 90_000;

/** Starts a house with customers in the shop. Either all of it runs, or nothing is left behind. */
export async function startHouse(options: HouseOptions = {}): Promise<House> {
  const cleanups: Cleanup[] = [];
  try {
    return await buildHouse(options, cleanups);
  } catch (error) {
    await cleanUp(cleanups);
    throw error;
  }
}

async function buildHouse(options: HouseOptions, cleanups: Cleanup[]): Promise<House> {
  const folder = mkdtempSync(join(tmpdir(), 'warroom-house-'));
  cleanups.push(() => rmSync(folder, { recursive: true, force: true }));
  const { store, databaseUrl } = await openStore(options.store ?? 'embedded', folder, cleanups);
  const workspace = await startWorkspace(options.workspace);
  cleanups.push(() => workspace.stop());
  const production = await startProduction({ ...fast, githubToken, ...options.production });
  cleanups.push(() => production.stop());
  production.load.start();

  const { mode = 'socket', role, built, env } = options;
  const configFile = writeConfiguration(folder, options.configure);
  const appOptions: AppOptions = {
    workspace,
    production,
    githubToken,
    mode,
    store,
    configFile,
    ...(role && { role }),
    ...(built && { built }),
    env: { ...quick, ...env },
  };
  const startAnother: House['startAnother'] = async (part = {}) => {
    const app = await startApp({ ...appOptions, ...part, env: { ...appOptions.env, ...part.env } });
    cleanups.push(() => app.stop());
    return app;
  };
  const app = await startAnother();
  return { api: workspace.api, workspace, production, app, databaseUrl, appOptions, startAnother, stop: () => cleanUp(cleanups) };
}

/** Short, and still real: the run switches versions, and the recovery is measured. */
const fast: ProductionOptions = { runSeconds: 1, flagTtlMs: 100, sampleMs: 200, load: { perSecond: 40 } };

/** What a crashed process leaves behind is taken over soon. */
const quick = { WARROOM_LEASE_SECONDS: '2', WARROOM_SWEEP_SECONDS: '0.5' };

/** A copy of the tests' configuration, in a folder that goes away. */
export function writeConfiguration(folder: string, configure: (yaml: string) => string = (yaml) => yaml): string {
  const file = join(folder, 'warroom.yml');
  writeFileSync(file, configure(readFileSync(new URL('warroom.yml', import.meta.url), 'utf8')));
  return file;
}

async function openStore(
  kind: 'embedded' | 'servers',
  folder: string,
  cleanups: Cleanup[],
): Promise<{ store: AppOptions['store']; databaseUrl: string | undefined }> {
  if (kind === 'embedded') return { store: { folder: copyTemplate(join(folder, 'data')) }, databaseUrl: undefined };
  const servers = await claimServers();
  cleanups.push(servers.release);
  return { store: servers, databaseUrl: servers.databaseUrl };
}

/** An empty embedded database: copying one takes a moment, making one takes seconds. */
export function copyTemplate(folder: string): string {
  const template = process.env['TEST_PGLITE_TEMPLATE'];
  if (template === undefined) throw new Error('TEST_PGLITE_TEMPLATE is not set: test/global-setup.mjs makes it');
  cpSync(template, folder, { recursive: true });
  return folder;
}

/** All of it, also when a part of it fails. */
async function cleanUp(cleanups: Cleanup[]): Promise<void> {
  const failures: unknown[] = [];
  for (const cleanup of cleanups.splice(0).toReversed()) {
    try {
      await cleanup();
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw new AggregateError(failures, 'the house did not end cleanly');
}
