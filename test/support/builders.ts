/** Builders of the domain's things: a test states only what it is about. */
import type { Decision } from '../../src/domain/decision.ts';
import type { KnownIncident } from '../../src/domain/incident.ts';
import type { Gate, Plan, Version } from '../../src/domain/plan.ts';
import type { Policy, Requirement, Voter } from '../../src/domain/policy.ts';
import type { KnownRollback, RollbackEvent, StepRun, Vote } from '../../src/domain/rollback.ts';

export const noon = Date.UTC(2026, 10, 23, 12, 0);
export const minute = 60_000;

export const aVersion = (label: string): Version => ({ id: `sha-${label}`, label, health: 'healthy' });

export const aGate = (change: Partial<Gate> = {}): Gate => ({
  name: 'errors',
  provider: 'prometheus',
  query: 'rate(errors[{window}])',
  pass: { operator: '<', value: 1 },
  windowMs: minute,
  settleMs: 0,
  intervalMs: 1000,
  count: 1,
  failureLimit: 1,
  timeoutMs: 10 * minute,
  ...change,
});

const aStep = (_: unknown, index: number): Plan['steps'][number] => ({
  id: `step-${index + 1}`,
  // One after the other, unless a test says otherwise.
  needs: index === 0 ? [] : [`step-${index}`],
  service: 'shop',
  environment: 'production',
  compensation: 'manual',
  onFailure: 'stop',
  timeoutMs: 30 * minute,
  kind: 'code',
  provider: 'github-actions',
  target: {},
  from: aVersion('v42'),
  to: aVersion('v41'),
  change: { summary: '1 commit', commits: [] },
  fingerprint: 'as approved',
});

export const aPlan = ({ steps = 1, verify = [aGate()] }: { steps?: number; verify?: Gate[] } = {}): Plan => ({
  service: 'shop',
  environment: 'production',
  steps: Array.from({ length: steps }, aStep),
  verify,
});

/** One approval by the Incident Commander or the Technical Lead. */
export const aRequirement = (change: Partial<Requirement> = {}): Requirement => ({
  approvals: 1,
  roles: ['ic', 'tl'],
  groups: [],
  ...change,
});

export const aPolicy = (change: Partial<Policy> = {}): Policy => ({
  require: [aRequirement()],
  approveWithinMs: 15 * minute,
  executeWithinMs: 10 * minute,
  typeServiceName: false,
  start: 'at-once',
  breakGlass: { roles: ['ic'], groups: [], perDay: 2 },
  ...change,
});

/** A full member who holds the role of Incident Commander. */
export const aVoter = (user: string, change: Partial<Voter> = {}): Voter => ({
  user,
  standing: 'member',
  roles: ['ic'],
  groups: [],
  ...change,
});

export const aVote = (user: string, change: Partial<Vote> = {}): Vote => ({ user, roles: ['ic'], groups: [], at: noon, ...change });

/** Declared by U1 at noon, who is its commander; its room is open. */
export const anIncident = (change: Partial<KnownIncident> = {}): KnownIncident => ({
  status: 'investigating',
  number: 12,
  title: 'checkout fails',
  severity: 'SEV1',
  declaredBy: 'U1',
  declaredAt: noon,
  services: ['shop'],
  roles: { ic: 'U1' },
  room: { id: 'C12', name: 'inc-12' },
  updates: {},
  ...change,
});

/** What was weighed and decided: by U1, the commander, at noon, to be looked at again a quarter past. */
export const aDecision = (change: Partial<Decision> = {}): Decision => ({
  choice: 'wait',
  service: 'shop',
  environment: 'production',
  reason: 'the spike may pass',
  fixInSight: 'maybe',
  fixRisk: 'not known',
  rejected: [{ choice: 'roll back', why: 'v42 is 3 d old' }],
  recommended: 'wait',
  recommendedBecause: ['the objective holds'],
  facts: ['Deploy: v42 was deployed 12 min ago'],
  factsAt: noon,
  number: 1,
  by: 'U1',
  at: noon,
  revisitAt: noon + 15 * minute,
  ...change,
});

/** RB-7, asked for by U1 at noon, open until a quarter past. */
export const aRollback = (change: Partial<KnownRollback> = {}): KnownRollback => ({
  status: 'requested',
  number: 7,
  incidentId: 'inc_1',
  plan: aPlan(),
  planHash: 'hash',
  checks: [],
  policy: aPolicy(),
  reason: 'errors began with v42',
  requestedBy: 'U1',
  requestedAt: noon,
  approveBy: noon + 15 * minute,
  votes: [],
  editedBy: [],
  care: [],
  steps: [{ status: 'pending' }],
  undos: (change.plan ?? aPlan()).steps.map(() => ({ status: 'pending' })),
  undoing: [],
  readings: [],
  ...change,
});

/** Approved by U2, and its step in the given state. */
export const running = (step: StepRun = { status: 'started', ref: 'run/1' }, change: Partial<KnownRollback> = {}): KnownRollback =>
  aRollback({
    status: 'executing',
    votes: [aVote('U2')],
    executeBy: noon + 10 * minute,
    startOrderedAt: noon,
    startedAt: noon,
    steps: [step],
    ...change,
  });

/** Asked for by U1 at noon, as it stands in the timeline. */
export const requested = (change: Partial<Extract<RollbackEvent, { type: 'rollback.requested' }>> = {}): RollbackEvent => ({
  type: 'rollback.requested',
  number: 7,
  incidentId: 'inc_1',
  plan: aPlan(),
  planHash: 'hash',
  checks: [],
  policy: aPolicy(),
  reason: 'errors began with v42',
  approveBy: noon + 15 * minute,
  by: 'U1',
  at: noon,
  ...change,
});
