// Everything the GitHub-compatible API remembers.
import type { Fleet } from '../shop/fleet.ts';
import type { Access } from './access.ts';
import type { Faults } from '../faults.ts';
import type { Repository } from './repository.ts';
import type { Webhooks } from './webhooks.ts';

export type DeploymentState = 'error' | 'failure' | 'inactive' | 'in_progress' | 'queued' | 'pending' | 'success';

export interface DeploymentStatus {
  id: number;
  state: DeploymentState;
  description: string;
  creator: string;
  createdAt: number;
  logUrl: string;
  environmentUrl: string;
}

export interface Deployment {
  id: number;
  ref: string;
  sha: string;
  task: string;
  environment: string;
  description: string | null;
  payload: Record<string, unknown> | string;
  creator: string;
  createdAt: number;
  updatedAt: number;
  /** Oldest first. */
  statuses: DeploymentStatus[];
}

export type RunStatus = 'queued' | 'pending' | 'waiting' | 'in_progress' | 'completed';
export type Conclusion = 'success' | 'failure' | 'cancelled' | 'skipped';

export interface Step {
  name: string;
  status: 'queued' | 'in_progress' | 'completed';
  conclusion: Conclusion | null;
  startedAt: number | null;
  completedAt: number | null;
}

export interface Job {
  id: number;
  name: string;
  status: RunStatus;
  conclusion: Conclusion | null;
  startedAt: number;
  completedAt: number | null;
  steps: Step[];
  log: string[];
}

export interface Artifact {
  id: number;
  name: string;
  size: number;
  digest: string;
  createdAt: number;
  expiresAt: number;
}

export interface Run {
  id: number;
  number: number;
  workflow: Workflow;
  event: string;
  inputs: Record<string, string>;
  displayTitle: string;
  headSha: string;
  headBranch: string;
  actor: string;
  status: RunStatus;
  conclusion: Conclusion | null;
  createdAt: number;
  startedAt: number;
  updatedAt: number;
  job: Job;
  artifacts: Artifact[];
  /** Set while the run waits for a reviewer. */
  gate?: { environment: Environment; decide: (approved: boolean) => void } | undefined;
}

export interface Workflow {
  id: number;
  name: string;
  file: string;
  state: 'active' | 'disabled_manually';
  jobName: string;
  /** Input name to whether it is required. */
  inputs: Record<string, boolean>;
  /** The input that names the version to run. */
  versionInput: string;
  title(inputs: Record<string, string>): string;
}

/** One line per run that was ever started, kept apart from what the API shows: the proof that nothing ran twice. */
export interface LedgerEntry {
  runId: number;
  workflow: string;
  version: string;
  opId: string | undefined;
  requestedAt: number;
  /** Whether the run gave its version the traffic, had nothing to do, or has not got that far. */
  effect: 'none' | 'switched' | 'already there';
  conclusion: Conclusion | null;
}

/** A request as it arrived. `arrivedMs` is the monotonic clock, which all processes of a machine share. */
export interface RequestEntry {
  arrivedMs: number;
  at: number;
  method: string;
  path: string;
  status: number | undefined;
}

/** What a run leaves out while it claims success: all of it, or only the traffic, with the deployment on record. */
export type Lie = 'nothing' | 'no traffic';

/** What GitHub asks before a job may use an environment. */
export interface Environment {
  id: number;
  name: string;
  waitMinutes: number;
  reviewers: { type: 'User' | 'Team'; name: string }[];
  preventSelfReview: boolean;
  branches: 'protected' | 'custom' | undefined;
  createdAt: number;
}

export interface GithubState {
  repository: Repository;
  workflows: Workflow[];
  /** Oldest first, as are the runs. */
  deployments: Deployment[];
  runs: Run[];
  environments: Environment[];
  ledger: LedgerEntry[];
  requests: RequestEntry[];
  faults: Faults;
  webhooks: Webhooks;
  fleet: Fleet;
  running: { run: Run; abort: AbortController } | undefined;
  pending: Run | undefined;
  token: string;
  access: Access;
  /** The account that the token belongs to. */
  actor: string;
  rate: { limit: number; used: number; resetsAt: number };
  /** How long a new run stays out of the runs list, as on the real service. */
  listLagMs: number;
  runSeconds: number;
  lie: Lie | undefined;
  /** Where the API listens; known once it does. */
  url: string;
  shopUrl: string;
  now: () => number;
  nextId(): number;
}

/** Ends when everything is over: no run goes on after the sandbox stopped. */
export function abortAll(state: GithubState): void {
  state.pending = undefined;
  state.running?.abort.abort(new Error('the sandbox stops'));
}
