import type { KnownRollback } from '../domain/rollback.ts';
import { rollbackName } from '../domain/words.ts';
import type { Modal } from './blocks.ts';
import { section } from './blocks.ts';
import { ids } from './ids.ts';
import { modal, textInput } from './inputs.ts';
import { line } from './text.ts';
import { placeOf, targetOf } from './words.ts';

interface RollbackForm {
  id: string;
  rollback: KnownRollback;
}

const planned = ({ plan }: KnownRollback): string => `${placeOf(plan)} to ${targetOf(plan)}`;

/** A rejection always has a reason: it ends the request and stands in the timeline. */
export function rejectModal({ id, rollback }: RollbackForm): Modal {
  return modal(ids.rejectRollback, {
    title: `Reject ${rollbackName(rollback.number)}`,
    submit: 'Reject',
    metadata: { id },
    blocks: [
      section(`This ends the request to roll back ${line(planned(rollback))}. It can be requested again.`),
      textInput({ name: 'reason', label: 'Why not?', hint: 'Everybody in the room reads it.', multiline: true, max: 500 }),
    ],
  });
}

/** Calling a running rollback off. */
export function cancelModal({ id, rollback }: RollbackForm): Modal {
  return modal(ids.cancelRollback, {
    title: `Call off ${rollbackName(rollback.number)}`,
    submit: 'Call off',
    metadata: { id },
    blocks: [
      section(
        `Nothing more of ${rollbackName(rollback.number)}, ${line(planned(rollback))}, is started. What runs is stopped where that is possible, and what was done is undone where the plan says so.`,
      ),
      textInput({ name: 'reason', label: 'Why?', hint: 'Everybody in the room reads it.', multiline: true, max: 500 }),
    ],
  });
}

/** Giving up what Warroom cannot settle by itself. */
export function settleModal({ id, rollback }: RollbackForm): Modal {
  const name = rollbackName(rollback.number);
  return modal(ids.settleRollback, {
    title: `Give up ${name}`,
    submit: 'Give up',
    metadata: { id, choice: 'abandon' },
    blocks: [
      section(
        `${name} is closed as it is. Warroom changes nothing in production and does not undo anything: whatever ${line(placeOf(rollback.plan))} runs now keeps running. Another rollback can be requested after that.`,
      ),
      textInput({
        name: 'reason',
        label: 'Why, and what happens instead?',
        hint: 'Everybody in the room reads it.',
        multiline: true,
        max: 500,
      }),
    ],
  });
}
