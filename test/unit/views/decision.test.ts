import { describe, expect, it } from '@jest/globals';
import { recommend } from '../../../src/domain/decide-rule.ts';
import type { Choice, Decision } from '../../../src/domain/decision.ts';
import { choices } from '../../../src/domain/decision.ts';
import type { KnownIncident } from '../../../src/domain/incident.ts';
import { announcement } from '../../../src/views/announcement.ts';
import type { Weighing } from '../../../src/views/decide-facts.ts';
import { factTexts } from '../../../src/views/decide-facts.ts';
import { decideModal } from '../../../src/views/decide-modal.ts';
import { decisionCard } from '../../../src/views/decision-card.ts';
import { headlineCard } from '../../../src/views/headline-card.ts';
import { ids } from '../../../src/views/ids.ts';
import { aDecision, minute } from '../../support/builders.ts';
import type { Say } from './examples.ts';
import { anIncident, manners, noon, version } from './examples.ts';
import { buttonsOf, expectOpenable, expectPostable, wordsOf } from './slack-rules.ts';

const { ordinary } = manners;
const targets = [{ service: 'api', environment: 'production' }];

const aWeighing = (say: Say = ordinary, change: Partial<Weighing> = {}): Weighing => ({
  service: say('api', 63),
  environment: say('production', 63),
  at: noon,
  current: version(say, 'v42', { health: 'unknown' }),
  checks: [
    { code: 'artifact', level: 'pass', text: say('the artifact of v41 exists', 1000) },
    { code: 'migration', level: 'warn', text: say('1 expand migration', 1000) },
  ],
  facts: {
    sinceDeployMs: 12 * minute,
    objectives: [{ name: say('errors', 75), state: 'breached', text: say('errors 12 % (needs < 1 %)', 300) }],
    rollback: { state: 'possible', text: say('back to v41', 300), careful: [say('1 expand migration', 1000)] },
    flag: { state: 'impossible', text: say('no plan with a config step is configured', 300) },
    lastRollbackMs: 4 * minute,
  },
  last: { name: 'RB-5', status: 'recovered', ms: 4 * minute },
  ...change,
});

const decided = (change: Partial<Decision> = {}, incident: Partial<KnownIncident> = {}, say: Say = ordinary) => {
  const decision = aDecision({ service: say('api', 63), flagPlan: 'campaign', reason: say('it began with v42', 500), ...change });
  return { incident: anIncident(say, { decision, ...incident }), decision };
};

const drawn = (choice: Choice) => JSON.stringify(decisionCard(decided({ choice })).blocks);
const many = <T>(one: T | undefined, count: number): T[] => (one === undefined ? [] : Array.from({ length: count }, () => one));

type Look = { user?: string; answers?: { fixInSight?: 'no' }; incident?: ReturnType<typeof anIncident> };

const form = (weighing: Weighing, { user = 'U1', answers = {}, incident = anIncident() }: Look = {}) =>
  decideModal({
    incident,
    user,
    targets,
    chosen: targets[0],
    seen: 0,
    state: { kind: 'ready', weighing, answers, recommendation: recommend({ ...weighing.facts, ...answers }) },
  });

describe('what is known', () => {
  it('is said in plain sentences', () =>
    expect(factTexts(aWeighing())).toEqual([
      'Deploy: v42 was deployed 12 min ago by dev',
      'Burn: breached, errors 12 % (needs < 1 %)',
      'Rolling back: possible, back to v41; careful: 1 expand migration',
      'Flag off: not possible, no plan with a config step is configured',
      'Last rollback: RB-5 took 4 min (recovered)',
    ]));

  it('is never guessed: what is not known says so', () => {
    const silent = { state: 'unknown', text: 'no answer within 6 s' } as const;
    const { current: _, last: __, ...nothing } = aWeighing(ordinary, { facts: { objectives: [], rollback: silent, flag: silent } });
    expect(factTexts(nothing)).toEqual([
      'Deploy: not known what runs now',
      'Burn: not known, no objective is configured to be measured',
      'Rolling back: not known whether it is possible, no answer within 6 s',
      'Flag off: not known whether it is possible, no answer within 6 s',
      'Last rollback: not known, none was measured to its end',
    ]);
  });

  it('names what is under way, and a deploy whose time nobody knows', () => {
    const { facts } = aWeighing();
    const { deployedAt: _, ...undated } = version(ordinary, 'v42');
    const texts = factTexts(aWeighing(ordinary, { current: undated, facts: { ...facts, running: 'RB-7 is verifying' } }));
    expect(texts).toContain('Deploy: v42 was deployed by dev, it is not known when');
    expect(texts).toContain('Already under way: RB-7 is verifying');
  });
});

