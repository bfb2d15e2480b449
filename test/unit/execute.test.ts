import { describe, expect, it } from '@jest/globals';
import { incident } from '../../src/domain/incident.ts';
import type { RollbackCommand } from '../../src/domain/rollback.ts';
import { rollback } from '../../src/domain/rollback.ts';
import { createExecute } from '../../src/execute.ts';
import { DuplicateInput, LiveConflict } from '../../src/ports.ts';
import type { Fence, Ledger, LedgerTransaction, Loaded, Save, StoredJob } from '../../src/ports.ts';
import { aPlan, aPolicy, minute, noon } from '../support/builders.ts';

/** A ledger in memory: one chain per incident, and nothing kept of a transaction that throws. */
function aLedger() {
  const rows = new Map<string, Loaded>();
  const saves: Save[] = [];
  const inbox = new Map<string, string>();
  const numbers = { incident: 0, rollback: 0 };
  const held = { token: 1 };
  const trouble: { onSave?: Error; afterSave?: Error } = {};
  const tx: LedgerTransaction = {
    load: (_entity, id, incidentId) => {
      const loaded = rows.get(id);
      const chain = loaded?.incidentId ?? incidentId ?? id;
      const seq = saves.filter((save) => save.incidentId === chain).reduce((sum, { events }) => sum + events.length, 0);
      return Promise.resolve({ loaded, head: { seq, hash: `hash ${seq}` }, around: {} });
    },
    nextNumber: (entity) => Promise.resolve(numbers[entity] + 1),
    glassBroken: () => Promise.resolve(0),
    holds: ({ token }: Fence) => Promise.resolve(token === held.token),
    save: (save) => {
      if (trouble.onSave) return Promise.reject(trouble.onSave);
      const { inboxKey, id, state, incidentId, version } = save;
      if (inboxKey !== undefined && inbox.has(inboxKey)) return Promise.reject(new DuplicateInput());
      if (inboxKey !== undefined) inbox.set(inboxKey, id);
      if (version === 0) numbers[save.entity] += 1;
      rows.set(id, { state, version: version + 1, incidentId });
      saves.push(save);
      return Promise.resolve(save.jobs.map(({ kind, dueAt = 0 }, index) => ({ id: `job ${saves.length}.${index}`, kind, dueAt })));
    },
  };
  const ledger: Ledger = {
    transact: async (work) => {
      const done = await work(tx);
      const { afterSave } = trouble;
      delete trouble.afterSave;
      if (afterSave) throw afterSave;
      return done;
    },
    outcome: (key) => Promise.resolve(inbox.has(key) ? { entityId: inbox.get(key) ?? '' } : undefined),
  };
  return { ledger, saves, held, trouble };
}

function aDoor() {
  const woken: StoredJob[] = [];
  const known = aLedger();
  return { ...known, woken, execute: createExecute({ ledger: known.ledger, wake: { push: (jobs) => void woken.push(...jobs) } }) };
}

const declare = { type: 'incident.declare', title: 'it is down', severity: 'SEV1', by: 'U1', at: noon } as const;
const takeTl = { type: 'incident.assign-role', role: 'tl', user: 'U2', by: 'U2', at: noon } as const;
const room = { type: 'incident.attach-room', room: { id: 'C1', name: 'inc-1' }, by: 'warroom', at: noon } as const;
const request: RollbackCommand = {
  type: 'rollback.request',
  incidentId: 'inc_1',
  plan: aPlan(),
  planHash: 'hash',
  checks: [],
  policy: aPolicy(),
  reason: 'errors',
  by: 'U1',
  at: noon + minute,
};

