import { describe, expect, it } from '@jest/globals';
import type { DecideFacts, Objective, Possibility } from '../../../src/domain/decide-rule.ts';
import { recommend } from '../../../src/domain/decide-rule.ts';
import type { Choice } from '../../../src/domain/decision.ts';
import { choices, fixesInSight, fixRisks } from '../../../src/domain/decision.ts';
import { minute } from '../../support/builders.ts';

const possible: Possibility = { state: 'possible', text: 'back to v41', careful: [] };
const impossible: Possibility = { state: 'impossible', text: 'no other version was ever healthy there' };
const unknown: Possibility = { state: 'unknown', text: 'no answer within 6 s' };
const noFlag: Possibility = { state: 'impossible', text: 'no plan with a config step is configured' };

const breached: Objective = { name: 'errors', state: 'breached', text: 'errors 12 % (needs < 1 %)' };
const met: Objective = { name: 'errors', state: 'met', text: 'errors 0.2 % (needs < 1 %)' };
const unmeasured: Objective = { name: 'errors', state: 'unknown', text: 'errors: no data (empty)' };

const facts = (change: Partial<DecideFacts> = {}): DecideFacts => ({ objectives: [], rollback: possible, flag: noFlag, ...change });

describe('the rule of thumb', () => {
  it.each<[string, Partial<DecideFacts>, Choice | undefined, string]>([
    ['too complex to fix soon', { fixInSight: 'no' }, 'roll back', 'no fix is in sight'],
    ['a fix that takes long', { fixInSight: 'within 30 min' }, 'roll back', 'the fix takes too long: within 30 min'],
    ['a fix that destabilises', { fixInSight: 'within 5 min', fixRisk: 'high' }, 'roll back', 'the fix itself could destabilise'],
    [
      'an objective that is being breached',
      { objectives: [breached] },
      'roll back',
      'an objective is being breached: errors 12 % (needs < 1 %)',
    ],
    [
      'a breach, however near a safe fix is',
      { objectives: [breached], fixInSight: 'within 5 min', fixRisk: 'low' },
      'roll back',
      'an objective is being breached: errors 12 % (needs < 1 %)',
    ],
    [
      'one breach among objectives that hold',
      { objectives: [met, breached] },
      'roll back',
      'an objective is being breached: errors 12 % (needs < 1 %)',
    ],
    [
      'a near and safe fix while the objective holds',
      { objectives: [met], fixInSight: 'within 5 min', fixRisk: 'low' },
      'roll forward',
      'a fix is in sight within 5 min and its risk is low',
    ],
    ['an objective that holds', { objectives: [met] }, 'wait', 'the objective holds: errors 0.2 % (needs < 1 %)'],
    ['nothing at all', {}, undefined, 'nothing that is known speaks for one of the ways'],
    ['no data', { objectives: [unmeasured], fixInSight: 'maybe' }, undefined, 'not known: errors: no data (empty)'],
    ['data for half of the objectives', { objectives: [met, unmeasured] }, undefined, 'not known: errors: no data (empty)'],
    [
      'a breach with nothing to go back to, and a plan that switches it off',
      { objectives: [breached], rollback: impossible, flag: possible },
      'flag off',
      'rolling back is not possible: no other version was ever healthy there',
    ],
    [
      'a breach with no way back, and a fix in sight',
      { objectives: [breached], rollback: impossible, fixInSight: 'within 15 min' },
      'roll forward',
      'a fix is in sight within 15 min',
    ],
    [
      'a breach with no way at all',
      { objectives: [breached], rollback: impossible, fixInSight: 'no' },
      undefined,
      'no way is left that the rule could recommend: get more people',
    ],
    [
      'a rollback that runs already',
      { objectives: [breached], running: 'RB-7 is verifying' },
      'wait',
      'RB-7 is verifying: see what it does before anything else is changed',
    ],
  ])('on %s', (_what, change, choice, reason) => {
    const said = recommend(facts(change));
    expect(said.choice).toBe(choice);
    expect(said.reasons).toContain(reason);
  });

  it('adds what makes going back quick, when that is known', () => {
    const said = recommend(facts({ objectives: [breached], lastRollbackMs: 4 * minute, sinceDeployMs: 12 * minute }));
    expect(said.reasons).toEqual([
      'an objective is being breached: errors 12 % (needs < 1 %)',
      'the last rollback took 4 min',
      'what runs now is 12 min old',
    ]);
  });

  it('says what speaks against each way, the recommended one too', () => {
    const careful: Possibility = { state: 'possible', text: 'back to v41', careful: ['1 expand migration'] };
    const { against } = recommend(
      facts({ objectives: [breached], rollback: careful, sinceDeployMs: 3 * 24 * 60 * minute, fixRisk: 'high' }),
    );
    expect(against).toEqual([
      { choice: 'roll back', why: '1 expand migration' },
      { choice: 'roll back', why: 'what runs now is 3 d old, so it may not be the cause' },
      { choice: 'flag off', why: 'not possible: no plan with a config step is configured' },
      { choice: 'roll forward', why: 'it is not known whether a fix is in sight' },
      { choice: 'roll forward', why: 'the fix itself could destabilise' },
      { choice: 'scale', why: 'more of the same helps against load only, not against a bad version' },
      { choice: 'wait', why: 'an objective is being breached: errors 12 % (needs < 1 %)' },
    ]);
  });

  it('says that it does not know whether a rollback is possible, when nobody answered', () =>
    expect(recommend(facts({ fixInSight: 'no', rollback: unknown })).against).toContainEqual({
      choice: 'roll back',
      why: 'not known whether it is possible: no answer within 6 s',
    }));
});

