import type { Hold } from '../domain/hold.ts';
import { everything } from '../domain/hold.ts';
import type { KnownRollback } from '../domain/rollback.ts';
import { rollbackName } from '../domain/words.ts';
import type { Modal } from './blocks.ts';
import { section } from './blocks.ts';
import { ids } from './ids.ts';
import { modal, textInput } from './inputs.ts';
import { date, line, mention, quoted } from './text.ts';

interface OfRollback {
  /** The rollback's id. */
  id: string;
  rollback: KnownRollback;
}

/** Ends the lock that the rollback set. Where somebody ended it before, only the after-care is left to tick. */
export function unlockModal({ id, rollback, hold }: OfRollback & { hold: Hold | undefined }): Modal {
  const title = `After-care of ${rollbackName(rollback.number)}`;
  const text = section(heldText(rollback, hold));
  if (hold?.scope === everything) return modal(ids.unlockService, { title, metadata: { id }, blocks: [text] });
  return modal(ids.unlockService, {
    title,
    submit: hold === undefined ? 'Record it' : 'Unlock',
    metadata: { id },
    blocks: [
      text,
      textInput({
        name: 'reason',
        label: hold === undefined ? 'What happened?' : 'Why now?',
        hint: 'Everybody in the room reads it.',
        placeholder: 'v42 is reverted, v43 has the fix',
        max: 500,
      }),
    ],
  });
}

function heldText({ plan }: KnownRollback, hold: Hold | undefined): string {
  const service = line(plan.service, 60);
  if (hold === undefined) return `*${service} is not locked any more.* This only records that it is done.`;
  const since = `since ${date(hold.at, 'datetime')}, by ${mention(hold.by)}: ${line(hold.reason, 300)}`;
  return hold.scope === everything
    ? `*Deploys of everything are held*, ${service} among them, ${since}\nWhen that freeze ends, this is done by itself.`
    : `*Deploys of ${service} are held* ${since}\nUnlock it once the next deploy cannot ship again what was rolled back.`;
}

/** A quorum that was skipped is looked at by somebody else, in writing. */
export function reviewModal({ id, rollback }: OfRollback): Modal {
  const { number, glass } = rollback;
  const name = rollbackName(number);
  const told =
    glass === undefined
      ? `${name} waited for its approvals.`
      : `*${mention(glass.by)} broke the glass* of ${name} (${date(glass.at, 'datetime')}): ${quoted(glass.reason, 500)}`;
  return modal(ids.reviewGlass, {
    title: `Review of ${name}`,
    submit: 'Record it',
    metadata: { id },
    blocks: [
      section(`${told}\nWas it right, and what would have made it unnecessary? No blame: it is about the next time.`),
      textInput({ name: 'note', label: 'What did you find?', multiline: true, max: 500 }),
    ],
  });
}
