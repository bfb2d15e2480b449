import { z } from 'zod';
import type { Deps } from '../ports.ts';
import { defineJob } from '../queue/job.ts';
import { OfIncident } from './support/payload.ts';

const Invitation = OfIncident.extend({ user: z.string().optional() });

/** The declarer, whom the severity invites, and the owners of the services; or one person who took a role. */
export const invitePeople = defineJob<z.output<typeof Invitation>, Deps>(
  { kind: 'room.invite', queue: 'slack', urgent: true, payload: Invitation },
  async ({ incidentId, user }, { queries, chat, settings }) => {
    const stored = await queries.incident(incidentId);
    if (!stored?.state.room) return;
    const { state } = stored;
    if (user !== undefined) return chat.invite(stored.state.room.id, [user]);

    // The declarer never waits for the lookup of a group.
    await chat.invite(stored.state.room.id, [state.declaredBy]);
    const owners = settings.services.filter((service) => state.services.includes(service.id)).map((service) => service.owner);
    const members = await Promise.all([...settings.severities[state.severity].invite, ...owners].map((handle) => chat.membersOf(handle)));
    const others = [...new Set(members.flat())].filter((member) => member !== state.declaredBy);
    if (others.length > 0) await chat.invite(stored.state.room.id, others);
  },
);
