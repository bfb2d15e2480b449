import { describe, expect, it } from '@jest/globals';
import { blockProblems } from '../../../sandbox/slack/blocks/validate.ts';
import { declareModal } from '../../../src/views/declare-modal.ts';
import { declaredReply } from '../../../src/views/declared-reply.ts';
import { headlineCard, topicText } from '../../../src/views/headline-card.ts';
import { home } from '../../../src/views/home.ts';
import { ids } from '../../../src/views/ids.ts';
import { incidentList } from '../../../src/views/incident-list.ts';
import { planPreview } from '../../../src/views/plan-preview.ts';
import { parseTarget, requestModal, targetValue } from '../../../src/views/request-modal.ts';
import { refusalMessage } from '../../../src/views/refusal-text.ts';
import { roleBrief } from '../../../src/views/role-brief.ts';
import { updateMessage } from '../../../src/views/update-message.ts';
import { updateModal } from '../../../src/views/update-modal.ts';
import { welcomeCard } from '../../../src/views/welcome-card.ts';
import { aRollback, anIncident, manners, noon, version } from './examples.ts';
import { buttonsOf, wordsOf } from './slack-rules.ts';

const { ordinary } = manners;

describe('the headline', () => {
  const rollbacks = [{ id: 'rb1', state: aRollback('verifying') }];
  const room = () => headlineCard({ incident: anIncident(), rollbacks, where: 'room' });

  it('says in one place how it stands', () => {
    const words = wordsOf(room().blocks);

    expect(words).toContain('🔴 INC-12 · SEV1 · Investigating — checkout errors ~30 %');
    expect(words).toContain('*IC* <@U1>\n');
    expect(words).toContain('*Technical Lead*: nobody yet');
    expect(words).toContain('*Services* api, web');
    expect(words).toContain('*Impact* a third of checkouts fail');
    expect(words).toContain('*Doing* RB-7 verifying: api (production) v42 → v41');
    expect(words).toMatch(/\*Next update\* <!date\^\d+\^\{time\}\|12:15 UTC>/);
  });

  it('is the same whenever it is drawn, so that it is edited only when something happened', () => {
    expect(room()).toEqual(room());
  });

  it('offers roles only where nobody holds them', () => {
    const incident = anIncident(ordinary, { roles: { ic: 'U1', tl: 'U2' } });
    const buttons = buttonsOf(headlineCard({ incident, rollbacks, where: 'room' }).blocks);

    expect(buttons).toEqual([ids.claimRole, ids.openUpdate, ids.openStatus, ids.openRequest, ids.openDecide, ids.openResolve]);
  });

  it('offers nothing but a last update when it is over, and says how long it took', () => {
    const card = headlineCard({ incident: anIncident(ordinary, { status: 'resolved' }), rollbacks: [], where: 'room' });

    expect(buttonsOf(card.blocks)).toEqual([ids.openUpdate]);
    expect(wordsOf(card.blocks)).toContain('✅ INC-12 · SEV1 · Resolved');
    expect(wordsOf(card.blocks)).toContain('after 24 min');
    expect(wordsOf(card.blocks)).toContain('*Ended by* rolled back');
  });

  it('leads from the digest channel to the room, without buttons', () => {
    const card = headlineCard({ incident: anIncident(), rollbacks, where: 'digest' });

    expect(wordsOf(card.blocks)).toContain('*Join* <#C123>');
    expect(buttonsOf(card.blocks)).toEqual([]);
  });

  it('repeats a title in full that is too long for its first line', () => {
    const title = 'x'.repeat(200);

    expect(wordsOf(headlineCard({ incident: anIncident(ordinary, { title }), rollbacks: [], where: 'room' }).blocks)).toContain(
      `*${title}*`,
    );
  });

  it('is short enough for a channel’s topic', () => {
    expect(topicText(anIncident().state)).toBe('SEV1 · Investigating · IC <@U1> · TL — · CC —');
  });
});

describe('the first minute', () => {
  it('names what was deployed last and offers the way back', () => {
    const card = welcomeCard({ incident: anIncident(), services: [{ name: 'api', current: version(ordinary, 'v42') }, { name: 'web' }] });

    expect(wordsOf(card.blocks)).toContain('*api*: v42 was deployed <!date^');
    expect(buttonsOf(card.blocks).filter((id) => id === ids.openRequest)).toHaveLength(2);
  });

  it('asks for the impact when nobody has said it', () => {
    const { impact: _, ...state } = anIncident().state;

    expect(wordsOf(welcomeCard({ incident: { id: 'i1', state }, services: [] }).blocks)).toContain('*2. Say the impact.*');
  });
});

describe('a role’s card', () => {
  it('says what the role does, where things are and what to type', () => {
    const links = [{ name: 'runbook', url: 'https://wiki.test/api' }];
    const words = wordsOf(roleBrief({ incident: anIncident(), role: 'tl', links }).blocks);

    expect(words).toContain('You are Technical Lead of INC-12');
    expect(words).toContain('<#C123>');
    expect(words).toContain('<https://wiki.test/api|runbook>');
    expect(words).toContain('`/rollback plan &lt;service&gt;`');
    expect(words).toContain('`/incident tl none`');
  });
});

