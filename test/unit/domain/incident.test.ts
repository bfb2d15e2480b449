import { describe, expect, it } from '@jest/globals';
import type { Incident, IncidentCommand, IncidentEvent } from '../../../src/domain/incident.ts';
import { can, incident, isOpen } from '../../../src/domain/incident.ts';
import type { Audience, IncidentStatus } from '../../../src/domain/words.ts';
import { aDecision, anIncident, minute, noon } from '../../support/builders.ts';
import { givenOf, isRefused } from '../../support/given.ts';

const given = givenOf(incident);
const by = { by: 'U2', at: noon + minute };
const byJob = { by: 'warroom', at: noon + minute } as const;
const declaredNow: IncidentEvent = {
  type: 'incident.declared',
  number: 12,
  title: 'checkout fails',
  severity: 'SEV1',
  services: ['shop'],
  by: 'U1',
  at: noon,
};

const declare = (change: Partial<Extract<IncidentCommand, { type: 'incident.declare' }>> = {}): IncidentCommand => ({
  type: 'incident.declare',
  title: 'checkout fails',
  severity: 'SEV1',
  service: 'shop',
  by: 'U1',
  at: noon,
  ...change,
});

const publish = (change: Partial<Extract<IncidentCommand, { type: 'incident.publish-update' }>> = {}): IncidentCommand => ({
  type: 'incident.publish-update',
  id: 'upd_1',
  audience: 'internal',
  text: 'we roll back',
  secrets: [],
  ...by,
  ...change,
});

describe('declaring an incident', () => {
  it('writes down what is broken under the next number', () => given([]).when(declare(), 12).then(declaredNow));

  it('makes the declarer the commander, so that there always is one', () =>
    given([])
      .when(declare(), 12)
      .becomes({ status: 'investigating', roles: { ic: 'U1' }, declaredBy: 'U1', declaredAt: noon }));

  it('needs no service', () => {
    const { service: _, ...bare } = declare() as Extract<IncidentCommand, { type: 'incident.declare' }>;
    given([]).when(bare, 12).becomes({ services: [] });
  });

  it('keeps the impact and where it was declared', () =>
    given([])
      .when(declare({ impact: 'a third', declaredIn: 'C9' }), 12)
      .becomes({ impact: 'a third', declaredIn: 'C9' }));

  it('leaves out the blanks around the title', () =>
    given([])
      .when(declare({ title: '  x \n' }), 12)
      .becomes({ title: 'x' }));

  it('is refused without a title', () =>
    given([])
      .when(declare({ title: ' \t' }))
      .refuses('title_missing'));

  it('takes a title of 200 characters', () =>
    given([])
      .when(declare({ title: 'x'.repeat(200) }))
      .becomes({ title: 'x'.repeat(200) }));

  it('is refused with a longer one, and says how long it is', () =>
    given([])
      .when(declare({ title: 'x'.repeat(201) }))
      .refuses('title_too_long', { length: 201 }));

  it('is refused a second time', () => given([declaredNow]).when(declare()).refuses('already_declared'));
});

describe('the room of an incident', () => {
  const room = { id: 'C12', name: 'inc-12' };
  const roomless = [declaredNow];

  it('is attached once', () =>
    given(roomless)
      .when({ type: 'incident.attach-room', room, ...byJob })
      .then({ type: 'incident.room-opened', room, ...byJob }));

  it('stays the first one when a job comes twice', () =>
    given(anIncident())
      .when({ type: 'incident.attach-room', room: { id: 'C99', name: 'other' }, ...byJob })
      .changesNothing());

  it('is reported when Slack refuses it', () =>
    given(roomless)
      .when({ type: 'incident.report-room-trouble', reason: 'restricted_action', ...byJob })
      .then({ type: 'incident.room-failed', reason: 'restricted_action', ...byJob }));

  it('is not reported twice for the same reason', () =>
    given([...roomless, { type: 'incident.room-failed', reason: 'restricted_action', ...byJob }])
      .when({ type: 'incident.report-room-trouble', reason: 'restricted_action', ...byJob })
      .changesNothing());

  it('is not reported as missing once it is there', () =>
    given(anIncident())
      .when({ type: 'incident.report-room-trouble', reason: 'restricted_action', ...byJob })
      .changesNothing());

  it('ends the trouble when it opens after all', () => {
    const trouble: IncidentEvent = { type: 'incident.room-failed', reason: 'restricted_action', ...byJob };
    const state = [declaredNow, trouble, { type: 'incident.room-opened', room, ...byJob } as const].reduce(
      incident.evolve,
      incident.initial,
    );
    expect(state).toMatchObject({ room });
    expect(state).not.toHaveProperty('roomTrouble');
  });
});

