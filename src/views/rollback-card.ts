import type { KnownBlock } from '@slack/types';
import type { KnownRollback } from '../domain/rollback.ts';
import { rollbackName } from '../domain/words.ts';
import { votesText } from './approvals.ts';
import type { Message } from './blocks.ts';
import { context, header, message, note } from './blocks.ts';
import { arrow } from './change.ts';
import { approvalParts, approvedParts, askedText } from './rollback-approval.ts';
import { executingParts, verifyingParts } from './rollback-progress.ts';
import { resultParts } from './rollback-result.ts';
import { line, mention } from './text.ts';
import { mainStep, originOf, placeOf, rollbackWords, targetOf } from './words.ts';

export interface RollbackCard {
  id: string;
  rollback: KnownRollback;
  /** Only used to leave out what a deadline has ended already. */
  now: number;
}

/** The one card of a rollback, from the request to the result. It is edited in place. */
export function rollbackCard(card: RollbackCard): Message {
  const { rollback } = card;
  const { number, plan } = rollback;
  const title = `${rollbackName(number)} · ${plan.service} · ${plan.environment} · ${arrow(mainStep(plan)?.from, mainStep(plan)?.to)}`;
  return message(rollbackSentence(rollback), [header(title), ...parts(card), whoRow(rollback)]);
}

function parts(card: RollbackCard): readonly (KnownBlock | undefined)[] {
  const { status } = card.rollback;
  switch (status) {
    case 'requested':
      return approvalParts(card);
    case 'approved':
      return approvedParts(card);
    case 'executing':
    case 'compensating':
      return executingParts(card);
    case 'verifying':
      return verifyingParts(card.rollback);
    case 'needs human':
    case 'recovered':
    case 'not recovered':
    case 'inconclusive':
    case 'failed':
    case 'compensated':
    case 'cancelled':
    case 'rejected':
    case 'expired':
    case 'drifted':
    case 'abandoned':
      return resultParts({ ...card, status });
  }
}

/** What stands for the card in a room with people of another workspace. */
export function guardedCard({ number, status }: Pick<KnownRollback, 'number' | 'status'>): Message {
  const name = rollbackName(number);
  const text = `${name}: ${rollbackWords[status]}. People of another workspace are in this room, so its card is not shown here.`;
  return note(`${text} Type \`/rollback status ${name}\` to see it, with its buttons; nobody else sees that.`);
}

/** “RB-7, roll back api (production) from v42 to v41: waiting for approval.” */
export const rollbackSentence = ({ number, plan, status }: KnownRollback): string =>
  `${rollbackName(number)}, roll back ${line(placeOf(plan))} from ${line(originOf(plan))} to ${line(targetOf(plan))}: ${rollbackWords[status]}.`;

/** While it is asked, the card says so on top. */
function whoRow(rollback: KnownRollback): KnownBlock | undefined {
  const { status, votes, glass } = rollback;
  if (status === 'requested') return undefined;
  const approved = votes.length === 0 ? '' : ` · approved${votesText(votes)}`;
  const broken = glass === undefined ? '' : ` · glass broken by ${mention(glass.by)}`;
  return context(`${askedText(rollback)}${approved}${broken}`);
}
