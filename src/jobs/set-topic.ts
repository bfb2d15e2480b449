import { topicText } from '../views/headline-card.ts';
import type { Deps } from '../ports.ts';
import { defineJob } from '../queue/job.ts';
import { OfIncident } from './support/payload.ts';

export const setTopic = defineJob<OfIncident, Deps>(
  { kind: 'room.topic', queue: 'slack', payload: OfIncident },
  async ({ incidentId }, { queries, chat }) => {
    const stored = await queries.incident(incidentId);
    if (stored?.state.room) await chat.setTopic(stored.state.room.id, topicText(stored.state));
  },
);
