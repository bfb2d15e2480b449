// The GitHub-compatible API put together, and the handle that tests and the bench hold.
import type { RequestListener } from 'node:http';
import { listen, type Listening } from '../http.ts';
import type { Fleet } from '../shop/fleet.ts';
import type { Access } from './access.ts';
import { createFaults, type Faults } from '../faults.ts';
import { addCommit, type NewCommit } from './files.ts';
import { buildRepository } from './repository.ts';
import { seedPast } from './seed.ts';
import { answerGithub } from './server.ts';
import { abortAll, type GithubState, type LedgerEntry, type Lie, type RequestEntry } from './state.ts';
import { createWebhooks, type Webhooks, type WebhookTarget } from './webhooks.ts';
import { createWorkflows, findWorkflow } from './workflows.ts';

export interface GithubOptions {
  port?: number;
  /** The repository of acme; default `shop`. */
  repository?: string;
  token: string;
  webhook?: WebhookTarget;
  runSeconds: number;
  listLagMs: number;
  fleet: Fleet;
  shopUrl: string;
  /** The version that is live when the sandbox starts. */
  live: string;
  now: () => number;
}

export interface Github {
  url: string;
  token(): string;
  /** Revokes the old token. */
  setToken(token: string): void;
  /** What the token may do; at first a classic one with all that is needed. */
  setAccess(access: Access): void;
  setWebhook(target: WebhookTarget | undefined): void;
  /** What is left of the hour's requests. */
  setRateRemaining(remaining: number): void;
  /** Commits to the branch; a tag names it. Nothing is deployed by that. @returns its sha */
  commit(change: NewCommit): string;
  /** `active` or `disabled_manually`; undefined for a workflow that is not there. */
  workflowState(file: string): string | undefined;
  setListLag(ms: number): void;
  setRunSeconds(seconds: number): void;
  /** From now on runs end well without having done it; undefined makes them honest again. */
  setLie(lie: Lie | undefined): void;
  faults: Faults;
  webhooks: Webhooks;
  /** Every run that was started since the sandbox started, each once. */
  ledger(): readonly LedgerEntry[];
  requests(): readonly RequestEntry[];
  /** Resolves when no run works or waits. */
  idle(): Promise<void>;
  close(): Promise<void>;
}

const FIRST_ID = 9_000_000_001;

/** Starts the API with its past, at an address of its own. */
export async function startGithub(options: GithubOptions): Promise<Github> {
  const { listener, open } = createGithub(options);
  return open(await listen(listener, options.port));
}

/** The API of one repository that listens nowhere yet: `open` says where, and gives it its past. */
export function createGithub(options: GithubOptions): { listener: RequestListener; open: (at: Listening) => Github } {
  const state = createState(options);
  const open = (at: Listening): Github => {
    state.url = at.url;
    seedPast(state, options.live);
    return handleOf(state, at);
  };
  return { listener: answerGithub(state), open };
}

function handleOf(state: GithubState, server: Listening): Github {
  return {
    url: server.url,
    token: () => state.token,
    setToken: (token) => void (state.token = token),
    setAccess: (access) => void (state.access = access),
    setWebhook: (target) => void (state.webhooks.target = target),
    setRateRemaining: (remaining) => void (state.rate.used = state.rate.limit - remaining),
    commit: (change) => addCommit(state, change),
    workflowState: (file) => findWorkflow(state.workflows, file)?.state,
    setListLag: (ms) => void (state.listLagMs = ms),
    setRunSeconds: (seconds) => void (state.runSeconds = seconds),
    setLie: (lie) => void (state.lie = lie),
    faults: state.faults,
    webhooks: state.webhooks,
    ledger: () => state.ledger,
    requests: () => state.requests,
    idle: () => idle(state),
    async close() {
      abortAll(state);
      await idle(state);
      await server.close();
    },
  };
}

function createState({ repository, token, webhook, runSeconds, listLagMs, fleet, shopUrl, now }: GithubOptions): GithubState {
  let lastId = FIRST_ID;
  return {
    repository: buildRepository(now(), repository),
    workflows: createWorkflows(),
    deployments: [],
    runs: [],
    environments: [],
    ledger: [],
    requests: [],
    faults: createFaults(),
    webhooks: createWebhooks(webhook),
    fleet,
    running: undefined,
    pending: undefined,
    token,
    access: { kind: 'classic', scopes: ['repo', 'workflow'] },
    actor: 'shop-dev-2',
    rate: { limit: 5_000, used: 0, resetsAt: now() + 3_600_000 },
    listLagMs,
    runSeconds,
    lie: undefined,
    url: '',
    shopUrl,
    now,
    nextId: () => (lastId += 7),
  };
}

async function idle(state: GithubState): Promise<void> {
  while (state.running) await new Promise((resolve) => setTimeout(resolve, 5));
}
