import type { KnownIncident } from '../domain/incident.ts';
import type { KnownRollback } from '../domain/rollback.ts';
import { incidentName, openStatuses } from '../domain/words.ts';
import { openCareText } from './after-care.ts';
import type { Known, Modal } from './blocks.ts';
import { section } from './blocks.ts';
import { leftHeld } from './held.ts';
import { ids } from './ids.ts';
import { modal, radioInput, textInput } from './inputs.ts';
import { line } from './text.ts';
import { statusMeanings, statusWords } from './words.ts';

/** @param rollbacks those of the incident: what they left behind is not over with it */
export function resolveModal({ id, state }: Known<KnownIncident>, rollbacks: readonly Known<KnownRollback>[] = []): Modal {
  const { number, title } = state;
  const left = openCareText(rollbacks);
  const held = leftHeld(state);
  return modal(ids.resolveIncident, {
    title: `Resolve ${incidentName(number)}`,
    submit: 'Resolve',
    metadata: { id },
    blocks: [
      section(`*${line(title)}*\nResolve when customers are well again. The room stays open for reading.`),
      left === undefined ? undefined : section(`*After-care: stays open after resolving; the reminders go on until it is done.*\n${left}`),
      held === undefined ? undefined : section(held),
      textInput({
        name: 'note',
        label: 'What ended it?',
        placeholder: 'rolled back to the version before',
        multiline: true,
        max: 1000,
        optional: true,
      }),
    ],
  });
}

export function statusModal({ id, state: { number, status } }: Known<KnownIncident>): Modal {
  const choices = openStatuses.map((each) => ({ value: each, label: `${statusWords[each]}: ${statusMeanings[each]}` }));
  return modal(ids.setStatus, {
    title: `Status of ${incidentName(number)}`,
    submit: 'Set status',
    metadata: { id },
    blocks: [
      radioInput({ name: 'status', label: 'How far are we?', choices, initial: status }),
      textInput({ name: 'note', label: 'What changed?', max: 500, optional: true }),
    ],
  });
}
