import { describe, expect, it } from '@jest/globals';
import { announcement } from '../../../src/views/announcement.ts';
import { aDecision } from '../../support/builders.ts';
import type { AnyEvent, Fact } from '../../../src/views/fact-sentence.ts';
import { timelineLine, timelineMessage, timelineText } from '../../../src/views/timeline.ts';
import type { Say } from './examples.ts';
import { aPlan, aRollback, anIncident, manners, noon } from './examples.ts';
import { expectPostable, wordsOf } from './slack-rules.ts';

const { incident } = { incident: anIncident().state };
const { policy, checks, planHash } = aRollback();
const second = 1000;

/** One fact of every kind there is; a new kind does not compile until it has its sentence. */
function everyEvent(say: Say): { [Type in AnyEvent['type']]: Extract<AnyEvent, { type: Type }> } {
  const by = { by: 'U1', at: noon };
  const update = { id: 'u1', audience: 'external', text: say('We are on it.', 3000), ...by } as const;
  const request = { number: 7, incidentId: 'i1', plan: aPlan(say), planHash, checks, policy, reason: say('errors began with v42', 3000) };
  const hold = { id: 'hold-1', scope: 'api', reason: say('v42 is bad', 1000), ...by };
  const path = { service: 'api', environment: 'production', name: 'deploy.yml' };
  const [words, where] = [say('no data', 3000), { update: 'u1', audience: 'external', channel: '#partners' } as const];
  return {
    'incident.declared': {
      type: 'incident.declared',
      number: 12,
      title: say('checkout errors', 200),
      severity: 'SEV1',
      services: ['api'],
      ...by,
    },
    'incident.room-opened': { type: 'incident.room-opened', room: { id: 'C1', name: 'inc-12' }, by: 'warroom', at: noon },
    'incident.room-failed': { type: 'incident.room-failed', reason: words, by: 'warroom', at: noon },
    'incident.role-assigned': { type: 'incident.role-assigned', role: 'tl', user: 'U2', ...by },
    'incident.status-changed': { type: 'incident.status-changed', status: 'mitigating', before: 'investigating', note: words, ...by },
    'incident.update-published': { type: 'incident.update-published', update, ...by },
    'incident.update-delivered': { type: 'incident.update-delivered', ...where, ...by },
    'incident.update-undelivered': { type: 'incident.update-undelivered', ...where, reason: words, ...by },
    'incident.decided': {
      type: 'incident.decided',
      decision: aDecision({ reason: words.slice(0, 500), service: words.slice(0, 63), recommended: 'roll back' }),
      ...by,
    },
    'incident.decision-due': { type: 'incident.decision-due', number: 1, choice: 'wait', by: 'warroom', at: noon },
    'incident.resolved': { type: 'incident.resolved', note: words, by: 'U1', at: noon + 9 * 60 * second },
    'rollback.requested': { type: 'rollback.requested', approveBy: noon, ...request, by: 'U2', at: noon },
    'rollback.approved': {
      type: 'rollback.approved',
      vote: { user: 'U1', roles: ['ic'], groups: [], at: noon + 60 * second },
      planHash,
      ...by,
    },
    'incident.frozen': { type: 'incident.frozen', hold, ...by },
    'incident.unfrozen': { type: 'incident.unfrozen', hold, reason: words, ...by },
    'incident.path-recorded': { type: 'incident.path-recorded', path, outcome: 'not closed', reason: words, by: 'warroom', at: noon },
    'rollback.revoked': { type: 'rollback.revoked', ...by },
    'rollback.edited': {
      type: 'rollback.edited',
      approveBy: noon,
      difference: say('to v40 instead of v41', 500),
      voided: ['U2'],
      plan: aPlan(say),
      planHash,
      checks,
      policy,
      ...by,
    },
    'rollback.escalated': { type: 'rollback.escalated', by: 'warroom', at: noon },
    'rollback.glass-broken': { type: 'rollback.glass-broken', reason: words, skipped: say('@sre-leads', 500), overridden: [], ...by },
    'rollback.start-ordered': { type: 'rollback.start-ordered', ...by },
    'rollback.care-opened': {
      type: 'rollback.care-opened',
      items: [{ id: 'unlock', kind: 'unlock', text: words }],
      owner: 'U1',
      by: 'warroom',
      at: noon,
    },
    'rollback.care-done': { type: 'rollback.care-done', item: 'unlock', note: words, ...by },
    'rollback.care-taken': { type: 'rollback.care-taken', ...by },
    'rollback.help-called': { type: 'rollback.help-called', ...by },
    'rollback.care-reminded': { type: 'rollback.care-reminded', by: 'warroom', at: noon },
    'rollback.cleared': { type: 'rollback.cleared', executeBy: noon, by: 'warroom', at: noon },
    'rollback.rejected': { type: 'rollback.rejected', reason: words, ...by },
    'rollback.votes-voided': { type: 'rollback.votes-voided', users: ['U1', 'U3'], by: 'warroom', at: noon },
    'rollback.expired': { type: 'rollback.expired', phase: 'approval', by: 'warroom', at: noon },
    'rollback.drifted': { type: 'rollback.drifted', step: 0, by: 'warroom', at: noon },
    'rollback.step-intended': { type: 'rollback.step-intended', step: 0, by: 'warroom', at: noon },
    'rollback.step-deferred': { type: 'rollback.step-deferred', step: 0, message: words, by: 'warroom', at: noon },
    'rollback.step-repeated': { type: 'rollback.step-repeated', step: 0, by: 'warroom', at: noon },
    'rollback.step-started': {
      type: 'rollback.step-started',
      step: 0,
      ref: '77',
      url: 'https://github.test/runs/77',
      by: 'warroom',
      at: noon,
    },
    'rollback.step-progressed': { type: 'rollback.step-progressed', step: 0, message: words, by: 'warroom', at: noon },
    'rollback.step-succeeded': { type: 'rollback.step-succeeded', step: 0, by: 'warroom', at: noon },
    'rollback.step-failed': { type: 'rollback.step-failed', step: 0, reason: words, by: 'warroom', at: noon },
    'rollback.held': { type: 'rollback.held', step: 0, reason: words, by: 'warroom', at: noon },
    'rollback.verification-started': { type: 'rollback.verification-started', by: 'warroom', at: noon },
    'rollback.measured': {
      type: 'rollback.measured',
      readings: [{ gate: 'errors', at: noon, value: 0.123456, verdict: 'pending' }],
      by: 'warroom',
      at: noon,
    },
    'rollback.verified': { type: 'rollback.verified', verdict: 'recovered', by: 'warroom', at: noon },
    'rollback.step-skipped': { type: 'rollback.step-skipped', step: 0, reason: words, ...by },
    'rollback.step-requeued': { type: 'rollback.step-requeued', step: 0, reason: words, ...by },
    'rollback.step-cancelled': { type: 'rollback.step-cancelled', step: 0, by: 'warroom', at: noon },
    'rollback.gate-passed': { type: 'rollback.gate-passed', step: 0, ...by },
    'rollback.cancel-requested': { type: 'rollback.cancel-requested', reason: words, ...by },
    'rollback.cancelled': { type: 'rollback.cancelled', by: 'warroom', at: noon },
    'rollback.compensation-started': { type: 'rollback.compensation-started', steps: [1, 0], by: 'warroom', at: noon },
    'rollback.compensated': { type: 'rollback.compensated', reason: words, by: 'warroom', at: noon },
    'rollback.failed': { type: 'rollback.failed', reason: words, by: 'warroom', at: noon },
    'rollback.abandoned': { type: 'rollback.abandoned', reason: words, ...by },
  };
}

