import { describe, expect, it } from '@jest/globals';
import type { HeldPath, Hold, PathOutcome } from '../../../src/domain/hold.ts';
import { closedPathsOf, covers, heldByWordOnly, holdChecks, stuckPathsOf } from '../../../src/domain/hold.ts';
import type { Incident, IncidentCommand, IncidentEvent } from '../../../src/domain/incident.ts';
import { incident } from '../../../src/domain/incident.ts';
import { anIncident, minute, noon } from '../../support/builders.ts';
import { givenOf } from '../../support/given.ts';

const given = givenOf(incident);
const path: HeldPath = { service: 'shop', environment: 'production', name: 'deploy.yml of acme/shop' };
const hold = (change: Partial<Hold> = {}): Hold => ({
  id: 'hold-1',
  scope: 'shop',
  reason: 'the campaign broke it',
  by: 'U1',
  at: noon,
  ...change,
});
const everything = hold({ id: 'hold-2', scope: 'all', reason: 'nobody knows what it is' });

const freeze = (scope: string, change: object = {}) =>
  ({ type: 'incident.freeze', scope, reason: ' the campaign broke it ', by: 'U1', at: noon, ...change }) as const;
const unfreeze = (scope: string, reason = 'v43 is fine') =>
  ({ type: 'incident.unfreeze', scope, reason, by: 'U2', at: noon + minute }) as const;
const record = (outcome: PathOutcome, change: object = {}): IncidentCommand => ({
  type: 'incident.record-path',
  path,
  outcome,
  by: 'warroom',
  at: noon,
  ...change,
});
const recorded = (outcome: PathOutcome, change: object = {}): IncidentEvent => ({
  type: 'incident.path-recorded',
  path,
  outcome,
  by: 'warroom',
  at: noon,
  ...change,
});
const after = (state: Incident, ...commands: IncidentCommand[]): Incident =>
  commands.reduce((now, command) => incident.decide(now, command, { number: 0 }).reduce(incident.evolve, now), state);
const closedAfter = (...commands: IncidentCommand[]): string[] => {
  const state = after(anIncident(), freeze('shop'), ...commands);
  return state.status === 'absent' ? [] : closedPathsOf(state).map(({ outcome }) => outcome);
};

describe('holding deploys', () => {
  it('records who holds what, since when and why', () =>
    given(anIncident()).when(freeze('shop')).then({ type: 'incident.frozen', hold: hold(), by: 'U1', at: noon }));

  it('needs a reason', () =>
    given(anIncident())
      .when(freeze('shop', { reason: '  ' }))
      .refuses('reason_missing'));

  it('is refused for what this incident holds already, with since when and why', () =>
    given(anIncident({ holds: [hold()] }))
      .when(freeze('shop', { by: 'U2' }))
      .refuses('already_held', { scope: 'Shop', time: '12:00 UTC', reason: 'the campaign broke it' }));

  it('locks a service also while everything is frozen, because that freeze may end first', () =>
    given(anIncident({ holds: [everything], holdCount: 2 }))
      .when(freeze('shop'))
      .becomes({ holds: [everything, hold({ id: 'hold-3' })] }));

  it('freezes everything where a service is locked', () =>
    given(anIncident({ holds: [hold()], holdCount: 1 }))
      .when(freeze('all', { reason: everything.reason }))
      .becomes({ holds: [hold(), everything] }));

  it('remembers the rollback that set it', () =>
    given(anIncident())
      .when(freeze('shop', { by: 'warroom', rollback: 7, reason: 'RB-7 rolls it back' }))
      .becomes({ holds: [hold({ by: 'warroom', rollback: 7, reason: 'RB-7 rolls it back' })] }));

  it('adds nothing when a rollback begins where somebody locked the service', () =>
    given(anIncident({ holds: [hold()] }))
      .when(freeze('shop', { by: 'warroom', rollback: 7 }))
      .changesNothing());

  it('is not possible any more when the incident is over', () =>
    given(anIncident({ status: 'resolved' }))
      .when(freeze('shop'))
      .refuses('incident_over', { command: 'freeze' }));

  it('never gives an id a second time', () =>
    given(after(anIncident(), freeze('shop'), unfreeze('shop')))
      .when(freeze('shop'))
      .becomes({ holds: [hold({ id: 'hold-2' })] }));

  it('refuses a reason that no message could hold', () =>
    given(anIncident())
      .when(freeze('shop', { reason: 'x'.repeat(1001) }))
      .refuses('text_too_long', { max: 1000 }));
});

describe('releasing', () => {
  it('records who released it and why', () =>
    given(anIncident({ holds: [hold()] }))
      .when(unfreeze('shop'))
      .then({ type: 'incident.unfrozen', hold: hold(), reason: 'v43 is fine', by: 'U2', at: noon + minute }));

  it('needs a reason', () =>
    given(anIncident({ holds: [hold()] }))
      .when(unfreeze('shop', ' '))
      .refuses('reason_missing'));

  it('leaves what else is held', () =>
    given(anIncident({ holds: [hold(), everything] }))
      .when(unfreeze('all'))
      .becomes({ holds: [hold()] }));

  it('is possible when the incident is over', () =>
    given(anIncident({ status: 'resolved', holds: [hold()] }))
      .when(unfreeze('shop'))
      .becomes({ holds: [] }));

  it.each([
    ['nothing', [], 'Nothing is.'],
    ['something else', [everything], 'Held: everything.'],
  ] as const)('is refused when the incident holds %s', (_what, holds, hint) =>
    given(anIncident({ holds: [...holds] }))
      .when(unfreeze('shop'))
      .refuses('not_held', { scope: 'Shop', hint }),
  );

  it.each(['shop', 'all'])('of %s tries once more what could not be opened', (scope) =>
    given(anIncident({ closedPaths: [{ ...path, outcome: 'not opened' }] }))
      .when(unfreeze(scope))
      .then(recorded('opening', { reason: 'v43 is fine', by: 'U2', at: noon + minute })),
  );

  it('asks for a reason for that, too, and does not touch another service', () => {
    const stuck = anIncident({ closedPaths: [{ ...path, outcome: 'not opened' }] });
    given(stuck).when(unfreeze('shop', '')).refuses('reason_missing');
    given(stuck).when(unfreeze('web')).refuses('not_held');
  });
});

