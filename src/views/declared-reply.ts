import type { KnownIncident } from '../domain/incident.ts';
import { incidentName } from '../domain/words.ts';
import type { Message } from './blocks.ts';
import { note } from './blocks.ts';
import { channelLink, line } from './text.ts';

/** Tells the one who declared where it goes on, or why there is no room yet. */
export function declaredReply({ number, title, room, roomTrouble }: KnownIncident): Message {
  const name = incidentName(number);
  const what = `*${name}* is declared: ${line(title, 200)}.`;
  if (room !== undefined) return note(`${what} Its war room is ${channelLink(room.id)}.`);
  if (roomTrouble === undefined) return note(`${what} Its war room is being opened.`);
  return note(
    `${what} Its war room could not be opened: ${line(roomTrouble, 300)}. The incident is recorded. Work on in this channel meanwhile, and name ${name} in commands.`,
  );
}
