import type { KnownIncident } from '../domain/incident.ts';
import { incidentName } from '../domain/words.ts';
import type { Message } from './blocks.ts';
import { note } from './blocks.ts';
import { channelLink, line } from './text.ts';

/** What Slack's codes mean for somebody who waits for a room. */
const reasons: Record<string, string> = {
  restricted_action: 'this workspace does not let apps create channels; an admin can allow it',
  missing_scope: 'the app lacks the scope to create channels; reinstall it with the manifest',
  name_taken: 'every name we tried is taken',
};

/** Tells the one who declared where it goes on, or why there is no room; and who declared the same thing a moment before. */
export const declaredReply = (state: KnownIncident, same: readonly KnownIncident[] = []): Message =>
  note([stateOf(state), ...same.slice(0, 3).map(similar)].join('\n'));

function stateOf({ number, title, severity, room, roomTrouble }: KnownIncident): string {
  const name = incidentName(number);
  const what = `*${name}* is declared, ${severity}: ${line(title, 200)}.`;
  if (room !== undefined) return `${what} Its war room is ${channelLink(room.id)}.`;
  if (roomTrouble === undefined) return `${what} Its war room is being opened.`;
  const reason = reasons[roomTrouble] ?? `Slack answered ${line(roomTrouble, 100)}`;
  return `${what} It has no war room: ${reason}. The incident is recorded; work on in this channel meanwhile, and name ${name} in commands.`;
}

const similar = ({ number, title, room }: KnownIncident): string =>
  `*${incidentName(number)}* was declared just before: ${line(title, 200)}${room === undefined ? '' : `, in ${channelLink(room.id)}`}. If it is the same thing, go on there.`;