/** Every combination of what can be known. */
function everything(): DecideFacts[] {
  const possibilities = [possible, impossible, unknown];
  return [undefined, ...fixesInSight].flatMap((fixInSight) =>
    [undefined, ...fixRisks].flatMap((fixRisk) =>
      possibilities.flatMap((rollback) =>
        possibilities.flatMap((flag) =>
          [[], [met], [breached], [unmeasured], [met, unmeasured]].flatMap((objectives) =>
            [undefined, 'RB-7 is executing'].map((running) => ({
              objectives,
              rollback,
              flag,
              ...(fixInSight === undefined ? {} : { fixInSight }),
              ...(fixRisk === undefined ? {} : { fixRisk }),
              ...(running === undefined ? {} : { running }),
            })),
          ),
        ),
      ),
    ),
  );
}

describe('whatever is known, the rule', () => {
  const all = everything().map((known) => ({ known, said: recommend(known) }));

  it('never recommends what is impossible', () => {
    const wrong = all.filter(
      ({ known, said }) =>
        (said.choice === 'roll back' && (known.rollback.state === 'impossible' || known.running !== undefined)) ||
        (said.choice === 'flag off' && known.flag.state === 'impossible'),
    );
    expect(wrong).toEqual([]);
  });

  it('never recommends a fix that is far away, not in sight or risky', () => {
    const forward = all.filter(({ said }) => said.choice === 'roll forward');
    expect(forward.filter(({ known: { fixRisk } }) => fixRisk === 'high')).toEqual([]);
    expect([...new Set(forward.map(({ known: { fixInSight } }) => fixInSight))]).toEqual(['within 5 min', 'within 15 min']);
  });

  it('never recommends waiting without a measurement or a rollback that runs', () =>
    expect(
      all.filter(({ known, said }) => said.choice === 'wait' && known.running === undefined && known.objectives[0]?.state !== 'met'),
    ).toEqual([]));

  it('always says why, and offers only ways that there are', () => {
    expect(all.filter(({ said }) => said.reasons.length === 0)).toEqual([]);
    const named = all.flatMap(({ said }) => [
      ...(said.choice === undefined ? [] : [said.choice]),
      ...said.against.map(({ choice }) => choice),
    ]);
    expect(named.filter((choice) => !choices.includes(choice))).toEqual([]);
  });
});