const fact = (event: AnyEvent): Fact => ({ entityId: event.type.startsWith('incident.') ? 'i1' : 'rb1', event, at: event.at });
const events = everyEvent(manners.ordinary);
const rollback = aRollback('executing');
const said = (event: AnyEvent): string | undefined => announcement(fact(event), { incident, rollback })?.text;

describe('the room hears', () => {
  it.each([
    [events['incident.role-assigned'], '<@U2> is Technical Lead, named by <@U1>.'],
    [{ ...events['incident.role-assigned'], user: null, before: 'U2' }, 'Nobody is Technical Lead any more, after <@U2>.'],
    [events['incident.status-changed'], 'Status is now Mitigating, it was Investigating, set by <@U1>: no data.'],
    [events['incident.update-undelivered'], 'The update (external) did not reach #partners: no data. Post it there by hand.'],
    [events['incident.resolved'], '<@U1> resolved the incident: no data. It took 9 min.'],
    [events['rollback.requested'], '<@U2> asked for RB-7, roll back api (production) from v42 to v41: errors began with v42.'],
    [events['rollback.approved'], '<@U1> approved RB-7, 1 of 2.'],
    [events['rollback.rejected'], '<@U1> rejected RB-7: no data. Nothing was changed.'],
    [events['rollback.votes-voided'], 'RB-7 is open for approval again: what <@U1> and <@U3> said does not count any more.'],
    [events['rollback.expired'], 'RB-7 expired: too few approvals came in time. Nothing was changed.'],
    [events['rollback.step-started'], 'RB-7: step 1 of 1 is running, <https://github.test/runs/77|see the run>.'],
    [events['rollback.step-failed'], 'RB-7 failed in step 1 of 1: no data.'],
    [events['rollback.cancel-requested'], '<@U1> called RB-7 off: no data. Nothing new starts.'],
    [events['rollback.cancelled'], 'RB-7 is called off: nothing of it runs any more.'],
    [events['rollback.compensation-started'], 'RB-7 undoes what it did, 2 steps in reverse order.'],
    [events['rollback.compensated'], 'What RB-7 had done is undone as far as it can be: no data.'],
    [events['rollback.gate-passed'], '<@U1> let step 1 of 1 of RB-7 go on.'],
    [events['rollback.held'], 'RB-7 waits for your decision: no data. It is not known whether step 1 of 1 reached production.'],
    [events['rollback.verification-started'], 'RB-7 was carried out; now it is measured whether it helped.'],
    [events['rollback.verified'], 'RB-7 recovered: api (production) is measured well again.'],
    [
      { ...events['rollback.verified'], verdict: 'inconclusive', reason: 'no data' },
      'RB-7 is inconclusive: nobody knows yet whether it helped: no data.',
    ],
  ] as [AnyEvent, string][])('%j as one sentence', (event, sentence) => {
    expect(said(event)).toBe(sentence);
  });

  it('of a failure once where there is one step, and of the step and the whole where there are several', () => {
    const several = aRollback('executing', manners.ordinary, { plan: aPlan(manners.ordinary, 3) });
    const heard = (type: 'rollback.step-failed' | 'rollback.failed') =>
      announcement(fact(events[type]), { incident, rollback: several })?.text;
    expect(said(events['rollback.failed'])).toBeUndefined();
    expect([heard('rollback.step-failed'), heard('rollback.failed')]).toEqual([
      'RB-7: step 1 of 3 (shift-traffic-1) failed: no data.',
      'RB-7 failed and goes no further: no data.',
    ]);
  });

  it.each(['rollback.measured', 'rollback.step-progressed', 'rollback.cleared', 'incident.update-delivered', 'incident.declared'] as const)(
    'nothing of %s, which a card shows',
    (type) => {
      expect(said(events[type])).toBeUndefined();
    },
  );

  it.each(Object.keys(manners) as (keyof typeof manners)[])('only what Slack takes, with %s words', (name) => {
    for (const event of Object.values(everyEvent(manners[name]))) {
      const message = announcement(fact(event), { incident, rollback: aRollback('executing', manners[name]) });
      if (message) expectPostable(message);
    }
    expect.hasAssertions();
  });
});

