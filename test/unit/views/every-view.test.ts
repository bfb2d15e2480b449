import { describe, expect, it } from '@jest/globals';
import { audiences, roles } from '../../../src/domain/words.ts';
import { declareModal } from '../../../src/views/declare-modal.ts';
import { declaredReply } from '../../../src/views/declared-reply.ts';
import { headlineCard } from '../../../src/views/headline-card.ts';
import { help, helpFor } from '../../../src/views/help.ts';
import { home } from '../../../src/views/home.ts';
import { incidentList } from '../../../src/views/incident-list.ts';
import { planPreview } from '../../../src/views/plan-preview.ts';
import { refusalMessage, providerMessage, troubleMessage } from '../../../src/views/refusal-text.ts';
import { rejectModal, settleModal } from '../../../src/views/reject-modal.ts';
import { requestModal } from '../../../src/views/request-modal.ts';
import { resolveModal, statusModal } from '../../../src/views/resolve-modal.ts';
import { roleBrief } from '../../../src/views/role-brief.ts';
import { guardedCard, rollbackCard } from '../../../src/views/rollback-card.ts';
import { rollbackDetails } from '../../../src/views/rollback-details.ts';
import { rollbackList } from '../../../src/views/rollback-list.ts';
import { outsideTray, roomTray } from '../../../src/views/tray.ts';
import { updateMessage } from '../../../src/views/update-message.ts';
import { updateModal } from '../../../src/views/update-modal.ts';
import { welcomeCard } from '../../../src/views/welcome-card.ts';
import { viewProblems } from '../../../sandbox/slack/blocks/validate.ts';
import { aPlan, aRollback, anIncident, incidentStatuses, manners, noon, rollbackStatuses, version } from './examples.ts';
import { expectHarmless, expectOpenable, expectPostable, mrkdwnOf } from './slack-rules.ts';

const many = <T>(one: T, count = 60): T[] => Array.from({ length: count }, () => one);
const names = Object.keys(manners) as (keyof typeof manners)[];

