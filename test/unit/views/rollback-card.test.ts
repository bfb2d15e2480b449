import { describe, expect, it } from '@jest/globals';
import { ids } from '../../../src/views/ids.ts';
import { rollbackCard } from '../../../src/views/rollback-card.ts';
import { aPlan, aRollback, manners, noon } from './examples.ts';
import { buttonsOf, wordsOf } from './slack-rules.ts';

const draw = (...args: Parameters<typeof aRollback>) => rollbackCard({ id: 'rb1', rollback: aRollback(...args), now: noon });
const read = (...args: Parameters<typeof aRollback>) => wordsOf(draw(...args).blocks);

describe('the card that asks', () => {
  it('says what would change, what was checked, how it is verified and who has to say yes', () => {
    const words = read('requested');

    expect(words).toContain('RB-7 · api · production · v42 → v41');
    expect(words).toContain('⚠ careful: 1 expand migration, it is safe');
    expect(words).toContain('✓ ok: the artifact of v41 exists');
    expect(words).toContain('verify: checkout errors &lt; 1 %, 3 times in a row');
    expect(words).toContain('usually 3 min');
    expect(words).toContain('*approvals 1 of 2*: ✓ <@U1> (IC)');
    expect(words).toContain('needs 1 more by the Incident Commander, the Technical Lead or @sre-leads, not the requester');
    expect(words).toContain('|12:15 UTC>');
    expect(words).toContain('asked by <@U2>: “errors began with v42”');
    expect(words).toContain('and 1 more commit');
  });

  it('puts what stops it before what speaks for it', () => {
    const words = read('requested', manners.ordinary, {
      checks: [
        { code: 'a', level: 'pass', text: 'artifact exists' },
        { code: 'b', level: 'block', text: 'locked by @a' },
      ],
    });

    expect(words.indexOf('✗ stops it: locked')).toBeLessThan(words.indexOf('✓ ok: artifact'));
  });

  it('asks again before it approves, and names the target and what follows', () => {
    const approve = draw('requested').blocks.flatMap((block) => (block.type === 'actions' ? block.elements : []))[0];

    expect(approve).toMatchObject({
      action_id: ids.approveRollback,
      style: 'primary',
      value: JSON.stringify({ id: 'rb1', planHash: 'a'.repeat(64) }),
      confirm: {
        title: { text: 'Roll back api (production) to v41?' },
        text: { text: 'v42 is replaced by v41. It starts at once.' },
      },
    });
  });

  it('says how many approvals are missing after this one', () => {
    expect(JSON.stringify(draw('requested', manners.ordinary, { votes: [] }))).toContain('More approvals are needed after yours.');
  });

  it('has no buttons to approve or reject after the deadline', () => {
    const late = rollbackCard({ id: 'rb1', rollback: aRollback('requested'), now: noon + 15 * 60_000 });

    expect(buttonsOf(late.blocks)).toEqual([ids.showDetails]);
    expect(wordsOf(late.blocks)).toContain('The time to approve is over');
  });

  const both = {
    ...aRollback().policy,
    require: [...aRollback().policy.require, { approvals: 1, roles: [], groups: ['@dba'] }],
  };

  it('has a line for each of several requirements, and says who is missing only once', () => {
    const words = read('requested', manners.ordinary, { policy: both });

    expect(words).toContain(
      '*approvals*: ✓ <@U1> (IC)\n• 1 of 2 by the Incident Commander, the Technical Lead or @sre-leads\n• 0 of 1 by @dba\nthe requester does not count',
    );
    expect(words).not.toContain('needs');
    expect(JSON.stringify(draw('requested', manners.ordinary, { policy: both }))).toContain('It starts as soon as no approval is missing.');
    const { votes } = aRollback();
    const two = [...votes, { ...votes[0]!, user: 'U4' }];
    expect(read('requested', manners.ordinary, { policy: both, votes: two })).toContain('needs 1 more by @dba, not the requester');
  });

  it('names whoever changed the plan', () =>
    expect(read('requested', manners.ordinary, { editedBy: ['U3'] })).toContain('plan changed by <@U3>'));
});

describe('the buttons of the card', () => {
  it.each([
    ['requested', [ids.approveRollback, ids.openReject, ids.showDetails, ids.openEdit, ids.revokeApproval, ids.openBreakGlass]],
    ['approved', [ids.revokeApproval, ids.openCancel]],
    ['executing', [ids.openCancel, ids.link]],
    ['compensating', [ids.link]],
    ['verifying', []],
    [
      'needs human',
      [
        ids.settleStepRan,
        ids.settleStepAgain,
        ids.settleStepSkip,
        ids.settleRollback,
        ids.openSettle,
        ids.openCancel,
        ids.callHelp,
        ids.link,
        ids.showDetails,
      ],
    ],
    ['recovered', [ids.link, ids.showDetails]],
    [
      'not recovered',
      [ids.settleRollback, ids.openRetry, ids.openDecide, ids.compensateRollback, ids.openSettle, ids.callHelp, ids.link, ids.showDetails],
    ],
    ['inconclusive', [ids.settleRollback, ids.openRetry, ids.compensateRollback, ids.openSettle, ids.callHelp, ids.link, ids.showDetails]],
    ['failed', [ids.openRetry, ids.callHelp, ids.link, ids.showDetails]],
    ['compensated', [ids.link, ids.showDetails]],
    ['cancelled', [ids.link, ids.showDetails]],
    ['rejected', [ids.openRetry, ids.showDetails]],
    ['expired', [ids.openRetry, ids.showDetails]],
    ['drifted', [ids.openRetry, ids.showDetails]],
    ['abandoned', [ids.link, ids.showDetails]],
  ] as const)('are those that can be used now when it is %s', (status, expected) => {
    expect(buttonsOf(draw(status).blocks)).toEqual(expected);
  });
});

