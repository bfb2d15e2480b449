/** What every measurement runs on: a workspace, a production and the built Warroom as its own process. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import type { RunningApp } from '../sandbox/app.ts';
import { startApp } from '../sandbox/app.ts';
import type { Production } from '../sandbox/production/production.ts';
import { startProduction } from '../sandbox/production/production.ts';
import type { Workspace } from '../sandbox/slack/workspace.ts';
import { startWorkspace } from '../sandbox/slack/workspace.ts';
import { claimServers, type Servers } from './servers.ts';

export interface House {
  workspace: Workspace;
  production: Production;
  app: RunningApp;
  servers: Servers;
  stop: () => Promise<void>;
}

const githubToken = 'bench-github-token';

/** Short runs: how long GitHub works is not ours to measure. */
const quickRuns = { githubToken, runSeconds: 0.2 };

interface Options {
  services?: number;
  /** Added to the configuration: plans, and providers besides GitHub. */
  plans?: Readonly<Record<string, object>>;
  providers?: Readonly<Record<string, object>>;
}

/** Either all of it runs, or nothing is left behind. */
export async function startHouse(options: Options = {}): Promise<House> {
  const parts: { stop: () => unknown }[] = [];
  const stop = async (): Promise<void> => {
    for (const part of parts.splice(0).toReversed()) await part.stop();
  };
  const keep = <Part extends { stop: () => unknown }>(part: Part): Part => {
    parts.push(part);
    return part;
  };
  try {
    const folder = mkdtempSync(join(tmpdir(), 'warroom-bench-'));
    keep({ stop: () => rmSync(folder, { recursive: true, force: true }) });
    const servers = await claimServers();
    const workspace = keep(await startWorkspace());
    const production = keep(await startProduction(quickRuns));
    const configFile = writeConfiguration(folder, options);
    const app = keep(await startApp({ workspace, production, githubToken, store: servers, configFile, built: true }));
    return { workspace, production, app, servers, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

export const serviceName = (index: number): string => `service-${index + 1}`;

function writeConfiguration(folder: string, options: Options): string {
  const file = join(folder, 'warroom.yml');
  writeFileSync(file, stringify(configuration(options), { aliasDuplicateObjects: false }));
  return file;
}

/** Many services of one repository: a service has one rollback at a time, and none shall wait for another's end. */
function configuration({ services = 1, plans, providers }: Options): object {
  const code = {
    provider: 'github-actions',
    repository: 'acme/shop',
    workflow: 'rollback.yml',
    inputs: { target: 'target', operation: 'op_id' },
    deployments: { environment: 'production' },
  };
  const service = {
    owner: '@sre-leads',
    links: { runbook: 'https://example.com/runbook', dashboard: 'https://example.com/dashboard' },
    environments: { production: { class: 'production', code } },
  };
  return {
    slack: { digest: '#incidents' },
    services: Object.fromEntries(Array.from({ length: services }, (_, index) => [serviceName(index), service])),
    // A group through the owner and a person by name: both have to be looked up before they can be invited.
    severities: { SEV1: { invite: ['@gwen'] } },
    providers: {
      'github-actions': { apiUrl: '${GITHUB_API_URL}', token: '${GITHUB_TOKEN}', allowPrivate: true, poll: '200ms' },
      ...providers,
    },
    policies: [{ match: {}, approvals: 1, typeServiceName: false, escalateAfter: 'none' }],
    ...(plans && { plans }),
  };
}
