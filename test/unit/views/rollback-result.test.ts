import { describe, expect, it } from '@jest/globals';
import { rollbackCard } from '../../../src/views/rollback-card.ts';
import { rollbackDetails } from '../../../src/views/rollback-details.ts';
import { readingText, verifyText } from '../../../src/views/measure.ts';
import { aPlan, aRollback, manners, noon, reading, rollbackStatuses } from './examples.ts';
import { wordsOf } from './slack-rules.ts';

const draw = (...args: Parameters<typeof aRollback>) => rollbackCard({ id: 'rb1', rollback: aRollback(...args), now: noon });
const read = (...args: Parameters<typeof aRollback>) => wordsOf(draw(...args).blocks);

describe('the card of a result', () => {
  it('keeps who approved it, and forgets what a finished step said last', () => {
    expect(read('recovered')).toContain('· approved: ✓ <@U1> (IC)');
    expect(read('recovered')).not.toContain('smoke test');
  });

  it('keeps who broke the glass', () => {
    const glass = { by: 'U1', at: noon, reason: 'nobody else is awake' };
    expect(read('recovered', manners.ordinary, { votes: [], glass })).toContain('“errors began with v42” · glass broken by <@U1>');
  });

  it('claims a recovery only with what was executed and measured', () => {
    expect(read('recovered')).toContain('*✓ Recovered* · ✓ executed in 03:12');
    expect(read('recovered')).toContain('api (production) runs v41, and the measurements are good.');
  });

  it('does not claim that a version runs when nobody saw the step end', () => {
    const words = read('recovered', manners.ordinary, { steps: [{ status: 'unknown', startedAt: noon }] });

    expect(words).toContain('⚠ not seen to finish');
    expect(words).toContain('It was not seen whether api (production) runs v41, but the measurements are good.');
  });

  it('says plainly what is not known and which choices there are', () => {
    const words = read('needs human');

    expect(words).toContain('Not known: whether step 1 reached production. api (production) may run v42 or v41.');
    for (const choice of ['*It ran*', '*Run again*', '*Leave it out*', '*Look and measure*']) expect(words).toContain(choice);
    expect(words).toContain('*Give up*');
  });

  it('names the missing data when it is inconclusive', () => {
    expect(read('inconclusive')).toContain('*⚠ Inconclusive* · ✓ executed in 03:12 · no data from Prometheus');
  });

  it.each([
    ['expired', {}, '1 of 2 approvals came in time'],
    [
      'expired',
      { policy: { ...aRollback().policy, require: [{ approvals: 1, roles: ['ic'], groups: [] }] } },
      'it was approved, but did not begin in time',
    ],
    ['drifted', {}, 'Nothing was changed.'],
    ['rejected', {}, 'Nothing was changed.'],
  ] as const)('says of one that is %s (%j) what became of production', (status, change, words) => {
    expect(read(status, manners.ordinary, change)).toContain(words);
  });

  it('explains every choice that has a button', () => {
    expect(read('needs human')).toContain('*Call off*: nothing new starts');
    expect(read('not recovered')).toContain('take it back (*Undo*)');
    expect(read('cancelled')).toContain('*Called off* by <@U1>');
  });

  it('says that nothing was changed when it failed before it began', () => {
    const { startedAt: _, ...state } = aRollback('failed');

    expect(wordsOf(rollbackCard({ id: 'rb1', rollback: state, now: noon }).blocks)).toContain('*✗ Failed before it began*');
  });

  it.each(rollbackStatuses)('has a text that stands alone when it is %s', (status) => {
    expect(draw(status).text).toMatch(/^RB-7, roll back api \(production\) from v42 to v41: [a-z ,]+\.$/);
  });
});

describe('the details', () => {
  it('hold what the card leaves out: all commits, the query, and which plan is approved', () => {
    const words = wordsOf(rollbackDetails({ rollback: aRollback() }).blocks);

    expect(words.match(/Show the banner/g)).toHaveLength(4);
    expect(words).toContain('`sum(rate(errors[{window}]))');
    expect(words).toContain('first after 30 s, then every 10 s, for at most 10 min');
    expect(words).toContain('plan `aaaaaaaaaaaa`: an approval counts for this plan only');
  });

  it('show a value made of parts as a person writes it', () => {
    const [step] = aPlan().steps;
    const [from, to] = ['{"v41":0,"v42":100}', '{"v41":100,"v42":0}'].map((label) => ({ id: label, label, health: 'unknown' as const }));
    const traffic = { ...step!, kind: 'traffic' as const, provider: 'http', target: { name: 'balancer weights' }, from: from!, to: to! };
    const rollback = aRollback('requested', manners.ordinary, { plan: { ...aPlan(), steps: [traffic] } });

    expect(JSON.stringify(rollbackDetails({ rollback }).blocks)).not.toContain('{\\"v41');
    expect(wordsOf(rollbackDetails({ rollback }).blocks)).toContain('*code* · traffic by the service');
    expect(rollbackCard({ id: 'rb1', rollback, now: noon }).text).toContain('from v41 0, v42 100 to v41 100, v42 0:');
  });
});

describe('measurements', () => {
  const [gate] = aPlan().verify;

  it.each([
    [[], '… checkout errors: not measured yet (needs &lt; 1 %)'],
    [[reading(0.124)], '✗ checkout errors 12.4 %: not good (needs &lt; 1 %)'],
    [[reading(0.001), reading(0.2), reading(0.001), reading(0)], '✓ checkout errors 0 %: 2 of 3 in a row (needs &lt; 1 %)'],
    [[reading(0.001), reading(undefined)], '⚠ checkout errors: no data from Prometheus'],
  ])('of %j are said as a person would', (readings, words) => {
    expect(readingText(gate!, readings)).toBe(words);
  });

  it('are percentages only where a share is measured', () => {
    const seconds = { ...gate!, name: 'p95 seconds', query: 'histogram_quantile(0.95, x)', pass: { operator: '<=', value: 0.4 } as const };

    expect(readingText(seconds, [reading(0.35, 'pending', 'p95 seconds')])).toBe('✓ p95 seconds 0.35: 1 of 3 in a row (needs &lt;= 0.4)');
  });

  it('are said to be missing where none are configured', () => {
    expect(verifyText({ ...aPlan(), verify: [] })).toContain('Warroom will not be able to say whether it worked');
  });
});
