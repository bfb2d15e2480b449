import type { Gate, Step } from '../domain/plan.ts';
import type { KnownRollback } from '../domain/rollback.ts';
import { rollbackName } from '../domain/words.ts';
import { approvalsText } from './approvals.ts';
import type { Message } from './blocks.ts';
import { context, header, lines, message, section } from './blocks.ts';
import { changeText, checksText, currentText, targetText } from './change.ts';
import { gateRules, readingText, verifyText } from './measure.ts';
import { rollbackSentence } from './rollback-card.ts';
import { code, date, duration, line, mention, quoted } from './text.ts';
import { providerName } from './words.ts';

const shownCommits = 15;

/** Everything that was asked for, for one person's eyes: what the card leaves out. */
export function rollbackDetails({ rollback }: { rollback: KnownRollback }): Message {
  const { number, plan, checks, reason, requestedBy, requestedAt, votes, policy, planHash } = rollback;
  return message(rollbackSentence(rollback), [
    header(`${rollbackName(number)}: details`),
    section(`asked by ${mention(requestedBy)}, ${date(requestedAt, 'datetime')}: ${quoted(reason, 1000)}`),
    ...plan.steps.slice(0, 20).map((step) => section(stepText(step, plan.steps.length === 1 ? shownCommits : 3))),
    section(checks.length === 0 ? '⚠ careful: no checks were made' : checksText(checks)),
    section(lines(verifyText(plan), ...plan.verify.slice(0, 5).map((gate) => gateDetails(gate, rollback)))),
    section(approvalsText({ votes, policy })),
    context(`plan ${code(planHash.slice(0, 12))}: an approval counts for this plan only`),
  ]);
}

function stepText({ id, kind, provider, from, to, change, target }: Step, commits: number): string {
  const settings = Object.entries(target)
    .filter(([name]) => name !== 'provider' && name !== 'name') // the summary begins with the name
    .map(([name, value]) => `${name} ${plainValue(value)}`);
  return lines(
    `*${line(id, 40)}* · ${kind} by ${line([providerName(provider), ...settings].join(', '), 300)}`,
    // Of any other value its summary says more: which part of it changes.
    kind === 'code' ? `${currentText(from)} → ${targetText(to)}` : undefined,
    changeText(change, commits),
  );
}

/** A setting as a person writes it: `target, op_id` and not JSON. */
const plainValue = (value: unknown): string =>
  typeof value === 'object' && value !== null ? Object.values(value).map(plainValue).join(' and ') : String(value);

function gateDetails(gate: Gate, rollback: KnownRollback): string {
  const { query, settleMs, intervalMs, timeoutMs } = gate;
  const when = `first after ${duration(settleMs)}, then every ${duration(intervalMs)}, for at most ${duration(timeoutMs)}`;
  const rules = gateRules(gate, rollback);
  return lines(`${readingText(gate, rollback.readings)}, ${when}${rules === '' ? '' : `, ${rules}`}`, code(query, 300));
}
