// One job alone, over a rollback in memory and a provider that counts what it is told.
import { describe, expect, it } from '@jest/globals';
import type { Step } from '../../../src/domain/plan.ts';
import type { KnownRollback, RollbackCommand } from '../../../src/domain/rollback.ts';
import { rollback } from '../../../src/domain/rollback.ts';
import { runStep } from '../../../src/jobs/run-step.ts';
import type { Deps, KnownVoter, Order, RollbackTarget } from '../../../src/ports.ts';
import type { Try } from '../../../src/queue/job.ts';
import { aPlan, aPolicy, anIncident, aRequirement, aVersion, aVote, aVoter, minute, noon, running } from '../../support/builders.ts';

const attempt = { jobId: '1', token: 1, signal: new AbortController().signal, assertMine: () => undefined } as unknown as Try;

interface World {
  state: KnownRollback;
  effective?: string;
  effect?: RollbackTarget['effect'];
  voter?: (user: string) => KnownVoter;
  /** What happens while the job looks. */
  meanwhile?: (tell: (command: RollbackCommand) => void) => void;
}

/** Runs the job of the first step once. @returns how things stand then, and what the provider was told */
async function work({ state, effective, effect = 'observe', voter = aVoter, meanwhile }: World, back?: true) {
  let now = state;
  const orders: Order[] = [];
  const tell = (command: RollbackCommand): boolean => {
    const events = rollback.decide(now, command, { number: 0 });
    now = events.reduce(rollback.evolve, now) as KnownRollback;
    return events.length > 0;
  };
  const target = {
    effect,
    fingerprint: () => {
      meanwhile?.((command) => void tell(command));
      return Promise.resolve('as approved');
    },
    effective: () => Promise.resolve(effective === undefined ? undefined : aVersion(effective)),
    find: () => Promise.resolve(undefined),
    start: (order: Order) => {
      orders.push(order);
      return Promise.resolve({ ref: 'run/2' });
    },
  };
  const deps = {
    queries: {
      rollback: () => Promise.resolve({ id: 'rb', version: 1, state: now }),
      incident: () => Promise.resolve({ state: anIncident() }),
    },
    execute: (_: unknown, id: string, command: RollbackCommand) => {
      const changed = tell(command);
      return Promise.resolve({ id, state: now, changed, repeated: false });
    },
    open: () => target,
    settings: { services: [] },
    voter: (user: string) => Promise.resolve(voter(user)),
    log: { info: () => undefined, warn: () => undefined, error: () => undefined },
    now: () => noon + minute,
    settleMs: 0,
  } as unknown as Deps;
  const outcome = await runStep.run({ rollbackId: 'rb', step: 0, ...(back ? { back } : {}) }, deps, attempt);
  return { state: now, orders: orders.map(({ to }) => to.label), outcome };
}

describe('undoing a step', () => {
  const undoing = running({ status: 'succeeded', ref: 'run/1' }, { status: 'compensating', undoing: [0] });

  it.each([
    ['v41', 'what it brought is in effect'],
    ['v42', 'it is undone already'],
    [undefined, 'nothing can be read'],
  ])('goes on with %s in effect: %s', async (effective: string | undefined, _why: string) => {
    const { orders, state } = await work({ state: undoing, ...(effective === undefined ? {} : { effective }) }, true);
    expect(orders).toEqual(['v42']);
    expect(state.undos).toMatchObject([{ status: 'started' }]);
  });

  it('waits for a person when somebody shipped something else since', async () => {
    const { orders, state } = await work({ state: undoing, effective: 'v43' }, true);
    expect(orders).toEqual([]);
    expect(state).toMatchObject({ status: 'needs human', undos: [{ status: 'unknown' }] });
    expect(state.outcome).toBe('it could not be undone: production changed since: v43 is in effect, neither v41 nor v42');
  });
});

const { startedAt: _, ...begun } = running({ status: 'pending' });
const approved: KnownRollback = { ...begun, status: 'approved', plan: aPlan() };

describe('a step about which something changed while its job looked', () => {
  it('is looked at again when somebody else approved it meanwhile', async () => {
    const { orders, outcome, state } = await work({
      state: approved,
      meanwhile: (tell) => {
        tell({ type: 'rollback.revoke', by: 'U2', at: noon });
        tell({ type: 'rollback.approve', planHash: 'hash', voter: aVoter('U3'), by: 'U3', at: noon });
      },
    });
    expect(orders).toEqual([]);
    expect(outcome).toEqual({ again: noon + minute });
    expect(state).toMatchObject({ status: 'approved', votes: [aVote('U3')] });
  });

  it('waits while Slack does not tell of the group that an approval counted by', async () => {
    const require = [aRequirement({ roles: ['tl'] }), aRequirement({ roles: [], groups: ['@dba'] })];
    const { orders, state, outcome } = await work({
      state: { ...approved, policy: aPolicy({ require }), votes: [aVote('U2', { roles: ['tl'], groups: ['@dba'] })] },
      voter: (user) => ({ ...aVoter(user, { roles: ['tl'] }), unsaid: 'and it is silent' }),
    });
    expect(orders).toEqual([]);
    expect(outcome).toMatchObject({ again: expect.any(Number) });
    expect(state).toMatchObject({ status: 'approved', votes: [{ user: 'U2' }], steps: [{ status: 'pending' }] });
  });

  it('does not begin when the only approval was taken back', async () => {
    const { orders, outcome, state } = await work({
      state: approved,
      meanwhile: (tell) => tell({ type: 'rollback.revoke', by: 'U2', at: noon }),
    });
    expect([orders, outcome, state.status]).toEqual([[], undefined, 'requested']);
  });
});

describe('a step whose worker died before it could tell what came of its call', () => {
  const intended = running({ status: 'intended', startedAt: noon });

  it.each(['desired-state', 'keyed'] as const)('is started again where that does no harm: %s', async (effect) => {
    const { orders, state } = await work({ state: intended, effect });
    expect(orders).toEqual(['v41']);
    expect(state.steps).toMatchObject([{ status: 'started' }]);
  });

  it.each(['desired-state', 'keyed', 'observe'] as const)('is not started again when it was called off meanwhile: %s', async (effect) => {
    const { orders, state } = await work({ state: { ...intended, cancelledBy: 'U2', cancelReason: 'the cause is another' }, effect });
    expect(orders).toEqual([]);
    expect(state).toMatchObject({ status: 'cancelled', outcome: 'the cause is another' });
  });
});

const gated = (gate: NonNullable<Step['gate']>): KnownRollback => {
  const plan = aPlan();
  return { ...approved, plan: { ...plan, steps: plan.steps.map((step) => ({ ...step, gate })) } };
};

describe('a step that waits at its gate', () => {
  const minuteLater = noon + 2 * minute;

  it('looks every minute: the job of a plan that took its place waits behind this one', async () => {
    const { outcome, orders } = await work({ state: gated({ kind: 'window', from: '23:00', to: '23:30', timeZone: 'UTC' }) });
    expect([orders, outcome]).toEqual([[], { again: minuteLater }]);
    expect(await work({ state: gated({ kind: 'timer', afterMs: 60 * minute }) })).toMatchObject({ outcome: { again: minuteLater } });
  });

  it('looks in time when it opens sooner', async () =>
    expect(await work({ state: gated({ kind: 'timer', afterMs: 1.5 * minute }) })).toMatchObject({
      outcome: { again: noon + 1.5 * minute },
    }));
});
