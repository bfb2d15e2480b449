/** Incidents and rollbacks as views get them: with ordinary words, with the longest that are let in, and with hostile ones. */
import type { KnownIncident } from '../../../src/domain/incident.ts';
import type { Plan, Reading, Version } from '../../../src/domain/plan.ts';
import type { KnownRollback, RollbackStatus, StepRun } from '../../../src/domain/rollback.ts';
import type { IncidentStatus } from '../../../src/domain/words.ts';
import type { Known } from '../../../src/views/blocks.ts';

export const noon = Date.UTC(2026, 10, 23, 12, 0);
const minute = 60_000;

/** Says something of at most `max` characters. */
export type Say = (ordinary: string, max: number) => string;

const hostile = '<!channel> <@UEVIL> @here &amp; \u202Eevil\u0000 `code` *bold* ```x``` 🧨 <https://evil.test|fine> \r\n> quote ';
const long = 'Checkout fails & nobody knows <why>: ääää 🧨👩‍🚒 ';

const fill = (text: string, max: number): string =>
  Array.from(text.repeat(Math.ceil(max / text.length) + 2))
    .slice(0, max)
    .join('');

export const manners: Record<'ordinary' | 'longest' | 'swelling' | 'hostile', Say> = {
  ordinary: (text) => text,
  longest: (_text, max) => fill(long, max),
  swelling: (_text, max) => fill('&<>', max),
  hostile: (_text, max) => fill(hostile, Math.min(max, 400)),
};

export const incidentStatuses: readonly IncidentStatus[] = ['investigating', 'identified', 'mitigating', 'monitoring', 'resolved'];

export const rollbackStatuses: readonly RollbackStatus[] = [
  'requested',
  'approved',
  'executing',
  'compensating',
  'verifying',
  'needs human',
  'recovered',
  'not recovered',
  'inconclusive',
  'failed',
  'compensated',
  'cancelled',
  'rejected',
  'expired',
  'drifted',
  'abandoned',
];

export function anIncident(say: Say = manners.ordinary, change: Partial<KnownIncident> = {}): Known<KnownIncident> {
  const over = change.status === 'resolved' ? { resolvedAt: noon + 24 * minute, resolution: say('rolled back', 1000) } : {};
  return {
    id: '01JD0000000000000000000001',
    state: {
      status: 'investigating',
      number: 12,
      title: say('checkout errors ~30 %', 200),
      severity: 'SEV1',
      declaredBy: 'U1',
      declaredAt: noon,
      services: [say('api', 63), 'web'],
      impact: say('a third of checkouts fail', 1000),
      roles: { ic: 'U1' },
      room: { id: 'C123', name: 'inc-12-20261123-checkout' },
      updates: {
        internal: { id: 'u1', audience: 'internal', text: say('we look into it', 3000), by: 'U1', at: noon, nextAt: noon + 15 * minute },
      },
      ...over,
      ...change,
    },
  };
}

export const version = (say: Say, label: string, change: Partial<Version> = {}): Version => ({
  id: '9f8e7dd0123456789abcdef0123456789abcdef0',
  label: say(label, 255),
  deployedAt: noon - 12 * minute,
  by: say('dev', 100),
  health: 'healthy',
  url: 'https://github.test/acme/shop/commit/9f8e7dd?a=1&b=<|>',
  ...change,
});

export function aPlan(say: Say = manners.ordinary, steps = 1): Plan {
  const commit = { sha: 'a1b2c3d4e5f6', title: say('Show the banner <!channel>', 500), author: say('dev', 100) };
  return {
    service: say('api', 63),
    environment: say('production', 63),
    steps: Array.from({ length: steps }, (_, index) => ({
      id: steps === 1 ? 'code' : `${say('shift-traffic', 40)}-${index + 1}`,
      needs: index === 0 ? [] : [`${say('shift-traffic', 40)}-${index}`],
      service: say('api', 63),
      environment: say('production', 63),
      compensation: 'auto',
      onFailure: 'stop',
      timeoutMs: 30 * minute,
      kind: 'code',
      provider: 'github-actions',
      target: {},
      from: version(say, 'v42', { health: 'unknown' }),
      to: version(say, 'v41'),
      change: {
        summary: say('4 commits are taken out', 500),
        url: 'https://github.test/compare',
        commits: [commit, commit, commit, commit],
      },
      fingerprint: 'f',
      estimateSeconds: 200,
    })),
    verify: [
      {
        name: say('checkout errors', 75),
        provider: 'prometheus',
        query: 'sum(rate(errors[{window}])) / sum(rate(requests[{window}]))',
        pass: { operator: '<', value: 0.01 },
        windowMs: minute,
        settleMs: 30_000,
        intervalMs: 10_000,
        count: 3,
        failureLimit: 3,
        timeoutMs: 10 * minute,
      },
    ],
  };
}