describe('the card of a plan of several steps', () => {
  const plan = aPlan(manners.ordinary, 3);
  const [first, second, third] = plan.steps;
  const gated = {
    ...plan,
    steps: [{ ...first!, gate: { kind: 'manual', text: 'is the queue empty?' } as const }, { ...second!, needs: [] }, third!],
  };
  const waiting = { status: 'pending', message: 'waits until somebody confirms' } as const;
  const pending = { status: 'pending' } as const;

  it('says at the top that it waits for a person, as long as nothing else runs', () => {
    expect(read('executing', manners.ordinary, { plan: gated, steps: [waiting, pending, pending] })).toContain(
      '*Waiting for somebody to confirm*',
    );
    expect(read('executing', manners.ordinary, { plan: gated, steps: [waiting, { status: 'started' }, pending] })).toContain('*Running*');
  });

  it('says nothing of an untouched production once somebody has said that a step ran', () => {
    const ran = { status: 'succeeded' } as const; // nobody knows a run of it, a person vouched for it
    const words = read('failed', manners.ordinary, { plan, steps: [ran, ran, { status: 'failed' }] });
    expect(words).not.toContain('Nothing was changed');
    expect(words).toContain('What was done before the failure stays as it is');
  });

  it.each(['approved', 'executing', 'needs human'] as const)('asks at a manual gate while it is %s, with the button', (status) => {
    const steps = [waiting, status === 'needs human' ? ({ status: 'unknown' } as const) : pending, pending];
    const change = { plan: gated, steps };
    expect(read(status, manners.ordinary, change)).toContain('waits: is the queue empty?');
    expect(JSON.stringify(draw(status, manners.ordinary, change).blocks)).toContain(ids.passGate);
  });

  it('asks at no gate that was passed, or once it is called off', () => {
    for (const change of [
      { steps: [{ ...waiting, gatePassedAt: noon }, pending, pending] },
      { steps: [waiting, pending, pending], cancelledBy: 'U1' },
    ]) {
      expect(JSON.stringify(draw('executing', manners.ordinary, { plan: gated, ...change }).blocks)).not.toContain(ids.passGate);
    }
  });

  it('shows every step to those who approve it', () => {
    const words = read('requested', manners.ordinary, { plan: aPlan(manners.ordinary, 20) });
    for (let step = 1; step <= 20; step += 1) expect(words).toContain(`shift-traffic-${step}`);
  });

  const offered = (change: Parameters<typeof draw>[2]) => buttonsOf(draw('needs human', manners.ordinary, { plan, ...change }).blocks);

  it('offers no measurement, no end and no call-off that would pass over what still runs or is undone', () => {
    const unknown = { status: 'unknown' } as const;
    expect(offered({ steps: [unknown, { status: 'started' }, pending] })).not.toContain(ids.openSettle);
    expect(offered({ steps: [unknown, pending, pending] })).not.toContain(ids.settleRollback);
    expect(offered({ steps: [unknown, pending, pending], cancelledBy: 'U1' })).not.toContain(ids.settleStepAgain);
    const undo = {
      steps: [{ status: 'succeeded' }, { status: 'failed' }, pending],
      undos: [unknown, pending, pending],
      undoing: [0],
    } as const;
    const undoing = { steps: [...undo.steps], undos: [...undo.undos], undoing: [...undo.undoing] };
    expect(offered(undoing)).toEqual(expect.arrayContaining([ids.settleStepRan, ids.settleStepAgain, ids.settleStepSkip]));
    expect(offered(undoing)).not.toContain(ids.openCancel);
  });

  it('claims to be undone only what was seen to be, and names what was not', () => {
    const done = { status: 'succeeded', startedAt: noon, endedAt: noon } as const;
    const words = read('compensated', manners.ordinary, {
      plan,
      steps: [done, done, { status: 'failed' }],
      undos: [{ status: 'skipped' }, done, pending],
    });
    expect(words).toContain('Not taken back: step 1, step 3.');
    expect(words).toContain('was not measured');
  });

  it('counts the steps that were done where not all were', () => {
    const steps = [{ status: 'succeeded' }, { status: 'failed' }, { status: 'succeeded' }] as const;
    expect(read('recovered', manners.ordinary, { plan, steps: [...steps] })).toContain('⚠ 2 of 3 steps done');
  });
});

describe('the card while it runs', () => {
  it('names every step with its state in words, and the run', () => {
    const words = read('executing', manners.ordinary, { plan: aPlan(manners.ordinary, 2) });

    expect(words).toContain('*1. shift-traffic-1* · … running · <https://github.test/runs/77|run> · code v42 → v41');
    expect(words).toContain('job 2 of 3: smoke test');
  });

  it('says who called it off and why, and no usual time for a way back', () => {
    const words = read('executing', manners.ordinary, { cancelledBy: 'U1', cancelReason: 'wrong plan' });
    expect(words).toContain('*Being called off* by <@U1>: “wrong plan”. Nothing new starts');
    expect(words).not.toContain('usually');
    expect(read('compensating', manners.ordinary, { outcome: 'smoke test failed' })).toContain(
      '*Undoing what was done*: smoke test failed',
    );
  });

  it('shows each measurement with its limit and how often it was good', () => {
    const words = read('verifying');

    expect(words).toContain('✓ executed in 03:12 · *verifying*');
    expect(words).toContain('✓ checkout errors 0.4 %: 1 of 3 in a row (needs &lt; 1 %)');
  });

  it('tells why an approved one has not begun', () => {
    expect(read('approved', manners.ordinary, { steps: [{ status: 'pending', message: 'GitHub is busy, again at 12:03' }] })).toContain(
      'Not begun yet: GitHub is busy, again at 12:03',
    );
  });
});
