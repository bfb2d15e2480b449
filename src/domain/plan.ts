import { digestOf } from '../lib/canonical.ts';

/** The kinds of thing a step can roll back. */
export type StepKind = 'code' | 'config' | 'database' | 'traffic' | 'infrastructure';

/** An immutable thing that was or is deployed. `id` is what the provider is told (a sha, a revision, a digest). */
export interface Version {
  id: string;
  label: string;
  deployedAt?: number;
  by?: string;
  health: 'healthy' | 'failed' | 'unknown';
  url?: string;
}

/** A pre-flight finding, always with its reason. */
export interface Check {
  code: string;
  level: 'pass' | 'warn' | 'block';
  text: string;
  /** A block that a break-glass may go past; absent, nothing may. */
  override?: 'break-glass';
}

export interface Commit {
  sha: string;
  title: string;
  author: string;
}

/** What would change between the current and the target version. */
export interface Change {
  summary: string;
  url?: string;
  commits: Commit[];
}

/** What happens when a step fails: nothing more is started; what was done is undone; or the others go on. */
export type OnFailure = 'stop' | 'compensate' | 'continue';

/** How a step is undone when the plan is: by itself, when a person says so, or not at all. */
export type Compensation = 'auto' | 'manual' | 'none';

/** What a step waits for besides the steps it needs. Times in milliseconds. */
export type StepGate =
  | { kind: 'manual'; text: string }
  | { kind: 'timer'; afterMs: number }
  | { kind: 'metric'; gate: Gate }
  /** Only between these times of day, in that time zone. */
  | { kind: 'window'; from: string; to: string; timeZone: string };

/** One step of a plan: a named target, never "the one before". */
export interface Step {
  /** Unique in the plan; `needs` names the steps that have to be done before. */
  id: string;
  needs: string[];
  service: string;
  environment: string;
  kind: StepKind;
  provider: string;
  /** What the provider needs to know about the thing it changes, as configured; part of the plan's hash. Secrets are not in it. */
  target: Readonly<Record<string, unknown>>;
  from: Version;
  to: Version;
  change: Change;
  /** Digest of what was seen when the plan was made: current, target and guards. A start that sees another one is refused as drifted. */
  fingerprint: string;
  gate?: StepGate;
  compensation: Compensation;
  onFailure: OnFailure;
  timeoutMs: number;
  estimateSeconds?: number;
  /** Of a database step: what kind of change it is. */
  database?: { class: string };
}

/** A measurement that decides whether the rollback worked. All times in milliseconds. */
export interface Gate {
  name: string;
  provider: string;
  query: string;
  pass: { operator: '<' | '<=' | '>' | '>='; value: number };
  windowMs: number;
  settleMs: number;
  intervalMs: number;
  /** Consecutive passes needed. */
  count: number;
  failureLimit: number;
  timeoutMs: number;
  minimumTraffic?: { query: string; atLeast: number };
}

export interface Plan {
  /** The plan's name in warroom.yml; absent for a single step asked for ad hoc. */
  name?: string;
  /** What it is about: policy, lock and verification come from here, even when steps reach further. */
  service: string;
  environment: string;
  steps: Step[];
  verify: Gate[];
}

/** A reading of one gate. `value` is absent when there was no data: no data is never zero. */
export interface Reading {
  gate: string;
  at: number;
  value?: number;
  verdict: Verdict | 'pending';
  note?: string;
}

/** How a rollback ended, measured: never `recovered` without data. */
export type Verdict = 'recovered' | 'not recovered' | 'inconclusive';

/** What approvals are bound to: any other plan, however little it differs, has another hash. */
export const planHashOf = (plan: Plan): string => digestOf(plan);
