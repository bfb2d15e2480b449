/** The card once nothing moves any more: what happened, what is not known, and what a person can do now. */
import type { Button, KnownBlock } from '@slack/types';
import { missingFrom } from '../domain/policy.ts';
import type { KnownRollback, RollbackStatus } from '../domain/rollback.ts';
import { can, canRetry } from '../domain/rollback.ts';
import { canMeasure, isMoving, undoable } from '../domain/rollback-flow.ts';
import { careParts } from './after-care.ts';
import { tally } from './approvals.ts';
import { actions, button, lines, linkButton, section } from './blocks.ts';
import { ids } from './ids.ts';
import { ignoredCount, readingsText } from './measure.ts';
import { detailsButton } from './rollback-approval.ts';
import { cancelButton, executedText, gateRows, stepsText } from './rollback-progress.ts';
import { needsHumanText, unknownRows } from './rollback-unknown.ts';
import { date, line, mention } from './text.ts';
import { placeOf, targetOf } from './words.ts';

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
    ...buttonRows(nextButtons(id, rollback), [helpButton(id, rollback), runButton(rollback), detailsButton(id)]),
    ...careParts(id, rollback),
  ];
}

/** What can follow stands before what can be looked at; a row of its own each, unless both fit into one. */
function buttonRows(next: readonly (Button | undefined)[], others: readonly (Button | undefined)[]): Parts {
  const all = [...next, ...others];
  return all.filter((each) => each !== undefined).length > 3 ? [actions(...next), actions(...others)] : [actions(...all)];
}

/** One step that went well is the whole story, and the first line tells it. */
const isToldAbove = (rollback: KnownRollback, status: RestingStatus): boolean =>
  status === 'recovered' && rollback.plan.steps.length === 1 && wasSeen(rollback);

const runButton = ({ steps }: KnownRollback): Button | undefined =>
  linkButton(steps.findLast(({ url }) => url !== undefined)?.url, 'Open the run');

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
  const value = { id, choice: 'verify' } as const;
  // As long as nobody knows what was done, no choice is the likelier one.
  if (rollback.status === 'needs human') return button(ids.settleRollback, 'Look and measure', value);
  return button(ids.settleRollback, 'Measure again', value, { style: 'primary' });
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
        `You can measure again, ask for another version (*Retry*), weigh a repair (*Roll forward*)${undoHint(rollback)}, or give this rollback up.`,
      );
    case 'inconclusive':
      return lines(
        `*⚠ Inconclusive* · ${executedText(rollback)}${because(rollback)}`,
        'Nobody knows yet whether it helped. Look at the service yourself before you tell anyone that it is well.',
        isAllIgnored(rollback)
          ? 'All that is measured was bad before already, so measuring again tells nothing new. You can give this rollback up.'
          : `You can measure again when there is data, ask for another version (*Retry*)${undoHint(rollback)}, or give this rollback up.`,
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
          ? 'You can undo it, or request another rollback (*Retry*).'
          : 'Look at the run, then request another rollback or repair forward.',
      );
    case 'compensated':
      return undoneText(rollback);
    case 'cancelled':
      return `*Called off*${calledOffBy(rollback)}${because(rollback)}\n${hasEffect(rollback) ? 'What was done before stays as it is; see below, and look at what it left.' : 'Nothing was changed.'}`;
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

const calledOffBy = ({ cancelledBy }: KnownRollback): string => (cancelledBy === undefined ? '' : ` by ${mention(cancelledBy)}`);

const undoHint = (rollback: KnownRollback): string =>
  can('rollback.compensate', rollback) && undoable(rollback, true).length > 0 ? ', take it back (*Undo*)' : '';

const isAllIgnored = (rollback: KnownRollback): boolean =>
  rollback.plan.verify.length > 0 && ignoredCount(rollback) === rollback.plan.verify.length;

/** Only what was seen to be taken back is said to be; how the service is now nobody measured. */
function undoneText(rollback: KnownRollback): string {
  const left = notTakenBack(rollback);
  const rest =
    left.length === 0 ? '' : ` Not taken back: ${left.join(', ')}. Look at what ${left.length === 1 ? 'it' : 'they'} left behind.`;
  return `*Undone*${because(rollback)}\nWhat could be undone is taken back; see below.${rest}\nHow ${place(rollback)} is now was not measured: look, then request another rollback or decide on another way.`;
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

/** No step got as far as a run, was tried a second time or is said to have run: the provider said no before anything began. */
const isUntouched = ({ startedAt, steps }: KnownRollback): boolean =>
  startedAt === undefined ||
  steps.every(({ status, ref, repeatedAt }) => status !== 'succeeded' && ref === undefined && repeatedAt === undefined);

/** Only what was seen: a step whose end nobody saw is not claimed. */
const runsNow = (rollback: KnownRollback): string =>
  `${wasSeen(rollback) ? '' : 'It was not seen whether '}${place(rollback)} runs ${target(rollback)}`;

const place = ({ plan }: KnownRollback): string => line(placeOf(plan));
const target = ({ plan }: KnownRollback): string => line(targetOf(plan));
const because = ({ outcome }: KnownRollback): string => (outcome === undefined ? '' : ` · ${line(outcome, 500)}`);
const ended = ({ endedAt }: KnownRollback): string => (endedAt === undefined ? '' : ` at ${date(endedAt)}`);
