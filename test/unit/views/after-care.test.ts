import { describe, expect, it } from '@jest/globals';
import type { CareItem } from '../../../src/domain/after-care.ts';
import type { KnownRollback } from '../../../src/domain/rollback.ts';
import { careList, careOf, careReminder } from '../../../src/views/after-care.ts';
import { announcement } from '../../../src/views/announcement.ts';
import { reviewModal, unlockModal } from '../../../src/views/care-modals.ts';
import { headlineCard } from '../../../src/views/headline-card.ts';
import { ids } from '../../../src/views/ids.ts';
import { resolveModal } from '../../../src/views/resolve-modal.ts';
import { rollbackCard } from '../../../src/views/rollback-card.ts';
import { aPlan, aRollback, anIncident, manners, noon } from './examples.ts';
import { buttonsOf, expectOpenable, expectPostable, wordsOf } from './slack-rules.ts';

const kinds = ['unlock', 'revert', 'restore', 'unpin', 'resume', 'data', 'review'] as const;
const ordinary = manners.ordinary;

const anItem = (kind: CareItem['kind'], change: Partial<CareItem> = {}): CareItem => ({
  id: `${kind}:x`,
  kind,
  text: `${kind} it`,
  ...change,
});
const done = { by: 'U3', at: noon, note: 'in #812' };

const left = (care: CareItem[], change: Partial<KnownRollback> = {}) => ({
  id: 'rb1',
  state: aRollback('recovered', ordinary, { care, careOwner: 'U2', ...change }),
});
const cardOf = ({ id, state }: ReturnType<typeof left>) => rollbackCard({ id, rollback: state, now: noon });