describe.each(names)('with %s words, Slack takes and nobody is fooled by', (name) => {
  const say = manners[name];
  const stored = (status: (typeof rollbackStatuses)[number]) => ({ id: 'rb1', state: aRollback(status, say) });
  const all = rollbackStatuses.map(stored);

  it.each(incidentStatuses)('the headline of an incident that is %s', (status) => {
    for (const where of ['room', 'digest'] as const) {
      expectPostable(headlineCard({ incident: anIncident(say, { status }), rollbacks: many(all).flat(), where }));
    }
  });

  it.each(incidentStatuses)('the welcome card, tray and forms of an incident that is %s', (status) => {
    const incident = anIncident(say, { status });
    const services = many({ name: say('api', 63), current: version(say, 'v42') }, 30);
    expectPostable(welcomeCard({ incident, services }));
    expectPostable(roomTray({ incident, rollbacks: all }));
    expectOpenable(resolveModal(incident));
    expectOpenable(statusModal(incident));
  });

  it.each(rollbackStatuses)('the card and lists of a rollback that is %s', (status) => {
    for (const steps of [1, 5, 20]) {
      const rollback = aRollback(status, say, { plan: aPlan(say, steps) });
      expectPostable(rollbackCard({ id: 'rb1', rollback, now: noon }));
      expectPostable(guardedCard(rollback));
      expectPostable(rollbackDetails({ rollback }));
    }
    expectPostable(rollbackList({ name: 'INC-12', rollbacks: many(stored(status)) }));
    expectOpenable(rejectModal({ id: 'rb1', rollback: aRollback(status, say) }));
    expectOpenable(settleModal({ id: 'rb1', rollback: aRollback(status, say) }));
  });

  it.each(rollbackStatuses)('the card of a plan with every kind of gate, something unknown and something undone, that is %s', (status) => {
    const gates = [
      { kind: 'manual', text: say('is the queue empty?', 300) },
      { kind: 'timer', afterMs: 60_000 },
      { kind: 'metric', gate: aPlan(say).verify[0]! },
      { kind: 'window', from: '22:00', to: '05:00', timeZone: 'America/Argentina/ComodRivadavia' },
    ] as const;
    const base = aPlan(say, 20);
    const plan = {
      ...base,
      name: say('back-to-v41', 63),
      steps: base.steps.map((step, index) => ({ ...step, needs: [], gate: gates[index % 4]! })),
    };
    const states = ['pending', 'unknown', 'succeeded', 'failed', 'skipped', 'cancelled', 'started', 'intended'] as const;
    const message = say('waits until somebody confirms', 500);
    for (const shift of states.keys()) {
      const runs = plan.steps.map((_, index) => ({
        status: states[(index + shift) % states.length]!,
        message,
        startedAt: noon,
        endedAt: noon,
      }));
      for (const change of [
        { steps: runs },
        { steps: runs, undos: runs, undoing: [...plan.steps.keys()] },
        { steps: plan.steps.map(() => ({ status: 'pending' as const, message })) },
      ]) {
        const rollback = aRollback(status, say, { plan, ...change });
        expectPostable(rollbackCard({ id: '01JD0000000000000000000001', rollback, now: noon }));
        expectPostable(rollbackDetails({ rollback }));
      }
    }
  });

  it('a card with as many checks, gates and votes as there may be', () => {
    const plan = { ...aPlan(say, 5), verify: many(aPlan(say).verify[0]!, 20) };
    const [vote] = aRollback('requested', say).votes;
    const checks = many({ code: 'c', level: 'block' as const, text: say('the target is locked', 1000) });
    for (const status of rollbackStatuses) {
      expectPostable(rollbackCard({ id: 'rb1', rollback: aRollback(status, say, { plan, checks, votes: many(vote!) }), now: noon }));
    }
  });

  it('role cards', () => {
    for (const role of roles) {
      const links = many({ name: say('runbook', 60), url: 'https://wiki.test/runbook?a=1&b=2' });
      expectPostable(roleBrief({ incident: anIncident(say), role, links }));
    }
  });

  it('published updates and their forms', () => {
    for (const audience of audiences) {
      const update = { id: 'u1', audience, text: say('we look into it', 3000), by: 'U1', at: noon, nextAt: noon };
      expectPostable(updateMessage({ incident: anIncident(say), update }));
      expectOpenable(updateModal({ id: 'i1', audience, draft: say('we look into it', 5000), nextAt: noon }));
    }
  });

  it('a dry run', () => {
    const target = version(say, 'v41');
    const [step] = aPlan(say).steps;
    const preview = {
      current: version(say, 'v42'),
      candidates: many(target),
      lastKnownGood: target,
      target,
      change: step?.change,
      checks: aRollback('requested', say).checks,
    };
    const place = { service: say('api', 63), environment: 'production' };
    for (const incidentId of [undefined, 'i1']) {
      expectPostable(planPreview({ ...place, preview, policyText: say('one approval', 500), targets: many(place), incidentId }));
    }
    expectPostable(
      planPreview({
        ...place,
        plan: { ...aPlan(say, 20), name: say('back-to-v41', 63) },
        preview,
        policyText: say('one approval', 500),
        targets: [],
      }),
    );
    const nothing = { current: undefined, candidates: [], lastKnownGood: undefined, target: undefined, change: undefined, checks: [] };
    expectPostable(planPreview({ ...place, preview: nothing, policyText: 'one approval', targets: [] }));
  });

  it('the form of a request, at every moment', () => {
    const chosen = { service: 'api', environment: 'production' };
    const targets = [chosen, ...Array.from({ length: 150 }, (_, index) => ({ service: `${say('s', 40)}${index}`, environment: 'e' }))];
    const candidates = Array.from({ length: 150 }, (_, index) => version(say, `v${index}`, { id: `id-${index}` }));
    const ready = { kind: 'ready', current: version(say, 'v42'), candidates, lastKnownGood: candidates[1] } as const;
    const states = [
      { kind: 'loading' },
      { kind: 'error', text: say('GitHub says no', 4000) },
      ready,
      { ...ready, candidates: [] },
    ] as const;
    for (const state of states) {
      expectOpenable(requestModal({ id: 'i1', targets, chosen, state, reason: say('errors', 2000) }));
      expectOpenable(requestModal({ id: 'i1', targets, state }));
      expectOpenable(requestModal({ id: 'i1', targets: [], state }));
    }
  });

  it('the form that declares', () => {
    const severities = (['SEV1', 'SEV2', 'SEV3', 'SEV4'] as const).map((id) => ({ id, impact: say('most customers are hit', 75) }));
    const services = Array.from({ length: 150 }, (_, index) => `${say('s', 40)}${index}`);
    expectOpenable(declareModal({ title: say('api is down', 5000), severities, services, service: services[3], origin: 'C1' }));
    expectOpenable(declareModal({ severities, services: [] }));
  });

  it('lists, help and answers', () => {
    expectPostable(incidentList(many(anIncident(say))));
    expectPostable(incidentList([]));
    const verb = { usage: say('declare [title] <x>', 200), help: say('opens a war room', 300), example: say('declare sev1 api', 200) };
    expectPostable(help({ command: '/incident', verbs: many(verb) }));
    expectPostable(helpFor({ command: '/incident', verb }));
    expectPostable(outsideTray({ open: 3 }));
    expectPostable(declaredReply(anIncident(say).state));
    const { room: _, ...roomless } = anIncident(say).state;
    expectPostable(declaredReply(roomless));
    expectPostable(declaredReply({ ...roomless, roomTrouble: say('name_taken', 500) }));
    expectPostable(
      headlineCard({ incident: { id: 'i1', state: { ...roomless, roomTrouble: say('name_taken', 500) } }, rollbacks: [], where: 'digest' }),
    );
    expectPostable(refusalMessage({ message: say('Say what is broken', 4000).replaceAll('<@UEVIL>', '') }));
    expectPostable(providerMessage({ message: say('GitHub says no', 4000), reference: 'WR-1' }));
    expectPostable(troubleMessage('WR-1'));
  });

  it('App Home', () => {
    const view = home({ user: 'U1', open: many(anIncident(say)), waiting: many(stored('requested')), care: many(stored('recovered')) });
    expect(viewProblems(view)).toEqual([]);
    expectHarmless(mrkdwnOf(view));
  });
});