describe('forms', () => {
  it('remembers where an incident was declared, and carries nothing else', () => {
    expect(declareModal({ severities: [{ id: 'SEV1', impact: 'all is down' }], services: [], origin: 'C9' }).private_metadata).toBe(
      '{"origin":"C9"}',
    );
  });

  it('says in the title who reads the update, and warns where customers do', () => {
    const modal = updateModal({ id: 'i1', audience: 'external', draft: 'We are sorry.' });

    expect(modal.title.text).toBe('Update: external');
    expect(JSON.stringify(modal)).toContain('No names of hosts, versions or people');
    expect(JSON.stringify(modal)).toContain('"initial_value":"We are sorry."');
  });

  it('chooses the last known good version first, and cannot be submitted before there is one', () => {
    const chosen = { service: 'api', environment: 'production' };
    const candidates = [version(ordinary, 'v40', { id: 'a', health: 'failed' }), version(ordinary, 'v41', { id: 'b' })];
    const form = (state: Parameters<typeof requestModal>[0]['state']) => requestModal({ id: 'i1', targets: [chosen], chosen, state });
    const ready = form({ kind: 'ready', candidates, lastKnownGood: candidates[1] });

    expect(form({ kind: 'loading' }).submit).toBeUndefined();
    expect(wordsOf(form({ kind: 'loading' }).blocks)).toContain('Looking up versions…');
    expect(ready.submit?.text).toBe('Request');
    expect(ready.blocks[2]).toMatchObject({ element: { initial_option: { value: 'b', text: { text: 'v41 · last known good' } } } });
    expect(ready.private_metadata).toBe('{"id":"i1","service":"api","environment":"production"}');
    expect(parseTarget(targetValue(chosen))).toEqual(chosen);
  });
});

describe('a dry run', () => {
  const target = version(ordinary, 'v41');
  const preview = { current: version(ordinary, 'v42'), candidates: [target], lastKnownGood: target, target, change: undefined, checks: [] };
  const place = { service: 'api', environment: 'production', policyText: 'one approval by the Incident Commander', targets: [] };

  it('offers the request only inside a war room', () => {
    expect(buttonsOf(planPreview({ ...place, preview, incidentId: 'i1' }).blocks)).toEqual([ids.openRequest]);
    expect(buttonsOf(planPreview({ ...place, preview }).blocks)).toEqual([]);
  });

  it('does not offer what a check stops', () => {
    const checks = [{ code: 'locked', level: 'block' as const, text: 'the target is locked' }];
    const card = planPreview({ ...place, preview: { ...preview, checks }, incidentId: 'i1' });

    expect(buttonsOf(card.blocks)).toEqual([]);
    expect(wordsOf(card.blocks)).toContain('It cannot be requested as it is');
  });
});

describe('what is published', () => {
  it('shows customers neither names nor numbers of ours', () => {
    const update = { id: 'u1', audience: 'external', text: 'We are on it.', by: 'U1', at: noon, nextAt: noon } as const;
    const words = wordsOf(updateMessage({ incident: anIncident(), update }).blocks);

    expect(words).toContain('We are on it.');
    expect(words).not.toMatch(/INC-|SEV|U1|checkout/);
  });

  it('is shown whole, however many signs have to be escaped', () => {
    const update = { id: 'u1', audience: 'support', text: `${'a & b '.repeat(499)}end`, by: 'U1', at: noon } as const;

    expect(wordsOf(updateMessage({ incident: anIncident(), update }).blocks).match(/&amp;/g)).toHaveLength(499);
  });

  it('has no empty paragraph when nothing visible was written', () => {
    const update = { id: 'u1', audience: 'internal', text: '\u200b', by: 'U1', at: noon } as const;

    expect(blockProblems(updateMessage({ incident: anIncident(), update }).blocks)).toEqual([]);
  });

  it('shows the team who wrote it and when the next one comes', () => {
    const update = { id: 'u1', audience: 'internal', text: 'Rolling back.', by: 'U1', at: noon, nextAt: noon + 900_000 } as const;

    expect(wordsOf(updateMessage({ incident: anIncident(), update }).blocks)).toMatch(
      /published by <@U1> · next update <!date.*12:15 UTC>/,
    );
  });
});

describe('answers', () => {
  it('tells the declarer why there is no room, and that nothing is lost', () => {
    const { room: _, ...state } = anIncident().state;

    expect(declaredReply({ ...state, roomTrouble: 'restricted_action' }).text).toContain(
      'does not let apps create channels; an admin can allow it. The incident is recorded',
    );
  });

  it('mentions a person in a refusal, and nobody else', () => {
    expect(refusalMessage({ message: '<@U1> cannot hold a role: <!here> & <x>' }).text).toBe(
      '<@U1> cannot hold a role: &lt;!here&gt; &amp; &lt;x&gt;',
    );
  });

  it('lists the worst incident first', () => {
    const quiet = anIncident(ordinary, { severity: 'SEV4', number: 3 });
    const words = wordsOf(incidentList([quiet, anIncident()]).blocks);

    expect(words.indexOf('INC-12')).toBeLessThan(words.indexOf('INC-3'));
    expect(words).toContain('2 incidents are open.');
  });

  it('shows at home what waits for me and what I am responsible for', () => {
    const unlock = { id: 'unlock', kind: 'unlock', text: 'Unlock api' } as const;
    const left = { id: 'rb2', state: aRollback('recovered', ordinary, { number: 5, care: [unlock], careOwner: 'U1' }) };
    const words = wordsOf(home({ user: 'U1', open: [anIncident()], waiting: [{ id: 'rb1', state: aRollback() }], care: [left] }).blocks);

    expect(words).toContain('• RB-7, roll back api (production) from v42 to v41: waiting for approval.');
    expect(words).toContain('• *Incident Commander* of INC-12');
    expect(words).toContain('Your after-care\n*RB-5*, api (production), owner <@U1>\n1. Unlock api');
  });
});