describe('the roles of an incident', () => {
  it('are given to somebody, and the one before is remembered', () =>
    given(anIncident())
      .when({ type: 'incident.assign-role', role: 'ic', user: 'U2', ...by })
      .then({ type: 'incident.role-assigned', role: 'ic', user: 'U2', before: 'U1', ...by }));

  it('are free at first', () =>
    given(anIncident())
      .when({ type: 'incident.assign-role', role: 'tl', user: 'U2', ...by })
      .then({ type: 'incident.role-assigned', role: 'tl', user: 'U2', ...by }));

  it('can be given back', () =>
    given(anIncident({ roles: { ic: 'U1', cc: 'U2' } }))
      .when({ type: 'incident.assign-role', role: 'cc', user: null, ...by })
      .becomes({ roles: { ic: 'U1' } }));

  it.each([
    ['taken by their holder', 'U1', { ic: 'U1' }, 'ic'],
    ['given back while free', null, { ic: 'U1' }, 'tl'],
  ] as const)('do not change when %s', (_case, user, roles, role) =>
    given(anIncident({ roles }))
      .when({ type: 'incident.assign-role', role, user, ...by })
      .changesNothing(),
  );

  it('never leave an incident without a commander', () =>
    given(anIncident())
      .when({ type: 'incident.assign-role', role: 'ic', user: null, ...by })
      .refuses('role_needed'));

  it('may be held by one person together', () =>
    given(anIncident())
      .when({ type: 'incident.assign-role', role: 'cc', user: 'U1', ...by })
      .becomes({ roles: { ic: 'U1', cc: 'U1' } }));
});

describe('the status of an incident', () => {
  it('moves, with a note, and the one before is remembered', () =>
    given(anIncident())
      .when({ type: 'incident.set-status', status: 'identified', note: 'bad deploy', ...by })
      .then({ type: 'incident.status-changed', status: 'identified', before: 'investigating', note: 'bad deploy', ...by }));

  it('moves back when people know better', () =>
    given(anIncident({ status: 'monitoring' }))
      .when({ type: 'incident.set-status', status: 'investigating', ...by })
      .becomes({ status: 'investigating' }));

  it('does not change into itself', () =>
    given(anIncident())
      .when({ type: 'incident.set-status', status: 'investigating', ...by })
      .changesNothing());
});

describe('publishing an update', () => {
  it('keeps the last one of each audience', () => {
    const update = { id: 'upd_1', audience: 'internal', text: 'we roll back', nextAt: noon + 15 * minute, ...by } as const;
    given(anIncident())
      .when(publish({ nextAt: update.nextAt }))
      .then({ type: 'incident.update-published', update, ...by });
    given(anIncident())
      .when(publish({ nextAt: update.nextAt }))
      .becomes({ updates: { internal: update } });
  });

  it('is possible after the end, for the last word to customers', () =>
    given(anIncident({ status: 'resolved' }))
      .when(publish({ audience: 'external', text: 'All is well again.' }))
      .becomes({ status: 'resolved' }));

  it('is refused without a text', () =>
    given(anIncident())
      .when(publish({ text: ' \n ' }))
      .refuses('update_empty'));

  it('is refused with more than 3000 characters', () =>
    given(anIncident())
      .when(publish({ text: 'x'.repeat(3001) }))
      .refuses('update_too_long', { length: 3001 }));

  it('is refused to customers when it names a version', () =>
    given(anIncident())
      .when(publish({ audience: 'external', text: 'we go back to v41 on db-1.internal' }))
      .refuses('update_leaks', { findings: '“db-1.internal”, “v41”' }));

  it('is refused to customers when it holds a word they must not read', () =>
    given(anIncident())
      .when(publish({ audience: 'external', text: 'release banana is to blame', secrets: ['banana'] }))
      .refuses('update_leaks', { findings: '“banana”' }));

  it.each<Audience>(['internal', 'support'])('may name versions to %s readers', (audience) =>
    given(anIncident())
      .when(publish({ audience, text: 'back to v41' }))
      .becomes({ status: 'investigating' }),
  );
});

describe('the delivery of an update', () => {
  const where = { update: 'upd_1', audience: 'support', channel: '#support' } as const;

  it('is written down where it arrived', () =>
    given(anIncident())
      .when({ type: 'incident.record-delivery', ...where, ...byJob })
      .then({ type: 'incident.update-delivered', ...where, ...byJob }));

  it('is written down where it did not, with the reason', () =>
    given(anIncident())
      .when({ type: 'incident.record-delivery', ...where, trouble: 'not_in_channel', ...byJob })
      .then({ type: 'incident.update-undelivered', reason: 'not_in_channel', ...where, ...byJob }));
});

