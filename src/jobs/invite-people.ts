import { z } from 'zod';
import type { Deps } from '../ports.ts';
import { defineJob } from '../queue/job.ts';
import { OfIncident } from './support/payload.ts';
import { respondersTo } from './support/responders.ts';

const Invitation = OfIncident.extend({ user: z.string().optional() });

/** The declarer, whom the severity invites, and the owners of the services; or one person who took a role. */
export const invitePeople = defineJob<z.output<typeof Invitation>, Deps>(
  { kind: 'room.invite', queue: 'slack', urgent: true, payload: Invitation },
  async ({ incidentId, user }, { queries, chat, settings }) => {
    const stored = await queries.incident(incidentId);
    const room = stored?.state.room;
    if (!room) return;
    const { state } = stored;
    if (user !== undefined) return chat.invite(room.id, [user]);

    const invite = (users: readonly string[]) => chat.invite(room.id, users);
    const inviteOthers = async (): Promise<void> => {
      const others = (await chat.responders(respondersTo(state, settings))).filter((member) => member !== state.declaredBy);
      if (others.length > 0) await invite(others);
    };
    // Side by side: nobody waits for the lookup of a group but those who are in it.
    await Promise.all([invite([state.declaredBy]), inviteOthers()]);
  },
);
