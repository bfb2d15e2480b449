import type { KnownIncident } from '../domain/incident.ts';
import { incident } from '../domain/incident.ts';
import { roomName } from '../domain/room.ts';
import type { Deps } from '../ports.ts';
import { ChatError } from '../ports.ts';
import { defineJob } from '../queue/job.ts';
import { OfIncident } from './support/payload.ts';
import { respondersTo } from './support/responders.ts';

/** The channel comes before everything else; all the rest then happens side by side. */
export const openRoom = defineJob<OfIncident, Deps>(
  { kind: 'room.open', queue: 'slack', urgent: true, payload: OfIncident },
  async ({ incidentId }, { queries, chat, execute, settings, now }, attempt) => {
    const stored = await queries.incident(incidentId);
    if (!stored || stored.state.room) return;

    // Looked up while the channel is made; the invitation finds it, or asks again.
    chat.responders(respondersTo(stored.state, settings)).catch(() => undefined);
    try {
      const room = await createRoom({ queries, chat, settings }, stored.state, attempt.maybeDone);
      await execute(incident, incidentId, { type: 'incident.attach-room', room, by: 'warroom', at: now() }, { fence: attempt });
    } catch (error) {
      if (!(error instanceof ChatError) || error.kind !== 'final') throw error;
      const report = { type: 'incident.report-room-trouble', reason: error.code, by: 'warroom', at: now() } as const;
      await execute(incident, incidentId, report, { fence: attempt });
    }
  },
);

const namesTried = 20;

async function createRoom(
  { queries, chat, settings }: Pick<Deps, 'queries' | 'chat' | 'settings'>,
  state: KnownIncident,
  maybeDone: boolean,
) {
  for (let suffix = 1; suffix <= namesTried; suffix += 1) {
    const name = roomName(settings.slack.channelName, state, suffix);
    try {
      return await chat.createRoom(name);
    } catch (error) {
      if (!(error instanceof ChatError) || error.code !== 'name_taken') throw error;
      // A try that died after creating the channel left it behind with our number in its name: it is taken up again.
      const left = maybeDone ? await chat.channelId(name).catch(() => undefined) : undefined;
      if (left !== undefined && !(await queries.incidentByRoom(left))) return { id: left, name };
    }
  }
  throw new ChatError('final', 'name_taken');
}
