import type { HomeView } from '@slack/types';
import type { KnownIncident } from '../domain/incident.ts';
import type { KnownRollback } from '../domain/rollback.ts';
import { incidentName, roleNames, roles } from '../domain/words.ts';
import { careRows } from './after-care.ts';
import type { Known } from './blocks.ts';
import { button, header, section } from './blocks.ts';
import { ids } from './ids.ts';
import { countText, incidentRow, worstFirst } from './incident-list.ts';
import { rollbackSentence } from './rollback-card.ts';
import { channelLink, date, line } from './text.ts';

interface Home {
  user: string;
  open: readonly Known<KnownIncident>[];
  /** Requests that wait for an approval this person could give. */
  waiting: readonly Known<KnownRollback>[];
  /** Rollbacks that left something behind which this person sees to. */
  care: readonly Known<KnownRollback>[];
}

const shown = 20;

/** App Home: what waits for me, what I am responsible for, what is open. */
export function home({ user, open, waiting, care }: Home): HomeView {
  const states = open.map(({ state }) => state).toSorted(worstFirst);
  const mine = states.flatMap((state) => roles.filter((role) => state.roles[role] === user).map((role) => roleRow(state, roleNames[role])));
  return {
    type: 'home',
    blocks: [
      header('Waiting for your approval'),
      section(waiting.length === 0 ? 'Nothing waits for you.' : waiting.slice(0, shown).map(waitingRow).join('\n')),
      ...(care.length === 0 ? [] : [header('Your after-care'), ...careRows(care).slice(0, shown)]),
      header('Your roles'),
      section(mine.length === 0 ? 'You hold no role in an open incident.' : mine.slice(0, shown).join('\n')),
      header('Open incidents'),
      section(countText(states.length)),
      ...states.slice(0, shown).map((state) => section(incidentRow(state))),
      { type: 'actions', elements: [button(ids.openDeclare, 'Declare incident', {}, { style: 'primary' })] },
    ],
  };
}

const roleRow = (state: KnownIncident, role: string): string =>
  `• *${role}* of ${incidentName(state.number)}, ${line(state.title, 100)}${state.room === undefined ? '' : ` · ${channelLink(state.room.id)}`}`;

const waitingRow = ({ state }: Known<KnownRollback>): string => `• ${rollbackSentence(state)} Until ${date(state.approveBy)}.`;
