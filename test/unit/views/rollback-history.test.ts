import { describe, expect, it } from '@jest/globals';
import type { KnownRollback } from '../../../src/domain/rollback.ts';
import { repeatsIn } from '../../../src/domain/repeat.ts';
import { timesOf } from '../../../src/domain/times.ts';
import { trackRecord } from '../../../src/domain/track-record.ts';
import { rollbackHistory } from '../../../src/views/rollback-history.ts';
import { rollbackTargets, type Targets } from '../../../src/views/rollback-targets.ts';
import { aPlan, aRollback, anIncident, manners, noon, rollbackStatuses, version } from './examples.ts';
import { buttonsOf, expectPostable, wordsOf } from './slack-rules.ts';

const minute = 60_000;
const day = 24 * 60 * minute;
const say = manners.ordinary;

const recovered = (number: number, change: Partial<KnownRollback> = {}): KnownRollback => {
  const { requestedAt = noon } = change;
  return aRollback('recovered', say, {
    number,
    executeBy: requestedAt + 19 * minute,
    startedAt: requestedAt + 9 * minute,
    steps: [{ status: 'succeeded', startedAt: requestedAt + 9 * minute, endedAt: requestedAt + 12 * minute }],
    endedAt: requestedAt + 13 * minute,
    ...change,
  });
};

const rowOf = (rollback: KnownRollback, incident = anIncident(say, { declaredAt: rollback.requestedAt - 6 * minute }).state) => ({
  rollback,
  times: timesOf(rollback, incident),
  incident,
});

const firstPage = (rollbacks: KnownRollback[], capped = false) => {
  const rows = rollbacks.map((rollback) => rowOf(rollback));
  const summary = { record: trackRecord(rows, noon + minute), repeats: repeatsIn(rollbacks, noon + minute), capped };
  return rollbackHistory({ name: 'api', rows, summary });
};

describe('the history of a service', () => {
  it('begins with what all rollbacks tell together', () => {
    const [summary = ''] = wordsOf(firstPage([recovered(7), recovered(6, { requestedAt: noon - 40 * day })]).blocks).split('\n*RB-7');

    expect(summary.split('\n')).toEqual([
      '*Rollbacks of api, newest first*',
      '1 in the last 30 days, 2 in 90: 2 recovered',
      'Usually (median): decide 6 min · approve 9 min · execute 3 min · recover 1 min',
      'The longest part was waiting for approvals.',
      '⚠ v42 was rolled back from 2 times in production: RB-7 and RB-6',
    ]);
  });

  it('tells each rollback in four short lines: what and how it ended, when, where the time went, and its room', () => {
    const [, row = ''] = firstPage([recovered(7)]).blocks.map((block) => wordsOf([block]));

    expect(row.split('\n')).toEqual([
      '*RB-7* · v42 → v41 · *recovered*',
      expect.stringMatching(/^<!date.*> · production · asked by <@U2>$/),
      'decide 6 min · approve 9 min · execute 3 min · recover 1 min · *19 min in all*',
      'INC-12 · <#C123>',
    ]);
  });

  it('says why one did not go well, and leaves out the times that are not known', () => {
    const rejected = aRollback('rejected', say, { outcome: 'the cause is the database' });
    const words = wordsOf(rollbackHistory({ name: 'api', rows: [{ rollback: rejected, times: {} }] }).blocks);

    expect(words).toContain('*rejected*: the cause is the database');
    expect(words).not.toMatch(/decide|approve \d|in all|INC-/);
  });

  it('says where deciding is counted from when that is not the declaration', () => {
    const step = aPlan().steps.map((each) => ({ ...each, from: { ...each.from, deployedAt: noon - 2 * minute } }));
    const words = wordsOf(firstPage([recovered(7, { plan: { ...aPlan(), steps: step } })]).blocks);

    expect(words).toContain('decide 2 min (since the deploy) · approve 9 min · execute 3 min · recover 1 min · *15 min in all*');
  });

  it('names a plan by its name', () => {
    expect(wordsOf(firstPage([recovered(7, { plan: { ...aPlan(), name: 'campaign' } })]).blocks)).toContain(
      'production · plan campaign · asked by',
    );
  });

  it('says that nothing happened yet, and that nothing is older', () => {
    expect(firstPage([]).text).toBe('api was never rolled back with Warroom.');
    expect(rollbackHistory({ name: 'api', rows: [], before: 3 }).text).toBe('There are no older ones.');
  });

  it('has a button for the older ones only when there are some', () => {
    expect(buttonsOf(firstPage([recovered(7)]).blocks)).toEqual([]);
    const { blocks } = rollbackHistory({ name: 'api', rows: [rowOf(recovered(7))], before: 9, olderThan: 7 });
    expect(wordsOf(blocks)).toContain('Rollbacks of api before RB-9');
    expect(JSON.stringify(blocks)).toContain(JSON.stringify(JSON.stringify({ name: 'api', before: 7 })));
  });

  it('does not claim to have counted what it did not read', () => {
    expect(wordsOf(firstPage([recovered(7)], true))).toContain('1 or more in 90');
  });

  it.each(Object.keys(manners) as (keyof typeof manners)[])('is taken by Slack with %s words', (name) => {
    const rows = rollbackStatuses.map((status) => ({
      ...rowOf(aRollback(status, manners[name])),
      incident: anIncident(manners[name]).state,
    }));
    const repeats = rows.map(({ rollback }) => ({ kind: 'place' as const, ...rollback.plan, rollbacks: rows.map((row) => row.rollback) }));
    const summary = { record: trackRecord(rows, noon), repeats, capped: true };
    expectPostable(rollbackHistory({ name: manners[name]('api', 63), rows, summary, olderThan: 3 }));
  });
});

