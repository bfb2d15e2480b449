/** The card once nothing moves any more: what happened, what is not known, and what a person can do now. */
import type { Button, KnownBlock } from '@slack/types';
import { missingFrom } from '../domain/policy.ts';
import type { KnownRollback, RollbackStatus } from '../domain/rollback.ts';
import { can, canRetry } from '../domain/rollback.ts';
import { canMeasure, isHalted, isMoving, undoable } from '../domain/rollback-flow.ts';
import { careParts } from './after-care.ts';
import { tally } from './approvals.ts';
import { actions, button, lines, linkButton, section } from './blocks.ts';
import { ids } from './ids.ts';
import { ignoredCount, readingsText } from './measure.ts';
import { detailsButton } from './rollback-approval.ts';
import { cancelButton, executedText, gateRows, stepsText } from './rollback-progress.ts';
import { date, line } from './text.ts';
import { originOf, placeOf, targetOf } from './words.ts';

type Parts = readonly (KnownBlock | undefined)[];
export type RestingStatus = Exclude<RollbackStatus, 'requested' | 'approved' | 'executing' | 'compensating' | 'verifying'>;

interface Result {
  id: string;
  rollback: KnownRollback;
  status: RestingStatus;
}

export function resultParts({ id, rollback, status }: Result): Parts {
  const hasRun = rollback.startedAt !== undefined;
  const readings = rollback.readings.length === 0 ? '' : readingsText(rollback);
  return [
    section(resultText(rollback, status)),
    readings === '' ? undefined : section(readings),
    hasRun && !isToldAbove(rollback, status) ? section(stepsText(rollback)) : undefined,
    ...unknownRows(id, rollback),
    ...gateRows(id, rollback),
    actions(...nextButtons(id, rollback)),
    actions(helpButton(id, rollback), runButton(rollback), detailsButton(id)),
    ...careParts(id, rollback),
  ];
}

/** One step that went well is the whole story, and the first line tells it. */
const isToldAbove = (rollback: KnownRollback, status: RestingStatus): boolean =>
  status === 'recovered' && rollback.plan.steps.length === 1 && wasSeen(rollback);

const runButton = ({ steps }: KnownRollback): Button | undefined =>
  linkButton(steps.findLast(({ url }) => url !== undefined)?.url, 'Open the run');

/** One row for each run that nobody saw end, with what a person can say of it. */
function unknownRows(id: string, rollback: KnownRollback): KnownBlock[] {
  if (!can('rollback.settle-step', rollback)) return [];
  return places(rollback).flatMap(({ step, back }) => {
    const name = `${back ? 'undoing ' : ''}step ${step + 1}, ${line(rollback.plan.steps[step]?.id ?? '', 40)}`;
    const value = { id, step, ...(back ? { back: 1 } : {}) };
    const row = actions(
      button(ids.settleStepRan, 'It ran', value, { style: 'primary' }),
      back || !isHalted(rollback) ? button(ids.settleStepAgain, 'Run again', value, { confirm: againQuestion(name) }) : undefined,
      button(ids.settleStepSkip, 'Leave it out', value),
    );
    return row === undefined ? [] : [section(`*${name}*: what did it do?`), row];
  });
}

const againQuestion = (name: string) => ({
  title: 'Run it a second time?',
  text: `Only if you have seen that ${name} did not reach production.`,
  yes: 'Run again',
  no: 'Not yet',
});

function places({ steps, undos }: KnownRollback): { step: number; back?: true }[] {
  const forth = steps.flatMap(({ status }, step) => (status === 'unknown' ? [{ step }] : []));
  const back = undos.flatMap(({ status }, step) => (status === 'unknown' ? [{ step, back: true as const }] : []));
  return [...forth, ...back].slice(0, 10);
}

/** What was done can be taken back by hand, where the plan does not do so by itself. */
function undoButton(id: string, rollback: KnownRollback): Button | undefined {
  const count = can('rollback.compensate', rollback) ? undoable(rollback, true).length : 0;
  if (count === 0) return undefined;
  const confirm = {
    title: 'Undo what was done?',
    text: `${count === 1 ? 'One step is' : `${count} steps are`} taken back, the last one first.`,
    yes: 'Undo',
    no: 'Not yet',
  };
  return button(ids.compensateRollback, 'Undo', { id }, { style: 'danger', confirm });
}

