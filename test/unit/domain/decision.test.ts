import { describe, expect, it } from '@jest/globals';
import type { Decide } from '../../../src/domain/decision.ts';
import type { IncidentEvent } from '../../../src/domain/incident.ts';
import { incident } from '../../../src/domain/incident.ts';
import { reactToIncident } from '../../../src/domain/react-to-incident.ts';
import { aDecision, anIncident, minute, noon } from '../../support/builders.ts';
import { givenOf } from '../../support/given.ts';

const given = givenOf(incident);

function decide(change: Partial<Decide> = {}): Decide {
  const { number: _, revisitAt: __, dueAt: ___, ...weighed } = aDecision();
  return { ...weighed, type: 'incident.decide', seen: 0, revisitMs: 15 * minute, ...change };
}

const withTwo = anIncident({ roles: { ic: 'U1', tl: 'U2', cc: 'U3' } });

describe('deciding the way out', () => {
  it('stores the choice, its reasons, what was rejected, the facts, and when it is looked at again', () =>
    given(anIncident()).when(decide()).then({ type: 'incident.decided', decision: aDecision(), by: 'U1', at: noon }));

  it.each([
    ['Incident Commander', 'U1'],
    ['Technical Lead', 'U2'],
  ])('is for the %s', (_role, by) =>
    given(withTwo)
      .when(decide({ by }))
      .becomes({ decision: aDecision({ by }) }),
  );

  it('is for nobody else, and says who decides', () => {
    const deciders = '<@U1> (Incident Commander) or <@U2> (Technical Lead)';
    given(withTwo)
      .when(decide({ by: 'U3' }))
      .refuses('not_a_decider', { deciders });
    given(withTwo)
      .when(decide({ by: 'U9' }))
      .refuses('not_a_decider', { deciders });
    given(anIncident())
      .when(decide({ by: 'U2' }))
      .refuses('not_a_decider', { deciders: '<@U1> (Incident Commander)' });
  });

  it('replaces the decision before, which is kept for its card', () => {
    const first = aDecision({ dueAt: noon + 15 * minute });
    given(anIncident({ decision: first }))
      .when(decide({ choice: 'roll back', seen: 1, at: noon + minute }))
      .becomes({
        decision: aDecision({ choice: 'roll back', number: 2, at: noon + minute, revisitAt: noon + 16 * minute }),
        decisionBefore: first,
      });
  });

  it('is refused when somebody decided while the form was open', () =>
    given(anIncident({ decision: aDecision({ by: 'U2', choice: 'scale' }) }))
      .when(decide({ seen: 0 }))
      .refuses('decided_meanwhile', { user: '<@U2>', choice: 'scale' }));

  it.each<[string, Partial<Decide>, Parameters<ReturnType<ReturnType<typeof given>['when']>['refuses']>[0]]>([
    ['without a reason', { reason: '  ' }, 'reason_missing'],
    ['with a reason longer than a sentence', { reason: 'x'.repeat(501) }, 'text_too_long'],
    ['for no time at all', { revisitMs: 0 }, 'timebox_out_of_range'],
    ['for longer than a day', { revisitMs: 25 * 60 * minute }, 'timebox_out_of_range'],
    ['for a time that is no number', { revisitMs: Number.NaN }, 'timebox_out_of_range'],
  ])('is refused %s', (_what, change, code) => given(anIncident()).when(decide(change)).refuses(code));

  it.each(['resolved'] as const)('is refused when the incident is %s', (status) =>
    given(anIncident({ status })).when(decide()).refuses('incident_over'),
  );
});

describe('when the time of a decision is over', () => {
  const at = noon + 15 * minute;
  const revisit = { type: 'incident.revisit-decision', number: 1, by: 'warroom', at } as const;
  const undecided = anIncident({ decision: aDecision() });
  const due: IncidentEvent = { type: 'incident.decision-due', number: 1, choice: 'wait', by: 'warroom', at };

  it('says so once', () => {
    given(undecided).when(revisit).then(due);
    given(undecided)
      .when(revisit)
      .becomes({ decision: aDecision({ dueAt: at }) });
    given(anIncident({ decision: aDecision({ dueAt: at }) }))
      .when(revisit)
      .changesNothing();
  });

  it('says nothing when a rollback is asked for or running', () =>
    given(undecided)
      .when(revisit, { live: [{ rollback: 'RB-7', status: 'requested' }] })
      .changesNothing());

  it.each(['monitoring', 'resolved'] as const)('says nothing when the incident is %s', (status) =>
    given(anIncident({ status, decision: aDecision() }))
      .when(revisit)
      .changesNothing(),
  );

  it('says nothing of a decision that was replaced, or never made', () => {
    given(anIncident({ decision: aDecision({ number: 2 }) }))
      .when(revisit)
      .changesNothing();
    given(anIncident()).when(revisit).changesNothing();
  });

  it('never marks another decision as due', () =>
    expect(incident.evolve(anIncident({ decision: aDecision({ number: 2 }) }), due)).toEqual(
      anIncident({ decision: aDecision({ number: 2 }) }),
    ));
});

describe('a decision causes', () => {
  const where = { id: 'inc_1', incidentId: 'inc_1', seq: 5 };
  const decided: IncidentEvent = { type: 'incident.decided', decision: aDecision({ number: 2 }), by: 'U1', at: noon };
  const after = anIncident({ decision: aDecision({ number: 2 }), decisionBefore: aDecision() });

  it('a look at it when its time is over, its card, the card of the one it replaces, and the headlines', () => {
    const jobs = reactToIncident(decided, after, where);
    expect(jobs[0]).toMatchObject({ kind: 'decision.revisit', payload: { incidentId: 'inc_1', number: 2 }, dueAt: noon + 15 * minute });
    expect(jobs.slice(1).map(({ payload }) => payload)).toEqual([
      { card: 'decision', id: 'inc_1#2' },
      { card: 'decision', id: 'inc_1#1' },
      { card: 'headline', id: 'inc_1' },
      { card: 'digest', id: 'inc_1' },
    ]);
  });

  it('a card drawn anew and a word to the commander when its time is over', () => {
    const due: IncidentEvent = { type: 'incident.decision-due', number: 2, choice: 'wait', by: 'warroom', at: noon };
    const jobs = reactToIncident(due, after, where);
    expect(jobs.map(({ kind, payload }) => [kind, payload])).toEqual([
      ['card.draw', { card: 'decision', id: 'inc_1#2' }],
      ['fact.announce', { incidentId: 'inc_1', seq: 5 }],
    ]);
  });

  it('waits side by side with those of other decisions, and holds nothing up', () =>
    expect(reactToIncident(decided, after, where)[0]?.order).toBe('decision:inc_1:2'));

  const drawn = (event: IncidentEvent) =>
    reactToIncident(event, after, where).flatMap((job) =>
      job.kind === 'card.draw' && job.payload.card === 'decision' ? [job.payload.id] : [],
    );

  it('its card to be drawn when the room comes late, and once more when the incident is over', () => {
    expect(drawn({ type: 'incident.room-opened', room: { id: 'C12', name: 'x' }, by: 'warroom', at: noon })).toContain('inc_1#2');
    expect(drawn({ type: 'incident.resolved', by: 'U1', at: noon })).toContain('inc_1#2');
  });
});
