/** The card while it is asked: what would be changed, what speaks for and against it, and who has to say yes. */
import type { Button, KnownBlock } from '@slack/types';
import type { Plan } from '../domain/plan.ts';
import { blocksOf } from '../domain/rollback-approval.ts';
import { missingFrom, peopleText } from '../domain/policy.ts';
import type { KnownRollback } from '../domain/rollback.ts';
import { rollbackName } from '../domain/words.ts';
import { approvalLines } from './approvals.ts';
import { actions, button, lines, section } from './blocks.ts';
import { changeText, checksText, currentText, targetText } from './change.ts';
import { ids } from './ids.ts';
import { usuallyText, verifyText } from './measure.ts';
import { stepText } from './plan-steps.ts';
import { cancelButton, gateRows } from './rollback-progress.ts';
import { date, line, listed, mention, quoted } from './text.ts';
import { originOf, placeOf, targetOf } from './words.ts';

type Parts = readonly (KnownBlock | undefined)[];

export interface Asking {
  id: string;
  rollback: KnownRollback;
  now: number;
}

export function approvalParts({ id, rollback, now }: Asking): Parts {
  const { approveBy } = rollback;
  const isOver = now >= approveBy;
  return [
    section(lines(`*Waiting for approval* until ${date(approveBy)} · ${askedText(rollback)}`, editedText(rollback))),
    ...planParts(rollback),
    section(approvalLines(rollback)),
    ...blockedRow(rollback),
    isOver ? section('The time to approve is over: it expires in a moment, and nothing is changed.') : undefined,
    isOver
      ? actions(detailsButton(id))
      : actions(...votingButtons(id, rollback), button(ids.openReject, 'Reject', { id }), detailsButton(id)),
    isOver ? undefined : actions(...otherButtons(id, rollback)),
  ];
}

/** They do not approve it either, so everybody sees whose plan it is by now. */
const editedText = ({ editedBy }: KnownRollback): string | undefined =>
  editedBy.length === 0 ? undefined : `plan changed by ${listed(editedBy.slice(0, 5).map(mention))}`;

/** A block is a no until it is gone; what can go past it is said with it. */
function blockedRow(rollback: KnownRollback): Parts {
  if (blocksOf(rollback).length === 0) return [];
  const who = line(peopleText(rollback.policy.breakGlass), 200);
  return [
    section(
      `*The checks stop it.* It cannot be approved. *Edit plan* has the checks run again; only ${who} can go past them, with *Break glass*.`,
    ),
  ];
}

function votingButtons(id: string, rollback: KnownRollback): (Button | undefined)[] {
  if (blocksOf(rollback).length > 0) return [];
  const { policy, planHash } = rollback;
  if (policy.typeServiceName) {
    return [button(ids.openApprove, 'Approve…', { id, planHash }, { style: 'primary' }), andStart(id, rollback)];
  }
  return [approveButton(id, rollback), andStart(id, rollback)];
}

/** Where approving alone does not start it, the last approver may do both at once. */
function andStart(id: string, rollback: KnownRollback): Button | undefined {
  const { policy, planHash, plan } = rollback;
  if (policy.start !== 'separate' || !isLastNeeded(rollback)) return undefined;
  if (policy.typeServiceName) return button(ids.approveAndStart, 'Approve and start…', { id, planHash, typed: 1 });
  const confirm = {
    title: `Roll back ${placeOf(plan, 25)} to ${targetOf(plan)}?`,
    text: `${effectText(plan)} It starts at once.`,
    yes: 'Approve and start',
    no: 'Not yet',
  };
  return button(ids.approveAndStart, 'Approve and start', { id, planHash }, { confirm });
}

/** One more fitting approval would do. */
export const isLastNeeded = ({ policy, votes }: Pick<KnownRollback, 'policy' | 'votes'>): boolean =>
  missingFrom(policy, votes).every(({ approvals }) => approvals === 1);

function otherButtons(id: string, rollback: KnownRollback): (Button | undefined)[] {
  const { planHash, votes } = rollback;
  return [
    button(ids.openEdit, votes.length === 0 ? 'Edit plan' : 'Edit plan: voids approvals', { id }),
    votes.length === 0 ? undefined : revokeButton(id, rollback),
    button(ids.openBreakGlass, 'Break glass…', { id, planHash }),
  ];
}

