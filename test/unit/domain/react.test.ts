import { describe, expect, it } from '@jest/globals';
import type { IncidentEvent } from '../../../src/domain/incident.ts';
import type { Job } from '../../../src/domain/job.ts';
import { cardKey } from '../../../src/domain/job.ts';
import { reactToIncident } from '../../../src/domain/react-to-incident.ts';
import { reactToRollback } from '../../../src/domain/react-to-rollback.ts';
import type { KnownRollback, RollbackEvent } from '../../../src/domain/rollback.ts';
import { aPlan, anIncident, aPolicy, aRollback, aVote, minute, noon, requested, running } from '../../support/builders.ts';

const by = { by: 'U2', at: noon };
const { room: _, ...roomless } = anIncident();

const kinds = (jobs: readonly Job[]): string[] => jobs.map((job) => (job.kind === 'card.draw' ? `draw ${job.payload.card}` : job.kind));

const ofIncident = (event: IncidentEvent, after = anIncident()) =>
  reactToIncident(event, after, { id: 'inc_1', incidentId: 'inc_1', seq: 5 });
const ofRollback = (event: RollbackEvent, after = aRollback()) =>
  reactToRollback(event, after, { id: 'rb_1', incidentId: 'inc_1', seq: 5 });

const declared: IncidentEvent = { type: 'incident.declared', number: 12, title: 'x', severity: 'SEV1', services: [], by: 'U1', at: noon };
const update = (audience: 'internal' | 'external', author = 'U2'): IncidentEvent => ({
  type: 'incident.update-published',
  update: { id: 'upd_1', audience, text: 'x', by: author, at: noon },
  ...by,
});

describe('a fact of an incident causes', () => {
  it.each<[string, IncidentEvent, string[]]>([
    ['first of all a room', declared, ['room.open']],
    [
      'everything in the room once it is there, people first',
      { type: 'incident.room-opened', room: { id: 'C12', name: 'x' }, ...by },
      [
        'room.invite',
        'draw headline',
        'draw digest',
        'draw welcome',
        'card.pin',
        'declarer.tell',
        'room.topic',
        'room.bookmark',
        'room.invite',
        'role.brief',
        'update.publish',
      ],
    ],
    [
      'word to the declarer when there is no room',
      { type: 'incident.room-failed', reason: 'restricted_action', ...by },
      ['declarer.tell', 'draw digest'],
    ],
    [
      'an invitation and a briefing for a new role',
      { type: 'incident.role-assigned', role: 'tl', user: 'U2', ...by },
      ['draw headline', 'draw digest', 'draw welcome', 'room.topic', 'fact.announce', 'room.invite', 'role.brief'],
    ],
    [
      'no briefing when a role is given back',
      { type: 'incident.role-assigned', role: 'tl', user: null, ...by },
      ['draw headline', 'draw digest', 'draw welcome', 'room.topic', 'fact.announce'],
    ],
    [
      'cards, topic and a sentence for a new status',
      { type: 'incident.status-changed', status: 'identified', before: 'investigating', ...by },
      ['draw headline', 'draw digest', 'room.topic', 'fact.announce'],
    ],
    ['the way of an update to its readers', update('internal'), ['update.deliver', 'draw headline', 'draw digest']],
    ['word in the room of an update for others', update('external'), ['update.deliver', 'draw headline', 'draw digest', 'fact.announce']],
    ['no word of an update that nobody wrote', update('external', 'warroom'), ['update.deliver', 'draw headline', 'draw digest']],
    ['nothing when an update arrived', { type: 'incident.update-delivered', update: 'u', audience: 'support', channel: '#s', ...by }, []],
    [
      'word in the room when it did not',
      { type: 'incident.update-undelivered', update: 'u', audience: 'support', channel: '#s', reason: 'x', ...by },
      ['fact.announce'],
    ],
    [
      'the last update and the last cards',
      { type: 'incident.resolved', ...by },
      ['update.publish', 'draw headline', 'draw digest', 'room.topic', 'fact.announce'],
    ],
  ])('%s', (_what, event, expected) => expect(kinds(ofIncident(event))).toEqual(expected));

  it.each<IncidentEvent>([
    { type: 'incident.role-assigned', role: 'tl', user: 'U2', ...by },
    { type: 'incident.status-changed', status: 'identified', before: 'investigating', ...by },
  ])('nothing in a room that is not there yet: $type', (event) => expect(ofIncident(event, roomless)).toEqual([]));

  it('the last update even when there never was a room', () =>
    expect(kinds(ofIncident({ type: 'incident.resolved', ...by }, roomless))).toEqual(['update.publish']));
});