/** What can follow, the likeliest first. The incident's own id is what the form that decides needs. */
function nextButtons(id: string, rollback: KnownRollback): (Button | undefined)[] {
  const { status, incidentId } = rollback;
  return [
    measureButton(id, rollback),
    canRetry(rollback) ? button(ids.openRetry, 'Retry', { id }) : undefined,
    status === 'not recovered' ? button(ids.openDecide, 'Roll forward…', { id: incidentId }) : undefined,
    undoButton(id, rollback),
    isSettled(rollback) ? button(ids.openSettle, 'Give up', { id }) : undefined,
    cancelButton(id, rollback),
  ];
}

/** What runs would go on with nobody looking at it. */
const isSettled = (rollback: KnownRollback): boolean => can('rollback.settle', rollback) && !isMoving(rollback);

function measureButton(id: string, rollback: KnownRollback): Button | undefined {
  if (!isSettled(rollback) || !canMeasure(rollback)) return undefined;
  const label = rollback.status === 'needs human' ? 'Look and measure' : 'Measure again';
  return button(ids.settleRollback, label, { id, choice: 'verify' }, { style: 'primary' });
}

/** Calls whoever owns the service and leads the incident. */
const helpButton = (id: string, rollback: KnownRollback): Button | undefined =>
  can('rollback.call-help', rollback) ? button(ids.callHelp, 'Escalate', { id }, { confirm: helpQuestion(rollback) }) : undefined;

const helpQuestion = ({ plan }: KnownRollback) => ({
  title: 'Call for help?',
  text: `The Technical Lead, the Incident Commander and the owners of ${line(plan.service, 60)} are called by name, in this room.`,
  yes: 'Call them',
  no: 'Not yet',
});

/** The verdict in words, and the choices there are. Nothing here is said that was not seen. */
function resultText(rollback: KnownRollback, status: RestingStatus): string {
  switch (status) {
    case 'recovered':
      return `*✓ Recovered*${ended(rollback)} · ${executedText(rollback)}\n${runsNow(rollback)}, ${wasSeen(rollback) ? 'and' : 'but'} the measurements${ignoredCount(rollback) === 0 ? '' : ' that count'} are good.`;
    case 'not recovered':
      return lines(
        `*✗ Not recovered* · ${executedText(rollback)}${because(rollback)}`,
        `${runsNow(rollback)}, and the measurements are still bad: the cause may be elsewhere.`,
        'You can measure again, ask for another version (*Retry*), weigh a repair (*Roll forward*), or give this rollback up.',
      );
    case 'inconclusive':
      return lines(
        `*⚠ Inconclusive* · ${executedText(rollback)}${because(rollback)}`,
        'Nobody knows yet whether it helped. Look at the service yourself before you tell anyone that it is well.',
        isAllIgnored(rollback)
          ? 'All that is measured was bad before already, so measuring again tells nothing new. You can give this rollback up.'
          : 'You can measure again when there is data, retry, or give this rollback up.',
      );
    case 'needs human':
      return needsHumanText(rollback);
    case 'failed':
      if (isUntouched(rollback)) return `*✗ Failed before it began*${because(rollback)}\nNothing was changed. It can be requested again.`;
      return lines(
        `*✗ Failed*${because(rollback)}`,
        hasDone(rollback)
          ? 'What was done before the failure stays as it is; see below.'
          : 'No step is known to be done; see below what happened.',
        undoable(rollback, true).length > 0
          ? 'You can undo it, or request another rollback.'
          : 'Look at the run, then request another rollback or repair forward.',
      );
    case 'compensated':
      return undoneText(rollback);
    case 'cancelled':
      return `*Called off*${because(rollback)}\n${hasEffect(rollback) ? 'What was done before stays as it is; see below.' : 'Nothing was changed.'}`;
    case 'rejected':
      return `*Rejected*${because(rollback)}\nNothing was changed. It can be requested again.`;
    case 'expired':
      return `*Expired* · ${expiry(rollback)}\nNothing was changed. It can be requested again; the checks run afresh.`;
    case 'drifted':
      return driftedText(rollback);
    case 'abandoned':
      return `*Given up*${because(rollback)}\nWarroom does nothing more here. What ${place(rollback)} runs was not measured after that.`;
  }
}

const isAllIgnored = (rollback: KnownRollback): boolean =>
  rollback.plan.verify.length > 0 && ignoredCount(rollback) === rollback.plan.verify.length;

