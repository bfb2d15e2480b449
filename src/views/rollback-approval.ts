/** The card while it is asked: what would be changed, what speaks for and against it, and who has to say yes. */
import type { Button, KnownBlock } from '@slack/types';
import type { Plan } from '../domain/plan.ts';
import { approversText } from '../domain/policy.ts';
import type { KnownRollback, Vote } from '../domain/rollback.ts';
import { can } from '../domain/rollback.ts';
import { actions, button, lines, section } from './blocks.ts';
import { changeText, checksText, currentText, targetText } from './change.ts';
import { ids } from './ids.ts';
import { usuallyText, verifyText } from './measure.ts';
import { stepText } from './plan-steps.ts';
import { cancelButton, gateRows } from './rollback-progress.ts';
import { count, date, line, mention } from './text.ts';
import { originOf, placeOf, roleLetters, targetOf } from './words.ts';

type Parts = readonly (KnownBlock | undefined)[];

export interface Asking {
  id: string;
  rollback: KnownRollback;
  now: number;
}

export function approvalParts({ id, rollback, now }: Asking): Parts {
  const { votes, policy, approveBy } = rollback;
  const isOver = now >= approveBy;
  return [
    section(`*Waiting for approval* until ${date(approveBy)} · ${askedText(rollback)}`),
    ...planParts(rollback),
    section(lines(`*approvals ${votes.length} of ${policy.approvals}*${votesText(votes)}`, neededText(rollback))),
    actions(
      can('rollback.approve', rollback) && !isOver ? approveButton(id, rollback) : undefined,
      can('rollback.reject', rollback) && !isOver ? button(ids.openReject, 'Reject', { id }) : undefined,
      detailsButton(id),
    ),
  ];
}

/** Who wants it and why: the first thing an approver weighs. */
export const askedText = ({ requestedBy, reason }: KnownRollback): string => `asked by ${mention(requestedBy)}: “${line(reason, 400)}”`;

function neededText({ votes, policy }: KnownRollback): string {
  const left = Math.max(1, policy.approvals - votes.length);
  const many = votes.length > 0 ? `${left} more` : count(left, 'approval');
  return `needs ${many} by ${line(approversText(policy), 400)}, not the requester`;
}

export const detailsButton = (id: string): Button => button(ids.showDetails, 'Details', { id });

/** Approving may start it at once, so the question names the target. */
function approveButton(id: string, rollback: KnownRollback): Button {
  const { plan, planHash, votes, policy } = rollback;
  const left = policy.approvals - votes.length - 1;
  const then = left > 0 ? `${count(left, 'more approval')} after yours, then it starts.` : 'It starts at once.';
  const confirm = {
    title: `Roll back ${placeOf(plan, 25)} to ${targetOf(plan)}?`,
    text: `${effectText(plan)} ${then}`,
    yes: 'Approve',
    no: 'Not yet',
  };
  return button(ids.approveRollback, 'Approve', { id, planHash }, { style: 'primary', confirm });
}

const effectText = (plan: Plan): string =>
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

/** `: ✓ @ic (IC), ✓ @sre (@sre-leads)` */
export function votesText(votes: readonly Vote[]): string {
  if (votes.length === 0) return '';
  const said = votes.slice(0, 10).map(({ user, roles, groups }) => {
    const as = [...roles.map((role) => roleLetters[role]), ...groups.map((group) => line(group, 40))];
    return `✓ ${mention(user)}${as.length === 0 ? '' : ` (${as.join(', ')})`}`;
  });
  return `: ${said.join(', ')}`;
}

/** Enough people said yes; a worker is about to take it. */
export function approvedParts({ id, rollback }: Pick<Asking, 'id' | 'rollback'>): Parts {
  const { executeBy, steps } = rollback;
  const waits = steps.find(({ message }) => message !== undefined)?.message;
  const until = executeBy === undefined ? '' : ` If it has not begun by ${date(executeBy)}, it expires and changes nothing.`;
  return [
    section(
      `*Approved*\n${waits === undefined ? 'It starts now, after a last look at production.' : `Not begun yet: ${line(waits, 300)}`}${until}`,
    ),
    ...gateRows(id, rollback),
    section(verifyText(rollback.plan)),
    actions(cancelButton(id, rollback)),
  ];
}