const engine = ['rollback.expire', 'rollback.run-step', 'rollback.watch-step', 'rollback.verify', 'incident.advance', 'update.publish'];
const cards = ['draw rollback', 'draw headline', 'draw digest'];

const measured = (verdict: 'pending' | 'ignored'): RollbackEvent => ({
  type: 'rollback.measured',
  readings: [{ gate: 'errors', at: noon, asOf: noon - minute, value: 1, verdict }],
  ...by,
});

/** Its approvers are called when they take their time. */
const urgent = aRollback({ policy: aPolicy({ escalateAfterMs: minute }) });

describe('a fact of a rollback', () => {
  it.each<[RollbackEvent, string[], boolean, KnownRollback?]>([
    [requested(), ['rollback.expire'], true],
    [{ type: 'rollback.approved', vote: aVote('U2'), planHash: 'hash', ...by }, [], true],
    [{ type: 'rollback.cleared', executeBy: noon, ...by }, ['rollback.expire'], false],
    [{ type: 'rollback.start-ordered', ...by }, ['rollback.run-step'], true],
    [{ type: 'rollback.revoked', ...by, by: 'U2' }, ['rollback.expire'], true],
    [{ type: 'rollback.escalated', ...by }, ['approvers.tell'], true],
    [{ type: 'rollback.glass-broken', reason: 'x', skipped: '@a', overridden: [], ...by, by: 'U2' }, ['approvers.tell'], true],
    [{ type: 'rollback.care-opened', items: [{ id: 'unlock', kind: 'unlock', text: 'x' }], owner: 'U1', ...by }, ['care.remind'], true],
    [{ type: 'rollback.care-reminded', ...by }, ['care.remind'], true],
    [{ type: 'rollback.help-called', ...by }, [], true],
    [{ type: 'rollback.rejected', reason: 'x', ...by }, [], true],
    [{ type: 'rollback.votes-voided', users: ['U2'], ...by }, ['rollback.expire'], true],
    [{ type: 'rollback.votes-voided', users: ['U2'], ...by }, ['rollback.expire', 'rollback.escalate'], true, urgent],
    [{ type: 'rollback.revoked', ...by, by: 'U2' }, ['rollback.expire', 'rollback.escalate'], true, urgent],
    [{ type: 'rollback.revoked', ...by, by: 'U2' }, [], true, { ...urgent, status: 'approved' }],
    [{ type: 'rollback.expired', phase: 'approval', ...by }, [], true],
    [{ type: 'rollback.drifted', step: 0, ...by }, [], true],
    [{ type: 'rollback.step-intended', step: 0, ...by }, ['incident.advance', 'incident.lock', 'card.tick'], false, running()],
    [{ type: 'rollback.step-cancelled', step: 0, ...by }, [], true],
    [{ type: 'rollback.gate-passed', step: 0, ...by }, ['rollback.run-step'], true],
    [{ type: 'rollback.step-requeued', step: 0, reason: 'x', ...by }, ['rollback.run-step'], true],
    [{ type: 'rollback.cancel-requested', reason: 'x', ...by }, ['rollback.cancel-step'], true, running()],
    [{ type: 'rollback.cancelled', ...by }, [], true],
    [{ type: 'rollback.compensated', reason: 'x', ...by }, [], true],
    [{ type: 'rollback.failed', reason: 'x', ...by }, [], true],
    [{ type: 'rollback.step-started', step: 0, ref: 'x', ...by }, ['rollback.watch-step'], true],
    [{ type: 'rollback.step-succeeded', step: 0, ...by }, [], true],
    [{ type: 'rollback.step-failed', step: 0, reason: 'x', ...by }, [], true],
    [{ type: 'rollback.held', step: 0, reason: 'x', ...by }, [], true],
    [{ type: 'rollback.verification-started', ...by }, ['rollback.verify'], true],
    [{ type: 'rollback.verified', verdict: 'recovered', ...by }, ['incident.advance', 'update.publish'], true],
    [{ type: 'rollback.verified', verdict: 'not recovered', ...by }, [], true],
    [{ type: 'rollback.verified', verdict: 'inconclusive', ...by }, [], true],
    [{ type: 'rollback.abandoned', reason: 'x', ...by }, [], true],
  ])('moves the engine first, then redraws the cards, then is told: $type', (event, moves, told, after = aRollback()) =>
    expect(kinds(ofRollback(event, after))).toEqual([...moves, ...cards, ...(told ? ['fact.announce'] : [])]),
  );

  it.each<RollbackEvent>([
    { type: 'rollback.measured', readings: [], ...by },
    { type: 'rollback.step-progressed', step: 0, message: 'x', ...by },
    { type: 'rollback.step-deferred', step: 0, message: 'x', ...by },
    { type: 'rollback.step-repeated', step: 0, ...by },
  ])('of no news changes its own card alone: $type', (event) => expect(kinds(ofRollback(event))).toEqual(['draw rollback']));

  it('tells of a measurement that finds a gate to say nothing, and of no other', () => {
    expect(kinds(ofRollback(measured('ignored')))).toEqual(['draw rollback', 'fact.announce']);
    expect(kinds(ofRollback(measured('pending')))).toEqual(['draw rollback']);
  });

  it('runs the next step as long as there is one', () => {
    const two = running(undefined, {
      plan: aPlan({ steps: 2 }),
      startedAt: noon - minute,
      steps: [{ status: 'succeeded' }, { status: 'pending' }],
    });
    expect(kinds(ofRollback({ type: 'rollback.step-succeeded', step: 0, ...by }, two))[0]).toBe('rollback.run-step');
    expect(kinds(ofRollback({ type: 'rollback.step-succeeded', step: 1, ...by }, two))[0]).toBe('draw rollback');
    expect(kinds(ofRollback({ type: 'rollback.step-intended', step: 1, ...by }, two))[0]).toBe('draw rollback');
  });

  it('runs what waits for nothing at once, side by side, and what a failure does not stop', () => {
    const [first, second] = aPlan({ steps: 2 }).steps;
    const plan = {
      ...aPlan(),
      steps: [
        { ...first!, onFailure: 'continue' as const },
        { ...second!, needs: [] },
      ],
    };
    const idle = aRollback({ plan, steps: [{ status: 'pending' }, { status: 'pending' }] });
    const begun = ofRollback({ type: 'rollback.start-ordered', ...by }, idle).filter(({ kind }) => kind === 'rollback.run-step');
    expect(begun.map(({ payload }) => payload)).toEqual([
      { rollbackId: 'rb_1', step: 0 },
      { rollbackId: 'rb_1', step: 1 },
    ]);
    const later = { ...plan, steps: [plan.steps[0]!, second!] };
    const failed = running(undefined, { plan: later, steps: [{ status: 'failed' }, { status: 'pending' }] });
    expect(ofRollback({ type: 'rollback.step-failed', step: 0, reason: 'x', ...by }, failed)[0]).toMatchObject({
      kind: 'rollback.run-step',
      payload: { rollbackId: 'rb_1', step: 1 },
    });
  });

  it('starts nothing again for the step that ended, and nothing that another one unlocked', () => {
    const done = running(undefined, { plan: aPlan({ steps: 2 }), steps: [{ status: 'succeeded' }, { status: 'started' }] });
    expect(kinds(ofRollback({ type: 'rollback.step-succeeded', step: 0, ...by }, done))[0]).toBe('draw rollback');
  });

  it('undoes one step after another, the latest first', () => {
    const two = running(undefined, {
      plan: aPlan({ steps: 2 }),
      steps: [{ status: 'succeeded' }, { status: 'succeeded' }],
      undoing: [1, 0],
    });
    const undo = (after: typeof two, event: RollbackEvent) =>
      ofRollback(event, after).flatMap(({ kind, payload }) => (kind === 'rollback.run-step' ? [payload] : []));
    expect(undo(two, { type: 'rollback.compensation-started', steps: [1, 0], ...by })).toEqual([
      { rollbackId: 'rb_1', step: 1, back: true },
    ]);
    const half = { ...two, undos: [{ status: 'pending' as const }, { status: 'succeeded' as const }] };
    expect(undo(half, { type: 'rollback.step-succeeded', step: 1, back: true, ...by })).toEqual([
      { rollbackId: 'rb_1', step: 0, back: true },
    ]);
    expect(undo(half, { type: 'rollback.step-requeued', step: 0, back: true, reason: 'x', ...by })).toEqual([
      { rollbackId: 'rb_1', step: 0, back: true },
    ]);
  });

  it('tells every provider that runs something to stop when it is called off, also one whose run is only named later', () => {
    const two = running(undefined, {
      plan: aPlan({ steps: 2 }),
      steps: [{ status: 'started' }, { status: 'intended' }],
      cancelledBy: 'U2',
    });
    const stops = (event: RollbackEvent) => ofRollback(event, two).filter(({ kind }) => kind === 'rollback.cancel-step');
    expect(stops({ type: 'rollback.cancel-requested', reason: 'x', ...by }).map(({ payload }) => payload)).toEqual([
      { rollbackId: 'rb_1', step: 0 },
    ]);
    expect(stops({ type: 'rollback.step-started', step: 1, ref: 'x', ...by }).map(({ payload }) => payload)).toEqual([
      { rollbackId: 'rb_1', step: 1 },
    ]);
  });

  it('lets a request expire at its deadline, not before', () => {
    const [expire] = ofRollback(requested());
    expect(expire).toMatchObject({ kind: 'rollback.expire', dueAt: noon + 15 * minute });
  });

  it('tells the incident how far it moves, and because of whom', () => {
    const [begun] = ofRollback({ type: 'rollback.step-intended', step: 0, ...by }, running());
    const [ended] = ofRollback({ type: 'rollback.verified', verdict: 'recovered', ...by });
    expect(begun?.payload).toEqual({ incidentId: 'inc_1', status: 'mitigating', rollback: 7 });
    expect(ended?.payload).toEqual({ incidentId: 'inc_1', status: 'monitoring', rollback: 7 });
  });
});

