import { z } from 'zod';
import { incident } from '../domain/incident.ts';
import type { Update } from '../domain/incident.ts';
import { cardKey } from '../domain/react.ts';
import { nextUpdateAt } from '../domain/update.ts';
import type { Audience } from '../domain/words.ts';
import { announcement } from '../views/announcement.ts';
import { updateData } from '../views/update-data.ts';
import { updateMessage } from '../views/update-message.ts';
import { renderUpdate } from '../views/update-templates.ts';
import type { AnyEvent, Deps, RecordedFact, StoredIncident } from '../ports.ts';
import { ChatError } from '../ports.ts';
import { defineJob } from '../queue/job.ts';
import type { Try } from '../queue/job.ts';

const FactOf = z.object({ incidentId: z.string(), seq: z.number() });

/** Facts that the whole room should see; the others of a rollback stay in its card's thread. */
const milestones: readonly AnyEvent['type'][] = [
  'rollback.step-started',
  'rollback.verified',
  'rollback.step-failed',
  'rollback.held',
  'rollback.votes-voided',
  'rollback.rejected',
  'rollback.expired',
  'rollback.drifted',
  'rollback.abandoned',
];
/** Facts that people outside of the room should see under the headline in the digest channel. */
const news: readonly AnyEvent['type'][] = [
  'rollback.step-started',
  'rollback.verified',
  'rollback.step-failed',
  'rollback.held',
  'incident.status-changed',
  'incident.resolved',
];

/** One short sentence for a fact, where those who need it look. */
export const announceFact = defineJob<z.output<typeof FactOf>, Deps>(
  { kind: 'fact.announce', queue: 'slack', payload: FactOf },
  async ({ incidentId, seq }, deps, { maybeDone }) => {
    const { queries, chat } = deps;
    const [stored, fact] = await Promise.all([queries.incident(incidentId), queries.fact(incidentId, seq)]);
    const room = stored?.state.room;
    if (!room || !fact) return;
    const rollback = fact.entity === 'rollback' ? await queries.rollback(fact.entityId) : undefined;
    const message = announcement(fact, { incident: stored.state, rollback: rollback?.state });
    if (message === undefined) return;

    const [card, digest] = await Promise.all([
      rollback && queries.card(cardKey({ card: 'rollback', id: rollback.id })),
      news.includes(fact.event.type) ? queries.card(cardKey({ card: 'digest', id: incidentId })) : undefined,
    ]);
    const thread = card ? { threadTs: card.ts, broadcast: milestones.includes(fact.event.type) } : {};
    const key = `fact:${incidentId}:${seq}`;
    await Promise.all([
      chat.post({ channel: room.id, message, key, lookFirst: maybeDone, ...thread }),
      digest && chat.post({ channel: digest.channel, threadTs: digest.ts, message, key: `${key}:digest`, lookFirst: maybeDone }),
    ]);
  },
);

/** Takes an update to the channels of its audience, and writes down for each whether it arrived. */
export const deliverUpdate = defineJob<z.output<typeof FactOf>, Deps>(
  { kind: 'update.deliver', queue: 'slack', urgent: true, payload: FactOf },
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

/**
 * The updates that nobody has to write: customer-facing teams hear of the beginning, the recovery and the end; customers too where
 * the severity says so. Everything else waits for the Comms Coordinator.
 */
export const publishUpdate = defineJob<z.output<typeof FactOf>, Deps>(
  { kind: 'update.publish', queue: 'slack', payload: FactOf },
  async ({ incidentId, seq }, { queries, settings, execute, newId, now }, attempt) => {
    const [stored, rollbacks] = await Promise.all([queries.incident(incidentId), queries.rollbacksOf(incidentId)]);
    if (!stored) return;
    const { cadence, publishExternal } = settings.severities[stored.state.severity];
    const audiences: Audience[] = publishExternal === 'automatic' ? ['support', 'external'] : ['support'];
    for (const audience of audiences.filter((each) => cadence[each].kind !== 'none')) {
      const nextAt = nextUpdateAt(cadence[audience], now());
      const data = updateData({ incident: stored.state, rollbacks: rollbacks.map(({ state }) => state), audience, nextAt });
      const text = renderUpdate(audience, data, settings.templates);
      const update = { id: newId('upd'), audience, text, secrets: [], ...(nextAt === undefined ? {} : { nextAt }) };
      const cause = { inboxKey: `auto:${incidentId}:${seq}:${audience}`, fence: attempt };
      await execute(incident, incidentId, { type: 'incident.publish-update', ...update, by: 'warroom', at: now() }, cause);
    }
  },
);