function revokeButton(id: string, { number }: KnownRollback): Button {
  const confirm = {
    title: 'Take your approval back?',
    text: `Your approval of ${rollbackName(number)} does not count any more. You can approve it again.`,
    yes: 'Take back',
    no: 'Keep it',
  };
  return button(ids.revokeApproval, 'Take my approval back', { id }, { confirm });
}

/** Who wants it and why: the first thing an approver weighs. */
export const askedText = ({ requestedBy, reason }: KnownRollback): string => `asked by ${mention(requestedBy)}: ${quoted(reason, 400)}`;

export const detailsButton = (id: string): Button => button(ids.showDetails, 'Details', { id });

/** Approving may start it at once, so the question names the target. */
function approveButton(id: string, rollback: KnownRollback): Button {
  const { plan, planHash } = rollback;
  const confirm = {
    title: `Roll back ${placeOf(plan, 25)} to ${targetOf(plan)}?`,
    text: `${effectText(plan)} ${afterApproval(rollback)}`,
    yes: 'Approve',
    no: 'Not yet',
  };
  return button(ids.approveRollback, 'Approve', { id, planHash }, { style: 'primary', confirm });
}

/** What one more approval leads to. Of several requirements one vote may not meet all. */
export function afterApproval({ policy, votes }: Pick<KnownRollback, 'policy' | 'votes'>, start = policy.start === 'at-once'): string {
  if (!isLastNeeded({ policy, votes })) return 'More approvals are needed after yours.';
  if (!start) return 'Then somebody presses Start.';
  return missingFrom(policy, votes).length > 1 ? 'It starts as soon as no approval is missing.' : 'It starts at once.';
}

/** “v42 is replaced by v41.”, or the steps of a plan by name. */
export const effectText = (plan: Plan): string =>
  plan.steps.length === 1
    ? `${line(originOf(plan))} is replaced by ${line(targetOf(plan))}.`
    : `${plan.steps.length} steps: ${plan.steps.map(({ id }) => line(id, 40)).join(', ')}.`;

function planParts({ plan, checks }: KnownRollback): Parts {
  const usually = usuallyText(plan.steps.map(({ estimateSeconds }) => estimateSeconds));
  return [
    ...(plan.steps.length === 1
      ? plan.steps.map(({ from, to, change }) => section(lines(`${currentText(from)} → ${targetText(to)}`, changeText(change))))
      : plan.steps.map((step, index) => section(stepText(step, index)))),
    section(lines(checks.length === 0 ? '⚠ careful: no checks were made' : checksText(checks))),
    section(lines(verifyText(plan), usually)),
  ];
}

/** Enough people said yes; a worker is about to take it. */
export function approvedParts({ id, rollback }: Pick<Asking, 'id' | 'rollback'>): Parts {
  const { executeBy, steps } = rollback;
  const waits = steps.find(({ message }) => message !== undefined)?.message;
  const until = executeBy === undefined ? '' : ` If it has not begun by ${date(executeBy)}, it expires and changes nothing.`;
  return [
    section(`*${glassText(rollback)}*\n${beginText(rollback, waits)}${until}`),
    ...gateRows(id, rollback),
    section(verifyText(rollback.plan)),
    actions(startButton(id, rollback), rollback.votes.length === 0 ? undefined : revokeButton(id, rollback), cancelButton(id, rollback)),
  ];
}

const glassText = ({ glass }: KnownRollback): string =>
  glass === undefined ? 'Approved' : `Glass broken by ${mention(glass.by)}: no approvals were waited for. ${quoted(glass.reason, 300)}`;

function beginText({ startOrderedAt }: KnownRollback, waits: string | undefined): string {
  if (startOrderedAt === undefined) return 'Somebody has to press Start.';
  return waits === undefined
    ? 'It starts now, after a last look at production.'
    : `Not begun yet: ${line(waits, 300).replace(/[.!?…]?$/, '.')}`;
}

function startButton(id: string, { plan, planHash, startOrderedAt }: KnownRollback): Button | undefined {
  if (startOrderedAt !== undefined) return undefined;
  const confirm = {
    title: `Roll back ${placeOf(plan, 25)} to ${targetOf(plan)}?`,
    text: `${effectText(plan)} It starts at once.`,
    yes: 'Start',
    no: 'Not yet',
  };
  return button(ids.startRollback, 'Start', { id, planHash }, { style: 'primary', confirm });
}