describe('the form', () => {
  it('stands there at once, with nothing to submit before the facts are known', () => {
    const view = decideModal({ incident: anIncident(), user: 'U1', targets, chosen: targets[0], seen: 0, state: { kind: 'loading' } });
    expect(wordsOf(view.blocks)).toContain('Loading…');
    expect(view.submit).toBeUndefined();
    expectOpenable(view);
  });

  it('shows facts, checks, questions, the recommendation and every way', () => {
    const view = form(aWeighing());
    const words = wordsOf(view.blocks);
    expect(words).toContain('• Burn: breached, errors 12 % (needs &lt; 1 %)');
    expect(words).toContain('⚠ careful: 1 expand migration');
    expect(words).toContain('*Recommended: roll back*\n• an objective is being breached');
    expect(words).toContain('• against wait: an objective is being breached');
    expect(JSON.stringify(view.blocks)).toContain('not possible: no plan with a config step is configured');
    const fields = view.blocks.flatMap((block) => (block.type === 'input' ? [block.block_id] : []));
    expect(fields).toEqual(['fixInSight', 'fixRisk', 'choice', 'minutes', 'reason']);
    expect(JSON.parse(view.private_metadata ?? '')).toEqual({
      id: anIncident().id,
      service: 'api',
      environment: 'production',
      seen: 0,
      at: noon,
    });
  });

  it('recommends anew with every answer', () => {
    const calm = aWeighing(ordinary, { facts: { ...aWeighing().facts, objectives: [] } });
    expect(wordsOf(form(calm).blocks)).toContain('*No recommendation*');
    expect(wordsOf(form(calm, { answers: { fixInSight: 'no' } }).blocks)).toContain('*Recommended: roll back*\n• no fix is in sight');
  });

  it('shows what was decided last, but does not take it for read when it came after the form', () => {
    const view = form(aWeighing(), { incident: decided().incident });
    expect(wordsOf(view.blocks)).toMatch(/Decided at .* by <@U1>: wait\. it began with v42/);
    expect(view.private_metadata).toContain('"seen":0');
  });

  it('lets those look who do not decide, and says who does', () => {
    const view = form(aWeighing(), { user: 'U9' });
    expect(view.submit).toBeUndefined();
    expect(wordsOf(view.blocks)).toContain('Deciding is for <@U1> (Incident Commander).');
    expect(view.blocks.filter(({ type }) => type === 'input')).toEqual([]);
  });

  it('asks what it is about when that is not said', () => {
    const view = decideModal({ incident: anIncident(), user: 'U1', targets, chosen: undefined, seen: 0, state: { kind: 'loading' } });
    expect(wordsOf(view.blocks)).toContain('*Which service is it about?*');
    expect(JSON.stringify(view.blocks)).toContain(ids.decideAbout);
  });
});