describe('the one door', () => {
  it('stores facts, state and jobs together, and wakes the workers afterwards', async () => {
    const { execute, saves, woken } = aDoor();
    const done = await execute(incident, 'inc_1', declare);

    expect(done).toMatchObject({ id: 'inc_1', repeated: false, changed: true, state: { number: 1, status: 'investigating' } });
    expect(saves).toMatchObject([{ entity: 'incident', version: 0, head: { seq: 0 }, events: [{ type: 'incident.declared' }] }]);
    expect(woken.map(({ kind }) => kind)).toEqual(['room.open']);
  });

  it('numbers incidents and rollbacks each for themselves', async () => {
    const { execute } = aDoor();
    await execute(incident, 'inc_1', declare);
    expect((await execute(incident, 'inc_2', declare)).state.number).toBe(2);
    expect((await execute(rollback, 'rb_1', request)).state.number).toBe(1);
  });

  it('writes the facts of a rollback into the timeline of its incident, one after the other', async () => {
    const { execute, saves } = aDoor();
    await execute(incident, 'inc_1', declare);
    await execute(incident, 'inc_1', room);
    await execute(rollback, 'rb_1', request);

    expect(saves.at(-1)).toMatchObject({ entity: 'rollback', incidentId: 'inc_1', head: { seq: 2 } });
    expect(saves.at(-1)?.jobs.find(({ kind }) => kind === 'fact.announce')?.payload).toEqual({ incidentId: 'inc_1', seq: 3 });
  });

  it('stores nothing and wakes nobody when it is so already', async () => {
    const { execute, saves, woken } = aDoor();
    await execute(incident, 'inc_1', declare);
    woken.length = 0;
    const done = await execute(incident, 'inc_1', { ...takeTl, role: 'ic', user: 'U1' }, { inboxKey: 'click 1' });

    expect(done).toMatchObject({ changed: false, repeated: false, state: { roles: { ic: 'U1' } } });
    expect(saves).toHaveLength(1);
    expect(woken).toEqual([]);
  });

  it('stores one job of several that would read the same state', async () => {
    const { execute, saves } = aDoor();
    await execute(incident, 'inc_1', declare);
    await execute(incident, 'inc_1', room);
    await execute(rollback, 'rb_1', request);
    const voter = { user: 'U2', standing: 'member', roles: ['ic'], groups: [] } as const;
    await execute(rollback, 'rb_1', { type: 'rollback.approve', voter, planHash: 'hash', by: 'U2', at: noon + minute });

    const [, , , approval] = saves;
    expect(approval?.events.map(({ type }) => type)).toEqual(['rollback.approved', 'rollback.cleared', 'rollback.start-ordered']);
    const drawn = approval?.jobs.filter(({ kind }) => kind === 'card.draw').map(({ dedupe }) => dedupe);
    expect(drawn).toEqual(['card:rollback:rb_1', 'card:headline:inc_1', 'card:digest:inc_1']);
    expect(approval?.jobs.filter(({ kind }) => kind === 'fact.announce')).toHaveLength(2);
  });
});

describe('the same input twice', () => {
  it('is recorded once and answered twice', async () => {
    const { execute, saves } = aDoor();
    const first = await execute(incident, 'inc_1', declare, { inboxKey: 'modal 1' });
    const second = await execute(incident, 'inc_2', declare, { inboxKey: 'modal 1' });

    expect(second).toEqual({ id: 'inc_1', state: first.state, repeated: true, changed: false });
    expect(saves).toHaveLength(1);
  });

  it('is answered as the first time even when it would be refused by now', async () => {
    const { execute } = aDoor();
    await execute(incident, 'inc_1', declare);
    const resolve = { type: 'incident.resolve', by: 'U1', at: noon } as const;
    await execute(incident, 'inc_1', resolve, { inboxKey: 'modal 2' });

    const again = await execute(incident, 'inc_1', resolve, { inboxKey: 'modal 2' });
    expect(again).toMatchObject({ repeated: true, state: { status: 'resolved' } });
    await expect(execute(incident, 'inc_1', resolve, { inboxKey: 'modal 3' })).rejects.toMatchObject({ code: 'incident_over' });
  });

  it('is answered when the connection broke after the commit', async () => {
    const { execute, trouble, saves } = aDoor();
    trouble.afterSave = new Error('connection lost');
    const done = await execute(incident, 'inc_1', declare, { inboxKey: 'modal 1' });
    expect(done).toMatchObject({ id: 'inc_1', repeated: true });
    expect(saves).toHaveLength(1);
  });
});

describe('what is not recorded', () => {
  it('is what the domain refuses', async () => {
    const { execute, saves, woken } = aDoor();
    await expect(execute(incident, 'inc_1', { ...declare, title: ' ' })).rejects.toMatchObject({ code: 'title_missing' });
    expect([saves, woken]).toEqual([[], []]);
  });

  it('is what a worker wants to write that lost its job', async () => {
    const { execute, held, saves } = aDoor();
    await execute(incident, 'inc_1', declare);
    held.token = 2;
    await expect(execute(incident, 'inc_1', room, { fence: { jobId: 'j', token: 1 } })).rejects.toMatchObject({ code: 'stale_worker' });
    await execute(incident, 'inc_1', room, { fence: { jobId: 'j', token: 2 } });
    expect(saves).toHaveLength(2);
  });

  it('is a second rollback of what is being rolled back', async () => {
    const { execute, trouble } = aDoor();
    trouble.onSave = new LiveConflict();
    await expect(execute(rollback, 'rb_1', request, { inboxKey: 'click' })).rejects.toMatchObject({ code: 'live_conflict' });
  });

  it('is what the database does not take, and its reason is passed on', async () => {
    const { execute, trouble, woken } = aDoor();
    trouble.onSave = new Error('disk full');
    await expect(execute(incident, 'inc_1', declare, { inboxKey: 'modal 1' })).rejects.toThrow('disk full');
    expect(woken).toEqual([]);
  });
});