describe('resolving an incident', () => {
  it('ends it, with what ended it', () => {
    const resolve = { type: 'incident.resolve', note: 'rolled back', ...by } as const;
    given(anIncident())
      .when(resolve)
      .then({ type: 'incident.resolved', note: 'rolled back', ...by });
    given(anIncident()).when(resolve).becomes({ status: 'resolved', resolvedAt: by.at, resolution: 'rolled back' });
  });

  it('needs no words', () =>
    given(anIncident())
      .when({ type: 'incident.resolve', ...by })
      .then({ type: 'incident.resolved', ...by }));

  it('waits for a rollback under way, and names it', () =>
    given(anIncident())
      .when({ type: 'incident.resolve', ...by }, { live: [{ rollback: 'RB-7', status: 'executing' }] })
      .refuses('rollback_running', { rollback: 'RB-7', status: 'executing' }));
});

const commands: Record<IncidentCommand['type'], IncidentCommand> = {
  'incident.declare': { type: 'incident.declare', title: 'x', severity: 'SEV1', by: 'U1', at: noon },
  'incident.attach-room': { type: 'incident.attach-room', room: { id: 'C1', name: 'x' }, ...byJob },
  'incident.report-room-trouble': { type: 'incident.report-room-trouble', reason: 'x', ...byJob },
  'incident.assign-role': { type: 'incident.assign-role', role: 'tl', user: 'U2', ...by },
  'incident.set-status': { type: 'incident.set-status', status: 'identified', ...by },
  'incident.publish-update': { type: 'incident.publish-update', id: 'u', audience: 'internal', text: 'x', secrets: [], ...by },
  'incident.record-delivery': { type: 'incident.record-delivery', update: 'u', audience: 'internal', channel: '#x', ...byJob },
  'incident.decide': { ...aDecision(), type: 'incident.decide', seen: 0, revisitMs: 15 * minute },
  'incident.revisit-decision': { type: 'incident.revisit-decision', number: 1, ...byJob },
  'incident.resolve': { type: 'incident.resolve', ...by },
  'incident.freeze': { type: 'incident.freeze', scope: 'web', reason: 'x', ...by },
  'incident.unfreeze': { type: 'incident.unfreeze', scope: 'shop', reason: 'x', ...by },
  'incident.record-path': {
    type: 'incident.record-path',
    path: { service: 'shop', environment: 'production', name: 'deploy.yml' },
    outcome: 'closed',
    ...byJob,
  },
};
const statuses: readonly Incident['status'][] = ['absent', 'investigating', 'identified', 'mitigating', 'monitoring', 'resolved'];
const over = ['incident.freeze', 'incident.assign-role', 'incident.set-status', 'incident.decide', 'incident.resolve'];

function mayHappen(type: string, status: string): boolean {
  if (type === 'incident.declare') return status === 'absent';
  return status !== 'absent' && !(status === 'resolved' && over.includes(type));
}

describe.each(statuses)('an incident that is %s', (status) => {
  const state: Incident =
    status === 'absent' ? { status } : anIncident({ status, holds: [{ id: 'hold-1', scope: 'shop', reason: 'x', ...by }] });

  it.each(Object.values(commands))('agrees with its table on $type', (command) => {
    const expected = mayHappen(command.type, status);
    expect(can(command.type, state)).toBe(expected);
    expect(isRefused(() => incident.decide(state, command, { number: 1 }))).toBe(!expected);
  });
});

it('tells a person who comes too late how things stand', () =>
  given(anIncident({ status: 'resolved' }))
    .when({ type: 'incident.assign-role', role: 'tl', user: 'U2', ...by })
    .refuses('incident_over', { number: 12, status: 'resolved', command: 'assign role' }));

it('says what cannot be found', () =>
  given([])
    .when({ type: 'incident.set-status', status: 'identified', ...by })
    .refuses('no_incident'));

it('never loses a fact that comes before its incident', () =>
  expect(incident.evolve(incident.initial, { type: 'incident.resolved', ...by })).toEqual({ status: 'absent' }));

it.each<[IncidentStatus, boolean]>([
  ['investigating', true],
  ['monitoring', true],
  ['resolved', false],
])('counts an incident that is %s as open: %s', (status, open) => {
  expect(isOpen(anIncident({ status }))).toBe(open);
  expect(isOpen({ status: 'absent' })).toBe(false);
});