describe('the timeline', () => {
  const all = Object.values(events).map(fact);

  it('tells what matters in order and leaves out the noise', () => {
    const words = wordsOf(timelineMessage(all, incident).blocks);

    expect(words).toContain('<@U1> declared INC-12, SEV1: checkout errors');
    expect(words).toContain('<@U1> approved RB-7, 1 of 2');
    expect(words).not.toContain('was measured');
    expect(timelineLine(fact(events['rollback.measured']))).toBeUndefined();
    expect(timelineLine(fact(events['incident.room-opened']))).toMatch(/\|12:00 UTC> The war room #inc-12 is open$/);
  });

  it('is short where Warroom filled in a template, and says by name what was put right', () => {
    const { 'rollback.requested': requested, 'rollback.care-opened': opened, 'rollback.care-done': seenTo } = events;
    const item = { id: 'unlock', kind: 'unlock', text: 'Unlock api: deploys of it are held since this rollback began' } as const;
    const published = { ...events['incident.update-published'], by: 'warroom' as const };
    const facts = [requested, published, { ...opened, items: [item] }, seenTo];
    const words = wordsOf(timelineMessage(facts.map(fact), incident).blocks);

    expect(words).toMatch(/Warroom published an update \(external\) by itself\n/);
    expect(words).toMatch(/RB-7 leaves behind: Unlock api\. /);
    expect(words).toContain('<@U1> saw to what RB-7 left behind: Unlock api: no data');
  });

  it('counts approvals as they stood then', () => {
    const { 'rollback.requested': requested, 'rollback.approved': approved, 'rollback.votes-voided': voided } = events;
    const text = timelineText([requested, approved, { ...approved, by: 'U3' }, voided, approved].map(fact), incident);

    expect(text.match(/\d of 2/g)).toEqual(['1 of 2', '2 of 2', '1 of 2']);
  });

  it('speaks of the plan and the policy as edited from then on', () => {
    const { 'rollback.requested': requested, 'rollback.approved': approved, 'rollback.edited': edited } = events;
    const dba = { approvals: 1, roles: [], groups: ['@dba'] };
    const stricter = { ...edited, policy: { ...policy, require: [...policy.require, dba] } };
    const text = timelineText([requested, approved, stricter, approved].map(fact), incident);

    expect(text.split('\n').filter((line) => line.includes('approved RB-7'))).toEqual([
      expect.stringMatching(/approved RB-7, 1 of 2$/),
      expect.stringMatching(/approved RB-7, .*0 of 1/),
    ]);
  });

  it('is printed with names and the time since it was declared', () => {
    const names: Record<string, string> = { U1: 'Ines' };
    const text = timelineText(
      [events['incident.declared'], events['incident.resolved']].map(fact),
      incident,
      (user) => names[user] ?? user,
    );

    expect(text.split('\n')).toEqual([
      'INC-12 · SEV1 · checkout errors ~30 %',
      '12:00 UTC  +00:00  Ines declared INC-12, SEV1: checkout errors',
      '12:09 UTC  +09:00  Ines resolved the incident: no data',
    ]);
  });

  it('keeps the newest lines when there are too many, and says how many are missing', () => {
    const message = timelineMessage(
      Array.from({ length: 500 }, () => fact(events['rollback.step-failed'])),
      incident,
    );

    expectPostable(message);
    expect(wordsOf(message.blocks)).toMatch(/\d+ earlier entries are not shown\./);
  });

  it.each(Object.keys(manners) as (keyof typeof manners)[])('is only what Slack takes, with %s words', (name) => {
    expectPostable(timelineMessage(Object.values(everyEvent(manners[name])).map(fact), anIncident(manners[name]).state));
  });

  it('says so when there is nothing to tell', () => {
    expect(timelineMessage([], incident).text).toBe('INC-12 has no timeline yet.');
  });
});