describe('the card of a decision', () => {
  it('says what, who, why, what the rule said, what was not chosen, on which facts, and until when', () => {
    const words = wordsOf(decisionCard(decided({ choice: 'roll back', recommended: 'wait' })).blocks);
    expect(words).toContain('*Decided: roll back api (production)* · by <@U1>\nit began with v42');
    expect(words).toContain('*The rule of thumb* said wait: the objective holds');
    expect(words).toContain('*Not chosen*\n• roll back: v42 is 3 d old');
    expect(words).toContain('Fix in sight: maybe · risk of the fix: not known');
    expect(words).toContain('Deploy: v42 was deployed 12 min ago');
    expect(words).toMatch(/<@U1> is asked again at <!date\^\d+\^\{time\}\|12:15 UTC>, unless a rollback is under way/);
  });

  it.each<[Choice, string[]]>([
    ['roll back', [ids.openRequest, ids.openDecide]],
    ['flag off', [ids.openRequest, ids.openDecide]],
    ['roll forward', [ids.openDecide]],
    ['scale', [ids.openDecide]],
    ['wait', [ids.openDecide]],
  ])('leads from “%s” to what follows', (choice, buttons) => expect(buttonsOf(decisionCard(decided({ choice })).blocks)).toEqual(buttons));

  it('plans the rollback of the very service, or the plan that switches it off', () => {
    expect(drawn('roll back')).toContain(String.raw`\"service\":\"api\",\"environment\":\"production\"`);
    expect(drawn('roll back')).not.toContain('campaign');
    expect(drawn('flag off')).toContain(String.raw`\"plan\":\"campaign\"`);
    expect(drawn('flag off')).toContain('Request plan campaign');
  });

  it('has no buttons any more when it was replaced, or when it is over', () => {
    const replaced = decisionCard(decided({}, { decision: aDecision({ number: 2 }) }));
    expect(buttonsOf(replaced.blocks)).toEqual([]);
    expect(wordsOf(replaced.blocks)).toContain('Replaced by a later decision.');
    expect(buttonsOf(decisionCard(decided({}, { status: 'resolved' })).blocks)).toEqual([]);
  });

  it('says when its time is over, and the headline with it', () => {
    const { incident, decision } = decided({ dueAt: noon + 15 * minute });
    expect(wordsOf(decisionCard({ incident, decision }).blocks)).toContain('decide again, or say what has changed');
    const headline = headlineCard({ incident, rollbacks: [], where: 'room' });
    expect(wordsOf(headline.blocks)).toContain('*Decided* wait, by <@U1>, its time is over');
  });

  it('calls the commander back by name, with the buttons', () => {
    const { incident } = decided();
    const event = { type: 'incident.decision-due', number: 1, choice: 'wait', by: 'warroom', at: noon } as const;
    const told = announcement({ entityId: incident.id, event, at: noon }, { incident: incident.state });
    expect(told?.text).toBe(
      '<@U1>: The time for the decision to wait is over, and nothing has come of it: decide again, or say what has changed.',
    );
    expect(buttonsOf(told?.blocks)).toEqual([ids.openDecide]);
  });
});

describe.each(Object.keys(manners) as (keyof typeof manners)[])('with %s words, Slack takes and nobody is fooled by', (name) => {
  const say = manners[name];
  const rejected = choices.map((choice) => ({ choice, why: say('it is not possible', 300) }));
  const words = Array.from({ length: 12 }, () => say('the objective is being breached', 300));

  it.each(choices)('the card of the decision to %s', (choice) => {
    const change = { choice, rejected, facts: words, recommendedBecause: words, flagPlan: say('campaign', 63) };
    for (const state of [{}, { status: 'resolved' as const }, { decision: aDecision({ number: 2 }) }])
      expectPostable(decisionCard(decided(change, state, say)));
    expectPostable(headlineCard({ incident: decided(change, {}, say).incident, rollbacks: [], where: 'digest' }));
  });

  it('the form, for those who decide and those who look', () => {
    const { facts, checks } = aWeighing(say);
    const weighing = aWeighing(say, { facts: { ...facts, objectives: many(facts.objectives[0], 10) }, checks: many(checks[0], 30) });
    const { incident } = decided({ choice: 'roll back' }, {}, say);
    for (const user of ['U1', 'U9']) expectOpenable(form(weighing, { user, incident }));
  });
});
