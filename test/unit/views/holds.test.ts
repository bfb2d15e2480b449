import { describe, expect, it } from '@jest/globals';
import type { ClosedPath, HeldPath, Hold, PathOutcome } from '../../../src/domain/hold.ts';
import type { KnownIncident } from '../../../src/domain/incident.ts';
import { announcement } from '../../../src/views/announcement.ts';
import { headlineCard } from '../../../src/views/headline-card.ts';
import { heldLines, leftHeld } from '../../../src/views/held.ts';
import { holdList } from '../../../src/views/hold-list.ts';
import { freezeModal, releaseModal } from '../../../src/views/hold-modals.ts';
import { resolveModal } from '../../../src/views/resolve-modal.ts';
import { roomTray } from '../../../src/views/tray.ts';
import { anIncident, incidentStatuses, manners, noon, type Say } from './examples.ts';
import { expectHarmless, expectOpenable, expectPostable, mrkdwnOf } from './slack-rules.ts';

const path: HeldPath = { service: 'shop', environment: 'production', name: 'deploy.yml of acme/shop' };
const closed = (outcome: PathOutcome): ClosedPath => ({ ...path, outcome });
const outcomes = ['closing', 'closed', 'maybe closed', 'not closed', 'opening', 'opened', 'kept closed', 'not opened'] as const;
const lock: Hold = { id: 'hold-1', scope: 'shop', reason: 'RB-1 rolls it back', by: 'warroom', rollback: 1, at: noon };
const everything: Hold = { id: 'hold-2', scope: 'all', reason: 'nobody knows what it is', by: 'U1', at: noon };
const holding = (change: Partial<KnownIncident>) => anIncident(manners.ordinary, change);
const wordsOf = (view: unknown): string => JSON.stringify(view);
const tray = (change: Partial<KnownIncident>) => wordsOf(roomTray({ incident: holding(change), rollbacks: [] }));
const list = (change: Partial<KnownIncident>, paths: readonly HeldPath[] = [path]) =>
  wordsOf(holdList({ holding: [holding(change)], paths, calendar: [], here: undefined }));

describe('what is held, on cards', () => {
  it.each([
    [[], [], undefined],
    [[lock, everything], [], '*Held* shop (RB-1 rolls it back), everything (nobody knows what it is)'],
    [[], [closed('not opened')], '*Still switched off* deploy.yml of acme/shop'],
    [[everything], [closed('not opened')], '*Held* everything (nobody knows what it is)'],
  ])('is one line: %#', (holds, closedPaths, said) => expect(heldLines(holding({ holds, closedPaths }).state)).toBe(said));

  it('is told at the end, with what has to be typed', () => {
    expect(leftHeld(holding({}).state)).toBeUndefined();
    expect(leftHeld(holding({ holds: [lock] }).state)).toBe(
      'Still held: shop (RB-1 rolls it back). It stays so until somebody types `/rollback unlock shop &lt;reason&gt;`',
    );
    expect(leftHeld(holding({ holds: [everything] }).state)).toContain('`/incident unfreeze all &lt;reason&gt;`');
    expect(leftHeld(holding({ closedPaths: [closed('not opened')] }).state)).toContain('Still switched off: deploy.yml of acme/shop.');
  });

  it('offers releasing only where something is held', () => {
    expect(tray({})).toContain('Hold deploys…');
    expect(tray({})).not.toContain('Release deploys…');
    expect(tray({ holds: [lock] })).toContain('Release deploys…');
    expect(tray({ status: 'resolved', holds: [lock] })).not.toContain('Hold deploys…');
  });
});

describe('the list of what is held', () => {
  it.each([
    ['closed', 'Switched off: deploy.yml of acme/shop'],
    ['closing', 'Being switched off: deploy.yml of acme/shop'],
    ['maybe closed', 'Nobody knows whether it is switched off: deploy.yml of acme/shop'],
  ] as const)('says of a path that is %s: %s', (outcome, said) =>
    expect(list({ holds: [lock], closedPaths: [closed(outcome)] })).toContain(said),
  );

  it('does not let a hold look like more than it is', () => {
    expect(list({ holds: [lock] }, [])).toContain('Nothing is switched off for it: Warroom knows no deploy workflow of it. Tell people.');
    expect(list({ holds: [lock] })).toContain('Warroom switched nothing off for it: somebody else had, or it could not.');
  });

  it('shows what could not be switched on again, and how to have that tried once more', () =>
    expect(list({ closedPaths: [closed('not opened')] })).toContain('type `/rollback unlock INC-12 shop &lt;reason&gt;`'));

  it('says when the calendar holds something, and until when', () => {
    const weekly = { kind: 'weekly', days: ['fri'], from: '18:00', to: '24:00' } as const;
    const calendar = [
      { name: 'Weekend', timeZone: 'Europe/Berlin', reason: 'few people are awake', when: weekly },
      {
        name: 'Audit',
        services: ['pay', 'web'],
        timeZone: 'UTC',
        reason: 'they count',
        when: { kind: 'once', from: 0, to: noon } as const,
      },
    ];
    const said = wordsOf(holdList({ holding: [], paths: [], calendar, here: undefined }));
    expect(said).toContain('No deploys are held, except by the calendar.');
    expect(said).toContain('*everything*: few people are awake\\nby the calendar, Weekend, until 24:00 (Europe/Berlin)');
    expect(said).toMatch(/\*pay and web\*: they count\\nby the calendar, Audit, until <!date/);
  });
});