describe('after-care on the card', () => {
  it('says what is done, by whom and when, what is to do, and who sees to it', () => {
    const card = cardOf(left([anItem('unlock'), anItem('revert', { done }), anItem('restore')]));
    const words = wordsOf(card.blocks);

    expect(words).toContain('*After-care* · 1 of 3 done · owner <@U2>');
    expect(words).toMatch(/☑ done: revert it · by <@U3>, <!date\^\d+\^[^>]*>: “in #812”/);
    expect(words).toContain('1. ☐ to do: unlock it');
    expect(words).toContain('3. ☐ to do: restore it');
    expect(words.indexOf('Recovered')).toBeLessThan(words.indexOf('After-care'));
  });

  it.each([
    ['unlock', ids.openUnlock],
    ['review', ids.openReview],
    ['revert', ids.finishCare],
    ['restore', ids.finishCare],
    ['resume', ids.finishCare],
    ['unpin', ids.finishCare],
    ['data', ids.finishCare],
  ] as const)('has a button for %s', (kind, id) => {
    expect(buttonsOf(cardOf(left([anItem(kind)])).blocks)).toEqual([ids.link, ids.showDetails, id, ids.takeCare]);
  });

  it('asks before it takes something for done, and leads to the change', () => {
    const [row] = cardOf(left([anItem('revert', { url: 'https://github.test/compare/a...b' })])).blocks.filter(
      (block) => block.type === 'section' && block.accessory !== undefined,
    );

    expect(row).toMatchObject({
      text: { text: '1. ☐ to do: revert it · <https://github.test/compare/a...b|what it changed>' },
      accessory: { value: JSON.stringify({ id: 'rb1', item: 'revert:x' }), confirm: { title: { text: 'Is it done?' } } },
    });
  });

  it('has no buttons any more once all is done', () => {
    const card = cardOf(left([anItem('unlock', { done }), anItem('revert', { done })]));

    expect(wordsOf(card.blocks)).toContain('*After-care* · all 2 things done');
    expect(buttonsOf(card.blocks)).toEqual([ids.link, ids.showDetails]);
  });

  it('waits until the rollback has ended again', () => {
    const { state } = left([anItem('unlock')], { status: 'verifying' });

    expect(wordsOf(rollbackCard({ id: 'rb1', rollback: state, now: noon }).blocks)).not.toContain('After-care');
  });
});

describe.each(Object.keys(manners) as (keyof typeof manners)[])('with %s words, Slack takes', (name) => {
  const say = manners[name];
  const items = (count: number, of: Partial<CareItem> = {}) =>
    Array.from({ length: count }, (_, index) =>
      anItem(kinds[index % kinds.length] ?? 'data', {
        id: `${say('restore', 60)}:${index}`,
        text: say('put it back', 600),
        url: 'https://github.test/compare?a=1&b=<|>',
        ...of,
      }),
    );
  const everyEnd = ['recovered', 'not recovered', 'inconclusive', 'failed', 'compensated', 'cancelled', 'abandoned'] as const;

  it.each(everyEnd)('the card of a plan of twenty steps that is %s and left something behind', (status) => {
    for (const care of [
      items(20),
      items(20, { done: { ...done, note: say('done', 500) } }),
      [...items(11), ...items(11, { done })],
      items(40),
    ]) {
      const rollback = aRollback(status, say, { plan: aPlan(say, 20), care, careOwner: 'U2' });
      expectPostable(rollbackCard({ id: '01JD0000000000000000000001', rollback, now: noon }));
      expectPostable(careOf({ id: '01JD0000000000000000000001', state: rollback }));
    }
  });

  it('the lists, the reminder and the forms', () => {
    const glass = { by: 'U1', at: noon, reason: say('nobody answers', 500) };
    const rollback = aRollback('recovered', say, { care: items(20), careOwner: 'U2', glass });
    const many = Array.from({ length: 60 }, (_, index) => ({ id: `rb${index}`, state: rollback }));
    expectPostable(careList({ of: 'INC-12', rollbacks: many }));
    expectPostable(careList({ rollbacks: many.slice(0, 1) }));
    expectPostable(careReminder({ rollback }));
    expectPostable(careReminder({ rollback, incident: anIncident(say).state }));
    expectOpenable(resolveModal(anIncident(say), many));
    expectPostable(headlineCard({ incident: anIncident(say, { status: 'resolved' }), rollbacks: many, where: 'digest' }));
    expectOpenable(reviewModal({ id: 'rb1', rollback }));
    const hold = { id: 'hold-1', reason: say('RB-7 rolls it back', 1000), by: 'U1', at: noon };
    for (const each of [undefined, { ...hold, scope: say('api', 63) }, { ...hold, scope: 'all' }]) {
      expectOpenable(unlockModal({ id: 'rb1', rollback, hold: each }));
    }
  });
});

describe('the reminder', () => {
  const { state } = left([anItem('unlock', { done }), anItem('revert'), anItem('restore')]);
  const event = { type: 'rollback.care-reminded', by: 'warroom', at: noon } as const;
  const told = (rollback: KnownRollback) => announcement({ entityId: 'rb1', event, at: noon }, { incident: anIncident().state, rollback });

  it('calls whoever sees to it, names what is open, and says how to record it', () => {
    const message = told(state);

    expect(message?.text).toBe('<@U2>, RB-7 still has 2 things to put right: revert it; restore it');
    expect(wordsOf(message?.blocks)).toContain('2. revert it\n3. restore it');
    expect(wordsOf(message?.blocks)).toContain('`/rollback care RB-7 done 2` records that it is done');
  });

  it('is not sent when all was done meanwhile', () => {
    expect(told({ ...state, care: [anItem('unlock', { done })] })).toBeUndefined();
  });

  it('says elsewhere which incident it is about', () => {
    expect(wordsOf(careReminder({ rollback: state, incident: anIncident().state }).blocks)).toContain(
      'INC-12 · checkout errors ~30 % · <#C123>',
    );
  });
});

describe('a call for help', () => {
  it('names whoever leads the incident and whoever owns the service, once each, and not the caller', () => {
    const event = { type: 'rollback.help-called', by: 'U3', at: noon } as const;
    const incident = anIncident(ordinary, { roles: { ic: 'U1', tl: 'U2' } }).state;
    const rollback = aRollback('not recovered');
    const message = announcement({ entityId: 'rb1', event, at: noon }, { incident, rollback, owners: ['U2', 'U3', 'U4'] });

    expect(wordsOf(message?.blocks)).toBe(
      '*<@U3> calls for help with RB-7, api (production): not recovered.*\n<@U2> <@U1> <@U4>\n`/rollback status RB-7` shows what is known and what can be done.',
    );
  });
});

describe('resolving', () => {
  const rollbacks = [left([anItem('unlock'), anItem('revert')]), left([anItem('unlock', { done })])];

  it('says in its form what stays open and with whom', () => {
    const words = wordsOf(resolveModal(anIncident(), rollbacks));

    expect(words).toContain('stays open after resolving');
    expect(words).toContain('• RB-7, <@U2>: unlock it\n• RB-7, <@U2>: revert it');
    expect(wordsOf(resolveModal(anIncident(), []))).not.toContain('After-care');
  });

  it('counts it in the headline', () => {
    const incident = anIncident(ordinary, { status: 'resolved' });

    expect(wordsOf(headlineCard({ incident, rollbacks, where: 'digest' }).blocks)).toContain(
      '*After-care* 2 things still to put right: RB-7 (2, <@U2>)',
    );
    expect(wordsOf(headlineCard({ incident: anIncident(), rollbacks, where: 'digest' }).blocks)).not.toContain('After-care');
  });
});

describe('the list', () => {
  it('keeps the number of a thing while others are done', () => {
    const words = wordsOf(careList({ of: 'INC-12', rollbacks: [left([anItem('unlock', { done }), anItem('revert')])] }).blocks);

    expect(words).toContain('*RB-7*, api (production), owner <@U2>\n2. revert it');
  });

  it('says so when nothing is open', () => {
    expect(careList({ of: 'INC-12', rollbacks: [] }).text).toBe('Nothing is left to put right in INC-12.');
    expect(careList({ rollbacks: [] }).text).toBe('You have no after-care to see to.');
    expect(careOf(left([])).text).toBe('RB-7 has left nothing behind.');
  });
});
