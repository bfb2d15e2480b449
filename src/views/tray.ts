import type { KnownIncident } from '../domain/incident.ts';
import { can } from '../domain/incident.ts';
import type { KnownRollback } from '../domain/rollback.ts';
import { isUnderWay } from '../domain/rollback.ts';
import { roleNames, roles } from '../domain/words.ts';
import type { Known, Message } from './blocks.ts';
import { actions, button, context, lines, message, section } from './blocks.ts';
import { freeRoles, headlineSentence, liveText, workButtons } from './headline-card.ts';
import { heldLines } from './held.ts';
import { ids } from './ids.ts';
import { countText } from './incident-list.ts';
import { mention } from './text.ts';

/** The bare command outside a war room: what can be done here. */
export function outsideTray({ open }: { open: number }): Message {
  return message(`${countText(open)} Declare one, or look at the list.`, [
    section(countText(open)),
    actions(button(ids.openDeclare, 'Declare incident', {}, { style: 'primary' }), button(ids.listIncidents, 'Open incidents')),
    context('`/incident help` lists everything that can be typed.'),
  ]);
}

/** The bare command inside a war room: the control panel, for this person's eyes only. */
export function roomTray({ incident, rollbacks }: { incident: Known<KnownIncident>; rollbacks: readonly Known<KnownRollback>[] }): Message {
  const { id, state } = incident;
  // A free role has a row of its own, with its button.
  const held = roles.flatMap((role) => (state.roles[role] === undefined ? [] : [`${roleNames[role]}: ${mention(state.roles[role])}`]));
  const live = rollbacks.filter((rollback) => isUnderWay(rollback.state)).slice(0, 5);
  return message(headlineSentence(state), [
    section(lines(`*${headlineSentence(state)}*`, held.join(' · '), ...live.map((rollback) => liveText(rollback.state)), heldLines(state))),
    ...freeRoles(incident),
    actions(...workButtons(id, state)),
    actions(
      can('incident.freeze', state) ? button(ids.openFreeze, 'Hold deploys…', { id }) : undefined,
      heldLines(state) === undefined ? undefined : button(ids.openUnfreeze, 'Release deploys…', { id }),
    ),
    context('`/incident timeline` shows what happened so far · `/incident help` lists everything that can be typed.'),
  ]);
}
