import { describe, expect, it } from '@jest/globals';
import type { Gate, Reading } from '../../../src/domain/plan.ts';
import { announcement } from '../../../src/views/announcement.ts';
import { readingText, verifyText } from '../../../src/views/measure.ts';
import { rollbackCard } from '../../../src/views/rollback-card.ts';
import { rollbackDetails } from '../../../src/views/rollback-details.ts';
import { timelineLine } from '../../../src/views/timeline.ts';
import { anIncident, aPlan, aRollback, manners, noon, reading } from './examples.ts';
import { wordsOf } from './slack-rules.ts';

const [own] = aPlan().verify;
const gate = (change: Partial<Gate> = {}): Gate => ({ ...(own as Gate), ...change });
const before = (value: number): Reading => ({ gate: 'checkout errors', at: noon, asOf: noon - 1000, value, verdict: 'pending' });
const ignored: Reading = {
  ...before(0.04),
  verdict: 'ignored',
  note: 'was already 4 % before v42 was deployed: it says nothing about this rollback',
};

describe('a measurement with more than a limit', () => {
  const within = gate({ baseline: { within: 0.2, direction: 'increase' } });

  it('says what it is compared with before and after that is known', () => {
    const plan = { ...aPlan(), verify: [within] };
    expect(verifyText(plan)).toBe('verify: checkout errors &lt; 1 % and at most 20 % more than before, 3 times in a row');
    expect(readingText(within, [before(0.004), reading(0.0045)])).toBe(
      '✓ checkout errors 0.45 %: 1 of 3 in a row (needs &lt; 1 % and at most 20 % more than before (0.4 %))',
    );
    expect(readingText(within, [before(0.004), reading(0.006)])).toMatch(/^✗ checkout errors 0.6 %: not good/);
  });

  it('says that nothing is known where there is nothing to compare with', () => {
    const lost: Reading = {
      gate: 'checkout errors',
      at: noon,
      asOf: noon - 1000,
      verdict: 'inconclusive',
      note: 'it is not known: no data',
    };
    expect(readingText(within, [lost])).toBe('⚠ checkout errors: no data (it is not known: no data)');
  });

  it('says of a value between passing and failing that it is neither', () =>
    expect(readingText(gate({ fail: { operator: '>', value: 0.05 } }), [reading(0.03)])).toBe(
      '… checkout errors 3 %: neither good nor bad, bad is &gt; 5 % (needs &lt; 1 %)',
    ));

  it('is said in its unit', () => {
    const p95 = gate({ name: 'p95', query: 'x', unit: 'ms', pass: { operator: '<=', value: 500 } });
    expect(readingText(p95, [reading(410.2, 'pending', 'p95')])).toBe('✓ p95 410 ms: 1 of 3 in a row (needs &lt;= 500 ms)');
  });
});

const read = (status: 'recovered' | 'inconclusive') =>
  wordsOf(rollbackCard({ id: 'rb1', rollback: aRollback(status, manners.ordinary, { readings: [ignored] }), now: noon }).blocks);

const fact = (readings: Reading[]) => ({
  entityId: 'rb1',
  at: noon,
  event: { type: 'rollback.measured', readings, by: 'warroom', at: noon } as const,
});

describe('a measurement that was bad before', () => {
  const words = '– checkout errors: ignored, it was already 4 % before v42 was deployed: it says nothing about this rollback';

  it.each(['verifying', 'recovered', 'inconclusive', 'not recovered'] as const)(
    'is shown as ignored on the card when it is %s',
    (status) => {
      const rollback = aRollback(status, manners.ordinary, { readings: [ignored] });
      expect(wordsOf(rollbackCard({ id: 'rb1', rollback, now: noon }).blocks)).toContain(words);
    },
  );

  it('is shown in the details', () =>
    expect(wordsOf(rollbackDetails({ rollback: aRollback('recovered', manners.ordinary, { readings: [ignored] }) }).blocks)).toContain(
      words,
    ));

  it('keeps the card from claiming more than what counts', () => {
    expect(read('recovered')).toContain('the measurements that count are good');
    expect(read('inconclusive')).toContain('measuring again tells nothing new');
  });

  it('is told in the room and in the timeline, other measurements are not', () => {
    const rollback = aRollback('verifying', manners.ordinary, { readings: [ignored] });
    const { state: incident } = anIncident();
    const told = announcement(fact([ignored]), { incident, rollback });
    expect(told?.text).toBe(
      'RB-7 was measured: checkout errors is ignored, it was already 4 % before v42 was deployed: it says nothing about this rollback.',
    );
    expect(timelineLine(fact([ignored]))).toContain('checkout errors is ignored');
    expect(announcement(fact([reading(0.4)]), { incident, rollback })).toBeUndefined();
    expect(timelineLine(fact([reading(0.4)]))).toBeUndefined();
  });
});
