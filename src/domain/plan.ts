import { digestOf } from '../lib/canonical.ts';

/** The kinds of thing a step can roll back. */
export type StepKind = 'code' | 'config' | 'database' | 'traffic' | 'infrastructure';

/** An immutable thing that was or is deployed. `id` is what the provider is told (a sha, a revision, a digest). */
export interface Version {
  id: string;
  label: string;
  /** When it was live. */
  deployedAt?: number;
  /** When it began to go out: until then production was as it was before it. */
  rolloutStartedAt?: number;
  by?: string;
  health: 'healthy' | 'failed' | 'unknown';
  url?: string;
}

/** A pre-flight finding, always with its reason. */
export interface Check {
  code: string;
  level: 'pass' | 'warn' | 'block';
  text: string;
  /**
   * Who may pass over a block; absent means nobody, which is what a block is unless somebody thought about it.
   *
   * `break-glass` stands on blocks that weigh one risk against another, where waiting can be worse than going: something else is
   * under way (`pending_operation`), GitHub calls the workflow by a state nobody knows (`workflow_state_unknown`), the schema of the
   * database is newer than the old code (`migrations_contract`, `migrations_irreversible`, `migrations_unknown`), a calendar freeze
   * (`freeze_calendar`).
   *
   * Never on what a break-glass cannot make right: no target or more than one, a target that runs already or whose deployment
   * failed, an unknown current version, a workflow that is missing or off, wrong parameters, a procedure that is missing or of
   * another class, more rows than the cap, a role that may do everything; nor on schema-down and restore (`database_peak`,
   * `database_class`), which no urgency makes safe.
   */
  override?: 'break-glass';
}

/** What a database step does to the data; decides when it may run. */
export type DatabaseClass = 'logical-reversion' | 'flag-off-path' | 'forward-fix' | 'schema-down' | 'restore';

/** What is known about a database step: its class, as its provider told when the plan was made, and how well it was rehearsed. */
export interface DatabaseStep {
  /** Absent when the provider tells none: then rules take it for the most dangerous one. */
  class?: DatabaseClass;
  /** Somebody vouches that it runs without anybody watching each statement. */
  automated: boolean;
  /** When it was last tried out against a copy; epoch milliseconds. */
  drilledAt?: number;
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
  /** Of every step that changes a database, whatever its kind is called. */
  database?: DatabaseStep;
  /** What the step switches off so that the code stays as rolled back; somebody has to switch it on again afterwards. */
  pauses?: 'auto-sync';
}

/** A condition on a measured value. */
export interface Threshold {
  operator: '<' | '<=' | '>' | '>=';
  value: number;
}

/** What a measured number is; a percentage is measured as a share of one and said in hundredths. */
export type Unit = 'percent' | 'ms' | 's' | 'count' | 'none';

/** How far the value may be from what it was just before the bad version went out. */
export interface Baseline {
  /** The deviation allowed, as a share of the value before. */
  within: number;
  /** A deviation this small is always allowed: near zero, a share of the value says nothing. */
  tolerance?: number;
  /** Which deviation counts. */
  direction: 'increase' | 'decrease' | 'either';
}

/** A measurement that decides whether the rollback worked. It has `pass`, `baseline` or both. All times in milliseconds. */
export interface Gate {
  name: string;
  provider: string;
  query: string;
  unit?: Unit;
  pass?: Threshold;
  /** What counts as failing; without it everything that does not pass does. */
  fail?: Threshold;
  baseline?: Baseline;
  windowMs: number;
  settleMs: number;
  intervalMs: number;
  /** Consecutive passes needed. */
  count: number;
  failureLimit: number;
  /** Looks in a row without data that end it; without it they are waited out until the timeout. */
  inconclusiveLimit?: number;
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
  /** Of a look into the past: the moment it is of, just before the bad version went out. */
  asOf?: number;
  value?: number;
  /** `ignored`: it was bad before the bad version already, so it says nothing about this rollback. */
  verdict: Verdict | 'pending' | 'ignored';
  note?: string;
}

/** How a rollback ended, measured: never `recovered` without data. */
export type Verdict = 'recovered' | 'not recovered' | 'inconclusive';

/** What approvals are bound to: any other plan, however little it differs, has another hash. */
export const planHashOf = (plan: Plan): string => digestOf(plan);

/** Where much can be lost: an approver's rights are then asked of Slack as they are now, never taken from memory. */
export const isDelicate = ({ steps }: { steps: readonly Pick<Step, 'kind' | 'database'>[] }): boolean =>
  steps.some((step) => step.kind === 'infrastructure' || changesData(step));

/** What changes a database is a database step, whatever its kind is called. */
export const changesData = ({ kind, database }: Pick<Step, 'kind' | 'database'>): boolean => kind === 'database' || database !== undefined;

interface Place {
  service: string;
  environment: string;
}

/** What a plan is about, and what its steps are about. */
export type Reach = Readonly<Place> & { readonly steps: readonly Readonly<Place>[] };

/** Every place a plan reaches, its own first. */
export function placesOf({ service, environment, steps }: Reach): Place[] {
  const all = [{ service, environment }, ...steps];
  return all
    .filter(
      (place, index) => all.findIndex((other) => other.service === place.service && other.environment === place.environment) === index,
    )
    .map((place) => ({ service: place.service, environment: place.environment }));
}