describe('the forms', () => {
  const services = ['shop', 'pay'];
  it('begin with the service of the incident when there is one only, and never with everything', () => {
    const incident = holding({ services: ['shop'] });
    expect(wordsOf(freezeModal({ incident, services, paths: [path] }))).toMatch(/"initial_option":\{"value":"shop"/);
    expect(wordsOf(freezeModal({ incident: holding({ services: [] }), services, paths: [path] }))).not.toContain('initial_option');
  });

  it('do not begin with what is held already', () =>
    expect(wordsOf(freezeModal({ incident: holding({ services: ['shop'], holds: [lock] }), services, paths: [path] }))).not.toContain(
      'initial_option',
    ));

  it('say what a choice switches off, and what is held already', () => {
    const form = wordsOf(freezeModal({ incident: holding({ holds: [lock] }), services, paths: [path] }));
    expect(form).toContain('switches off deploy.yml of acme/shop');
    expect(form).toContain('switches nothing off: tell people');
    expect(form).toContain('shop (held since 12:00 UTC)');
  });

  it('release what is held, and have tried once more what is stuck; nothing else', () => {
    const form = wordsOf(releaseModal({ incident: holding({ holds: [everything] }) }));
    expect(form).toContain('nobody knows what it is');
    const stuck = wordsOf(releaseModal({ incident: holding({ closedPaths: [closed('not opened')] }) }));
    expect(stuck).toContain('still switched off: tries once more');
    const nothing = releaseModal({ incident: holding({}) });
    expect(nothing.submit).toBeUndefined();
    expect(wordsOf(nothing)).toContain('INC-12 holds nothing any more.');
  });
});

describe.each(Object.keys(manners) as (keyof typeof manners)[])('with %s words, Slack takes and nobody is fooled by', (name) => {
  const say: Say = manners[name];
  const paths = outcomes.map((outcome) => ({
    service: say('shop', 63),
    environment: say('production', 63),
    name: say('deploy.yml', 200),
    outcome,
  }));
  const holds = Array.from({ length: 30 }, (_, index): Hold => ({
    ...lock,
    id: `h${index}`,
    scope: `${say('s', 40)}${index}`,
    reason: say('why', 1000),
  }));
  const loose = Array.from({ length: 12 }, (_, index) => ({ ...paths[7]!, service: `t${index}` }));
  const state = { holds: [...holds, { ...everything, reason: say('why', 1000) }], closedPaths: [...paths, ...loose] };

  it.each(incidentStatuses)('everything that shows holds, of an incident that is %s', (status) => {
    for (const change of [
      { ...state, status },
      { holds: [], closedPaths: loose, status },
    ]) {
      const incident = anIncident(say, change);
      for (const where of ['room', 'digest'] as const) expectPostable(headlineCard({ incident, rollbacks: [], where }));
      expectPostable(roomTray({ incident, rollbacks: [] }));
      expectOpenable(resolveModal(incident));
      const services = Array.from({ length: 120 }, (_, index) => `${say('s', 40)}${index}`);
      expectOpenable(freezeModal({ incident, services, paths, reason: say('why', 3000) }));
      expectOpenable(releaseModal({ incident, reason: say('why', 3000) }));
      const calendar = [
        { name: say('n', 60), timeZone: 'UTC', reason: say('why', 500), when: { kind: 'once', from: 0, to: noon } as const },
      ];
      expectPostable(holdList({ holding: [incident, incident], paths, calendar, here: incident }));
    }
  });

  it('what the room hears', () => {
    const incident = anIncident(say, state).state;
    const hold = holds[0]!;
    const by = 'U1';
    const events = [
      { type: 'incident.frozen', hold, by, at: noon },
      { type: 'incident.unfrozen', hold, reason: say('why', 1000), by, at: noon },
      ...paths.map(
        ({ outcome, ...each }) =>
          ({ type: 'incident.path-recorded', path: each, outcome, reason: say('why', 1000), by, at: noon }) as const,
      ),
    ] as const;
    for (const event of events) {
      const message = announcement({ event, at: noon, entityId: 'i1' }, { incident, byWord: holds.map(({ scope }) => scope) });
      if (message === undefined) continue; // that it is about to be closed is no news
      expectHarmless(mrkdwnOf(message));
    }
  });
});
