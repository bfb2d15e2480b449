import type { Policy } from '../domain/policy.ts';
import { missingFrom, approversText } from '../domain/policy.ts';
import { blocksOf } from '../domain/rollback-approval.ts';
import type { KnownRollback } from '../domain/rollback.ts';
import { rollbackName } from '../domain/words.ts';
import type { Modal } from './blocks.ts';
import { lines, section } from './blocks.ts';
import { checksText } from './change.ts';
import { ids } from './ids.ts';
import { modal, textInput } from './inputs.ts';
import { afterApproval, effectText } from './rollback-approval.ts';
import { line } from './text.ts';
import { originOf, placeOf, targetOf } from './words.ts';

interface RollbackForm {
  id: string;
  rollback: KnownRollback;
}

const typeName = ({ plan }: KnownRollback) =>
  textInput({
    name: 'typed',
    label: `Type the name of the service: ${plan.service}`,
    hint: 'So that a slip of the thumb changes nothing.',
    max: 63,
  });

const whatHappens = ({ plan }: KnownRollback): string =>
  `*${line(placeOf(plan))}* goes from ${line(originOf(plan))} to ${line(targetOf(plan))}.`;

/** A plan is more than its versions. */
const stepsLine = ({ plan }: KnownRollback): string | undefined => (plan.steps.length === 1 ? undefined : effectText(plan));

/** Where a slip of the thumb would cost too much, the approver types the service's name. */
export function approveModal({ id, rollback, start }: RollbackForm & { start: boolean }): Modal {
  const name = rollbackName(rollback.number);
  return modal(ids.approveTyped, {
    title: `Approve ${name}`,
    submit: start ? 'Approve and start' : 'Approve',
    metadata: { id, planHash: rollback.planHash, ...(start ? { start: 1 } : {}) },
    blocks: [
      section(lines(whatHappens(rollback), stepsLine(rollback), afterApproval(rollback, start || rollback.policy.start === 'at-once'))),
      section(checksText(rollback.checks) || '⚠ careful: no checks were made'),
      typeName(rollback),
    ],
  });
}

/** Skipping the quorum: what is skipped, who will read it, and what still holds. */
export function breakGlassModal({ id, rollback, reason }: RollbackForm & { reason?: string }): Modal {
  const name = rollbackName(rollback.number);
  const blocks = blocksOf(rollback);
  return modal(ids.breakGlass, {
    title: `Break glass: ${name}`,
    submit: 'Break glass and start',
    metadata: { id, planHash: rollback.planHash },
    blocks: [
      section(lines(whatHappens(rollback), stepsLine(rollback), `It starts at once, without ${line(skippedText(rollback), 300)}.`)),
      ...(blocks.length === 0 ? [] : [section(`*It also goes past what the checks stop:* ${line(blocks.join(' '), 1500)}`)]),
      section('Everybody you skip is told, the digest channel reads it, and it is reviewed in the postmortem.'),
      textInput({
        name: 'reason',
        label: 'Why can it not wait?',
        hint: 'At least 20 characters. Everybody you skip reads it.',
        multiline: true,
        min: 20,
        max: 500,
        initial: reason,
      }),
      typeName(rollback),
    ],
  });
}

const skippedText = ({ policy, votes }: { policy: Policy; votes: KnownRollback['votes'] }): string =>
  `the approval of ${approversText({ require: missingFrom(policy, votes) })}`;