function needsHumanText(rollback: KnownRollback): string {
  const asked = places(rollback);
  const single = rollback.plan.steps.length === 1;
  const called = (step: number): string => (single ? '' : ` (${line(rollback.plan.steps[step]?.id ?? '', 40)})`);
  const names = asked.map(({ step, back }) => `${back ? 'undoing ' : ''}step ${step + 1}${called(step)}`).join(' and ');
  const hasRun = asked.some(({ step, back }) => (back ? rollback.undos : rollback.steps)[step]?.url !== undefined);
  return lines(
    `*⚠ Waiting for your decision*${single ? because(rollback) : ''}`, // in a plan each step says below why,
    `Not known: whether ${names === '' ? 'step 1' : names} reached production.${single ? ` ${place(rollback)} may run ${origin(rollback)} or ${target(rollback)}.` : ''} Warroom starts nothing a second time on its own.`,
    isMoving(rollback) ? 'Its other steps go on meanwhile.' : undefined,
    `${single || hasRun ? 'Open the run' : 'Look there yourself'} and see what it did. Then choose:`,
    '• *It ran*: it counts as done, and the plan goes on from there.',
    asked.some(({ back }) => back) || !isHalted(rollback)
      ? '• *Run again*: it did not reach production, and is started once more.'
      : undefined,
    '• *Leave it out*: it counts as not done, and the plan goes on without it.',
    ...wholeChoices(rollback),
  );
}

/** What can be decided about the rollback as a whole. */
function wholeChoices(rollback: KnownRollback): string[] {
  if (isMoving(rollback)) return [];
  const giveUp = '• *Give up*: this rollback is closed as it is, and another one can be requested.';
  return canMeasure(rollback)
    ? ['• *Look and measure*: you cannot tell; Warroom measures whether the service is well again.', giveUp]
    : [giveUp];
}

/** Only what was seen to be taken back is said to be; how the service is now nobody measured. */
function undoneText(rollback: KnownRollback): string {
  const left = notTakenBack(rollback);
  const rest =
    left.length === 0 ? '' : ` Not taken back: ${left.join(', ')}. Look at what ${left.length === 1 ? 'it' : 'they'} left behind.`;
  return `*Undone*${because(rollback)}\nWhat could be undone is taken back; see below.${rest}\nHow ${place(rollback)} is now was not measured.`;
}

const notTakenBack = ({ steps, undos }: KnownRollback): string[] =>
  steps.flatMap(({ status }, index) => {
    const stays = status === 'succeeded' && undos[index]?.status !== 'succeeded';
    return stays || status === 'failed' || status === 'cancelled' ? [`step ${index + 1}`] : [];
  });

const hasDone = ({ steps }: KnownRollback): boolean => steps.some(({ status }) => status === 'succeeded');

const hasEffect = ({ steps }: KnownRollback): boolean =>
  steps.some(({ status }) => status === 'succeeded' || status === 'unknown' || status === 'cancelled');

function driftedText(rollback: KnownRollback): string {
  const partly = rollback.steps.some(({ status }) => status === 'succeeded');
  return lines(
    '*Stopped: production changed after this was approved*',
    `Somebody or something deployed ${place(rollback)} meanwhile, so what was approved is not what would happen.`,
    `${partly ? 'Earlier steps were carried out, see below.' : 'Nothing was changed.'} Request it again; the checks run afresh.`,
  );
}

const expiry = ({ votes, policy }: KnownRollback): string =>
  missingFrom(policy, votes).length === 0 ? 'it was approved, but did not begin in time' : `${tally(policy, votes)} approvals came in time`;

const wasSeen = ({ steps }: KnownRollback): boolean => steps.every(({ status }) => status === 'succeeded');

/** No step got as far as a run, and none was tried a second time: the provider said no before anything began. */
const isUntouched = ({ startedAt, steps }: KnownRollback): boolean =>
  startedAt === undefined || steps.every(({ ref, repeatedAt }) => ref === undefined && repeatedAt === undefined);

/** Only what was seen: a step whose end nobody saw is not claimed. */
const runsNow = (rollback: KnownRollback): string =>
  `${wasSeen(rollback) ? '' : 'It was not seen whether '}${place(rollback)} runs ${target(rollback)}`;

const place = ({ plan }: KnownRollback): string => line(placeOf(plan));
const target = ({ plan }: KnownRollback): string => line(targetOf(plan));
const origin = ({ plan }: KnownRollback): string => line(originOf(plan));
const because = ({ outcome }: KnownRollback): string => (outcome === undefined ? '' : ` · ${line(outcome, 500)}`);
const ended = ({ endedAt }: KnownRollback): string => (endedAt === undefined ? '' : ` at ${date(endedAt)}`);