const orderOf = (kind: Job['kind'], jobs: readonly Job[]) => jobs.filter((job) => job.kind === kind).map(({ order }) => order);

const orders = (step: number, back?: true) =>
  [
    ...ofRollback({ type: 'rollback.step-requeued', step, ...(back ? { back } : {}), reason: 'x', ...by }),
    ...ofRollback({ type: 'rollback.step-started', step, ...(back ? { back } : {}), ref: 'x', ...by }),
  ]
    .filter(({ kind }) => engine.includes(kind))
    .map(({ order }) => order);

describe('the jobs of one order run one after another', () => {
  const opened = ofIncident({ type: 'incident.room-opened', room: { id: 'C12', name: 'x' }, ...by });

  it('so that the start of a step and the look at it never overlap, while steps beside it have an order of their own', () => {
    expect([orders(0), orders(1), orders(0, true)]).toEqual([
      ['engine:rb_1:0', 'engine:rb_1:0'],
      ['engine:rb_1:1', 'engine:rb_1:1'],
      ['engine:rb_1:0:undo', 'engine:rb_1:0:undo'],
    ]);
  });

  it('so that calling a run off does not wait for the run to end', () =>
    expect(orderOf('rollback.cancel-step', ofRollback({ type: 'rollback.cancel-requested', reason: 'x', ...by }, running()))).toEqual([
      'cancel:rb_1:0',
    ]));

  it('so that a waiting deadline does not hold the engine up', () =>
    expect(orderOf('rollback.expire', ofRollback(requested()))).toEqual([`expire:rb_1:${noon + 15 * minute}`]));

  it('so that a card is pinned after it was drawn', () => expect(orderOf('card.pin', opened)).toEqual(['card:headline:inc_1']));

  it('so that cards do not wait for one another', () => expect(new Set(orderOf('card.draw', opened)).size).toBe(3));

  it('and of drawings and topics only one waits, for it will show the newest state', () => {
    const again = opened.filter(({ kind }) => kind === 'card.draw' || kind === 'room.topic');
    expect(again.map(({ dedupe }) => dedupe)).toEqual(again.map(({ order }) => order));
    expect(opened.filter((job) => !again.includes(job)).every(({ dedupe }) => dedupe === undefined)).toBe(true);
  });

  it('and carry ids, never what they should say', () => {
    const [announce] = ofIncident({
      type: 'incident.status-changed',
      status: 'identified',
      before: 'investigating',
      note: 'secret',
      ...by,
    }).slice(-1);
    expect(announce).toEqual({ kind: 'fact.announce', payload: { incidentId: 'inc_1', seq: 5 }, order: 'room:inc_1' });
  });
});

it('names a card for ever', () => expect(cardKey({ card: 'rollback', id: 'rb_1' })).toBe('rollback:rb_1'));
