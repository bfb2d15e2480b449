import type { Update } from '../domain/incident.ts';
import { incident } from '../domain/incident.ts';
import { updateMessage } from '../views/update-message.ts';
import type { Deps, RecordedFact, StoredIncident } from '../ports.ts';
import { ChatError } from '../ports.ts';
import { defineJob } from '../queue/job.ts';
import type { Try } from '../queue/job.ts';
import { OfFact } from './support/payload.ts';

/** Takes an update to the channels of its audience, and writes down for each whether it arrived. */
export const deliverUpdate = defineJob<OfFact, Deps>(
  { kind: 'update.deliver', queue: 'slack', urgent: true, payload: OfFact },
  async ({ incidentId, seq }, deps, attempt) => {
    const [stored, fact] = await Promise.all([deps.queries.incident(incidentId), deps.queries.fact(incidentId, seq)]);
    const update = fact && published(fact);
    if (!stored || !update) return;
    const room = update.audience === 'internal' && stored.state.room ? [stored.state.room.id] : [];
    const channels = [...room, ...deps.settings.audiences[update.audience].channels];
    await Promise.all(channels.map((channel) => deliver({ stored, update, channel }, deps, attempt)));
  },
);

const published = ({ event }: RecordedFact): Update | undefined => (event.type === 'incident.update-published' ? event.update : undefined);

interface Delivery {
  stored: StoredIncident;
  update: Update;
  channel: string;
}

async function deliver({ stored, update, channel: name }: Delivery, { chat, execute, now }: Deps, attempt: Try): Promise<void> {
  const record = { type: 'incident.record-delivery', update: update.id, audience: update.audience, channel: name, by: 'warroom' } as const;
  // One record per update and channel, however often the job runs.
  const cause = { inboxKey: `delivery:${update.id}:${name}`, fence: attempt };
  try {
    const channel = await chat.channelId(name);
    await chat.post({
      channel,
      message: updateMessage({ incident: stored, update }),
      key: `update:${update.id}:${name}`,
      lookFirst: attempt.maybeDone,
    });
    await execute(incident, stored.id, { ...record, at: now() }, cause);
  } catch (error) {
    if (!(error instanceof ChatError) || error.kind !== 'final') throw error;
    await execute(incident, stored.id, { ...record, trouble: error.code, at: now() }, cause);
  }
}