export const reading = (value: number | undefined, verdict: Reading['verdict'] = 'pending', gate = 'checkout errors'): Reading => ({
  gate,
  at: noon + 4 * minute,
  verdict,
  ...(value === undefined ? { note: 'no data from Prometheus' } : { value }),
});

const stepOf: Record<RollbackStatus, StepRun['status']> = {
  requested: 'pending',
  approved: 'pending',
  executing: 'started',
  compensating: 'succeeded',
  verifying: 'succeeded',
  'needs human': 'unknown',
  recovered: 'succeeded',
  'not recovered': 'succeeded',
  inconclusive: 'succeeded',
  failed: 'failed',
  compensated: 'succeeded',
  cancelled: 'cancelled',
  rejected: 'pending',
  expired: 'pending',
  drifted: 'pending',
  abandoned: 'unknown',
};

function undoOf(status: RollbackStatus): StepRun {
  if (status === 'compensating') return { status: 'started', ref: '78', url: 'https://github.test/runs/78', startedAt: noon };
  return status === 'compensated' ? { status: 'succeeded', startedAt: noon, endedAt: noon + minute } : { status: 'pending' };
}

function stepRun(status: RollbackStatus, say: Say): StepRun {
  const state = stepOf[status];
  if (state === 'pending') return { status: state };
  const run = { ref: '77', url: 'https://github.test/runs/77', message: say('job 2 of 3: smoke test', 500), startedAt: noon };
  return { status: state, ...run, ...(state === 'started' ? {} : { endedAt: noon + 192_000 }) };
}

export function aRollback(
  status: RollbackStatus = 'requested',
  say: Say = manners.ordinary,
  change: Partial<KnownRollback> = {},
): KnownRollback {
  const plan = change.plan ?? aPlan(say);
  const run = stepRun(status, say);
  const gate = plan.verify[0]?.name ?? '';
  const hasRun = run.status !== 'pending';
  return {
    status,
    number: 7,
    incidentId: '01JD0000000000000000000001',
    plan,
    planHash: 'a'.repeat(64),
    checks: [
      { code: 'artifact', level: 'pass', text: say('the artifact of v41 exists', 1000) },
      { code: 'migration', level: 'warn', text: say('1 expand migration, it is safe', 1000) },
    ],
    policy: {
      require: [{ approvals: 2, roles: ['ic', 'tl'], groups: [say('@sre-leads', 80)] }],
      approveWithinMs: 15 * minute,
      executeWithinMs: 10 * minute,
      typeServiceName: false,
      start: 'at-once',
      breakGlass: { roles: ['ic'], groups: [say('@sre-leads', 80)], perDay: 2 },
    },
    editedBy: [],
    care: [],
    ...(status === 'requested' ? {} : { startOrderedAt: noon + minute }),
    reason: say('errors began with v42', 3000),
    requestedBy: 'U2',
    requestedAt: noon,
    approveBy: noon + 15 * minute,
    votes: [{ user: 'U1', roles: ['ic'], groups: [], at: noon + minute }],
    steps: plan.steps.map(() => run),
    undos: plan.steps.map(() => undoOf(status)),
    undoing: status === 'compensating' || status === 'compensated' ? [...plan.steps.keys()].toReversed() : [],
    ...(status === 'cancelled' ? { cancelledBy: 'U1', cancelReason: say('wrong service', 500) } : {}),
    readings: status === 'verifying' || status === 'not recovered' ? [reading(0.12, 'pending', gate), reading(0.004, 'pending', gate)] : [],
    ...(hasRun ? { startedAt: noon, executeBy: noon + 25 * minute } : {}),
    ...(status === 'verifying' ? { verifyingSince: noon + 3 * minute } : {}),
    ...(['needs human', 'inconclusive', 'failed', 'compensated', 'cancelled', 'rejected', 'abandoned'].includes(status)
      ? { outcome: say('no data from Prometheus', 2000) }
      : {}),
    ...change,
  };
}
