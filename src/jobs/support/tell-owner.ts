import { openCare } from '../../domain/after-care.ts';
import type { KnownIncident } from '../../domain/incident.ts';
import type { Chat, RecordedFact, StoredRollback } from '../../ports.ts';
import { ChatError } from '../../ports.ts';
import { careReminder } from '../../views/after-care.ts';

/** Slack's answers when nobody can be reached in a room any more. */
const closed = ['is_archived', 'channel_not_found', 'not_in_channel'];

export const isRoomClosed = (error: unknown): boolean => error instanceof ChatError && closed.includes(error.code);

interface Telling {
  fact: RecordedFact;
  incident: KnownIncident;
  rollback: StoredRollback;
  lookFirst: boolean;
}

/** Where there is no room (any more), whoever sees to the after-care is reminded by direct message. */
export async function tellOwner(chat: Chat, { fact, incident, rollback: { state }, lookFirst }: Telling): Promise<void> {
  if (state.careOwner === undefined || openCare(state).length === 0) return;
  const channel = await chat.openDm(state.careOwner);
  const message = careReminder({ rollback: state, incident });
  await chat.post({ channel, message, key: `fact:${fact.incidentId}:${fact.seq}:owner`, lookFirst });
}