describe('what becomes of a deploy path', () => {
  it('is remembered before the call, so that it is opened again whatever happens in between', () =>
    given(anIncident({ holds: [hold()] }))
      .when(record('closing'))
      .becomes({ closedPaths: [{ ...path, outcome: 'closing' }] }));

  it('is not closed any more for what was released meanwhile', () => given(anIncident()).when(record('closing')).changesNothing());

  it('is remembered for everything as for a service', () =>
    given(anIncident({ holds: [everything] }))
      .when(record('closing'))
      .then(recorded('closing')));

  it.each(['closed', 'opened', 'kept closed', 'maybe closed'] as const)('is no news when it is %s and was not closed for us', (outcome) =>
    given(anIncident({ holds: [hold()] }))
      .when(record(outcome))
      .changesNothing(),
  );

  it.each(['closed', 'maybe closed', 'not opened'] as const)('is told once when it is %s', (outcome) => {
    const state = after(anIncident(), freeze('shop'), record('closing'), record(outcome));
    given(state).when(record(outcome)).changesNothing();
    given(state).when(record('closing')).changesNothing();
  });

  it.each([
    [['closing', 'closed'], ['closed']],
    [['closing', 'closed', 'opened'], []],
    [['closing', 'closed', 'kept closed'], []],
    [['closing', 'not closed'], []],
    [['closing', 'maybe closed'], ['maybe closed']],
    [['closing', 'closed', 'not opened'], ['not opened']],
    [['closing', 'closed', 'not opened', 'opening'], ['opening']],
    [['closing', 'closed', 'not opened', 'opening', 'opened'], []],
  ] as const)('after %j leaves %j to be opened again', (outcomes, left) => {
    expect(closedAfter(...outcomes.map((outcome) => record(outcome)))).toEqual(left);
  });

  it('is a matter for people when it could not be opened and nothing holds it', () => {
    const stuck = { ...path, outcome: 'not opened' } as const;
    expect(stuckPathsOf({ number: 12, closedPaths: [stuck, { ...stuck, name: 'x', outcome: 'closed' }] })).toEqual([stuck]);
    expect(stuckPathsOf({ number: 12, closedPaths: [stuck], holds: [everything] })).toEqual([]);
  });
});

const placed = (change: Partial<Hold> = {}) => ({ ...hold(change), incidentId: 'inc_1', incident: 12 });

const checks = (holds: readonly ReturnType<typeof placed>[], isKnownGood: boolean) => holdChecks(holds, { service: 'shop', isKnownGood });

describe('what nothing can switch off', () => {
  it.each([
    ['all', ['pay', 'web']],
    ['shop', []],
    ['pay', ['pay']],
  ])('under a hold of %s is held by word only: %j', (scope, names) =>
    expect(heldByWordOnly(scope, ['shop', 'pay', 'web'], [path])).toEqual(names),
  );
});

describe('what a hold says to a rollback', () => {
  it('lets it pass when nothing is held, or something else', () => {
    expect(checks([], false)).toEqual([{ code: 'not_held', level: 'pass', text: 'not locked or frozen' }]);
    expect(checks([placed({ scope: 'web' })], false)).toMatchObject([{ level: 'pass' }]);
  });

  it('warns on the way back to what is known to be good', () =>
    expect(checks([placed()], true)).toEqual([
      {
        code: 'locked',
        level: 'warn',
        text: 'shop is locked since 12:00 UTC (INC-12): the campaign broke it. Rolling back to a version known to be good stays possible',
      },
    ]));

  it('blocks any other target; whoever may break the glass can pass', () =>
    expect(checks([placed({ scope: 'all' })], false)).toEqual([
      {
        code: 'frozen',
        level: 'block',
        text: 'everything is frozen since 12:00 UTC (INC-12): the campaign broke it. The target is not known to be good',
        override: 'break-glass',
      },
    ]));

  it('only warns of the lock an earlier rollback set: it holds what is deployed by habit', () =>
    expect(checks([placed({ rollback: 7 })], false)).toMatchObject([{ code: 'locked', level: 'warn' }]));

  it('only warns when an earlier rollback set it: that holds what is deployed by habit', () =>
    expect(checks([placed({ rollback: 7 })], false)).toMatchObject([{ code: 'locked', level: 'warn' }]));

  it('names the rollback that set it, and each hold there is', () => {
    const found = checks([placed({ rollback: 7 }), placed({ scope: 'all' })], true);
    expect(found.map(({ code }) => code)).toEqual(['locked', 'frozen']);
    expect(found[0]?.text).toContain('(INC-12, set by RB-7)');
  });

  it.each([
    ['shop', 'shop', true],
    ['all', 'shop', true],
    ['web', 'shop', false],
  ])('of %s covers %s: %s', (scope, service, does) => expect(covers({ scope }, service)).toBe(does));
});
