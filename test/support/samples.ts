// A plan, a policy, people and the commands that use them, as small as they can be.
import type { Plan } from '../../src/domain/plan.ts';
import { planHashOf } from '../../src/domain/plan.ts';
import type { Policy, Voter } from '../../src/domain/policy.ts';
import type { IncidentCommand } from '../../src/domain/incident.ts';
import type { RollbackCommand } from '../../src/domain/rollback.ts';

type Command<T extends RollbackCommand['type']> = Extract<RollbackCommand, { type: T }>;

/** When everything begins. */
export const start = Date.UTC(2026, 4, 4, 9);
export const fingerprint = 'as-planned';

export const plan = (service = 'shop', steps = 1): Plan => ({
  service,
  environment: 'production',
  steps: Array.from({ length: steps }, (_, index) => ({
    id: `step-${index + 1}`,
    needs: index === 0 ? [] : [`step-${index}`],
    service,
    environment: 'production',
    compensation: 'manual',
    onFailure: 'stop',
    timeoutMs: 1_800_000,
    kind: 'code',
    provider: 'github-actions',
    target: { repository: 'acme/shop' },
    from: { id: 'b'.repeat(40), label: 'v42', health: 'failed' },
    to: { id: 'a'.repeat(40), label: 'v41', health: 'healthy' },
    change: { summary: 'v42 to v41', commits: [] },
    fingerprint,
  })),
  verify: [],
});

/** The Incident Commander and the Technical Lead approve, and whoever is in @sre-leads. */
export const policy = (approvals = 1): Policy => ({
  require: [{ approvals, roles: ['ic', 'tl'], groups: ['@sre-leads'] }],
  approveWithinMs: 900_000,
  executeWithinMs: 600_000,
  typeServiceName: false,
  start: 'at-once',
  breakGlass: { roles: ['ic'], groups: [], perDay: 2 },
});

/** A person who may approve, unless told otherwise. */
export const voter = (user: string, part: Partial<Voter> = {}): Voter => ({
  user,
  standing: 'member',
  roles: [],
  groups: ['@sre-leads'],
  ...part,
});

export const declare = (part: Partial<Extract<IncidentCommand, { type: 'incident.declare' }>> = {}) =>
  ({ type: 'incident.declare', title: 'Checkout fails', severity: 'SEV1', service: 'shop', by: 'UADA', at: start, ...part }) as const;

export function request(incidentId: string, part: Partial<Command<'rollback.request'>> = {}): Command<'rollback.request'> {
  const asked = part.plan ?? plan();
  const about = { incidentId, plan: asked, planHash: planHashOf(asked), checks: [], policy: policy(), reason: 'errors began with v42' };
  return { type: 'rollback.request', ...about, by: 'UBEN', at: start, ...part };
}

export const approve = (user: string, part: Partial<Command<'rollback.approve'>> = {}): Command<'rollback.approve'> => ({
  type: 'rollback.approve',
  voter: voter(user),
  planHash: planHashOf(plan()),
  by: user,
  at: start + 1000,
  ...part,
});

export const reject = (user: string, part: Partial<Command<'rollback.reject'>> = {}): Command<'rollback.reject'> => ({
  type: 'rollback.reject',
  voter: voter(user),
  reason: 'the cause is the database',
  by: user,
  at: start + 1000,
  ...part,
});

export const beginStep = (
  voters: readonly string[],
  part: Partial<Command<'rollback.begin-step'>> = {},
): Command<'rollback.begin-step'> => ({
  type: 'rollback.begin-step',
  step: 0,
  planHash: planHashOf(plan()),
  fingerprint,
  voters: voters.map((user) => voter(user)),
  by: 'warroom',
  at: start + 2000,
  ...part,
});
