import type { Update } from '../domain/incident.ts';
import { incident } from '../domain/incident.ts';
import { cardKey } from '../domain/job.ts';
import { updateMessage } from '../views/update-message.ts';
import type { Deps, Post, RecordedFact, StoredIncident } from '../ports.ts';
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

async function deliver({ stored, update, channel: name }: Delivery, deps: Deps, attempt: Try): Promise<void> {
  const { chat, execute, now } = deps;
  const record = { type: 'incident.record-delivery', update: update.id, audience: update.audience, channel: name, by: 'warroom' } as const;
  // One record per update and channel, however often the job runs.
  const cause = { inboxKey: `delivery:${update.id}:${name}`, fence: attempt };
  try {
    const [channel, thread] = await Promise.all([chat.channelId(name), underHeadline(stored.id, name, deps)]);
    await chat.post({
      channel,
      ...thread,
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

/** The digest channel holds one headline per incident; what belongs to it stands below it, and is shown to its readers all the same. */
async function underHeadline(
  incidentId: string,
  channel: string,
  { queries, settings }: Deps,
): Promise<Pick<Post, 'threadTs' | 'broadcast'>> {
  if (channel !== settings.slack.digest) return {};
  const headline = await queries.card(cardKey({ card: 'digest', id: incidentId }));
  return headline ? { threadTs: headline.ts, broadcast: true } : {};
}