const v41 = version(say, 'v41', { deployedAt: noon - 4 * day });
const v40 = version(say, 'v40', { id: '1'.repeat(40), deployedAt: noon - 9 * day, health: 'failed' });
const v39 = version(say, 'v39', { id: '2'.repeat(40), deployedAt: noon - 12 * day, health: 'unknown' });

const targets = (change: Partial<Targets> = {}): Targets => ({
  service: 'api',
  environments: [
    {
      environment: 'production',
      current: { version: version(say, 'v42', { health: 'unknown' }), left: [] },
      candidates: [
        { version: v41, left: [] },
        { version: v40, left: [] },
        { version: v39, left: [recovered(3, { requestedAt: noon - 11 * day })] },
      ],
      lastKnownGood: v41,
      usual: { from: 'history', rollbacks: 3, executeMs: 3 * minute, recoverMs: minute },
    },
  ],
  plans: [{ name: 'campaign', environment: 'production', description: 'Undo the promotion', groups: [['traffic', 'promotion'], ['code']] }],
  incidentId: 'inc_1',
  now: noon,
  ...change,
});

describe('what a service can go back to', () => {
  it('says what runs, what ran, how old and how good it was, and how long it takes', () => {
    const words = wordsOf(rollbackTargets(targets()).blocks);

    expect(words).toContain('Running now: *<https://github.test/');
    expect(words).toContain('A rollback usually runs 3 min and production recovers 1 min later (median of 3 rollbacks)');
    expect(words).toMatch(/\|v41>\* \(`9f8e7dd`, dev, last known good\) · deployed 4 d ago/);
    expect(words).toMatch(/\|v40>\* \(.*had failed\) · deployed 9 d ago/);
    expect(words).toMatch(/\|v39>\* \(.*health not known\) · deployed 12 d ago\n⚠ rolled back from before: RB-3 \(11 d ago\)/);
    expect(words).toContain('*Plan campaign* · production · Undo the promotion\ntraffic + promotion → code');
  });

  it('has a button for each version that can be asked for, and for each plan', () => {
    const { blocks } = rollbackTargets(targets());

    const values = [...JSON.stringify(blocks).matchAll(/"value":"(\{.*?\})"/g)].map(([, value = '']) =>
      JSON.parse(JSON.parse(`"${value}"`)),
    );
    expect(values).toEqual([
      { id: 'inc_1', service: 'api', environment: 'production', to: v41.id },
      { id: 'inc_1', service: 'api', environment: 'production', to: v39.id },
      { id: 'inc_1', service: 'api', environment: 'production', plan: 'campaign' },
    ]);
  });

  it('has none outside a war room, and says where to go', () => {
    const { blocks } = rollbackTargets(targets({ incidentId: undefined }));

    expect(buttonsOf(blocks)).toEqual([]);
    expect(wordsOf(blocks)).toContain('do the same in a war room');
  });

  it('says in words that a provider does not answer, and shows the rest', () => {
    const [known] = targets().environments;
    const silent = { environment: 'staging', trouble: 'github-actions: no answer within 10 s' };
    const { text, blocks } = rollbackTargets(targets({ environments: [silent, known!] }));

    expect(text).toBe('What api can go back to. staging: not known now. production: v42 runs, last known good is v41.');
    expect(wordsOf(blocks)).toContain('⚠ It is not known what there is to go back to: github-actions: no answer within 10 s');
    expect(buttonsOf(blocks)).toHaveLength(3);
  });

  it('says that nothing was there before, and that nothing is known to be good', () => {
    const nothing = { environment: 'production', current: undefined, candidates: [], lastKnownGood: undefined, usual: undefined };
    expect(wordsOf(rollbackTargets(targets({ environments: [nothing] })).blocks)).toMatch(
      /not known what runs[\s\S]*nothing to go back to/,
    );
    const unproven = { ...nothing, candidates: [{ version: v39, left: [] }] };
    expect(wordsOf(rollbackTargets(targets({ environments: [unproven] })).blocks)).toContain('No version before is known to have worked');
  });

  it.each(Object.keys(manners) as (keyof typeof manners)[])('is taken by Slack with %s words, however many there are', (name) => {
    const words = manners[name];
    const one = { version: version(words, 'v41'), left: Array.from({ length: 5 }, () => aRollback('recovered', words)) };
    const environment = {
      environment: words('production', 63),
      current: one,
      candidates: Array.from({ length: 60 }, () => one),
      lastKnownGood: one.version,
    };
    const silent = { environment: words('staging', 63), trouble: words('no answer', 3000) };
    const usual = { from: 'provider', executeMs: 200_000 } as const;
    const plan = {
      name: words('campaign', 63),
      environment: words('production', 63),
      description: words('x', 500),
      groups: [Array.from({ length: 20 }, () => words('step', 63))],
    };
    for (const many of [1, 3, 40]) {
      const environments = [silent, ...Array.from({ length: many }, () => ({ ...environment, usual }))];
      expectPostable(rollbackTargets(targets({ service: words('api', 63), environments, plans: Array.from({ length: 20 }, () => plan) })));
    }
  });
});
