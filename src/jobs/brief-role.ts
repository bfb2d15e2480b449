import { z } from 'zod';
import { roleBrief } from '../views/role-brief.ts';
import type { Deps } from '../ports.ts';
import { defineJob } from '../queue/job.ts';
import { OfIncident } from './support/payload.ts';

const Briefing = OfIncident.extend({ role: z.enum(['ic', 'tl', 'cc']), user: z.string() });

/** The role's card by direct message: what to do, and the links for this incident. */
export const briefRole = defineJob<z.output<typeof Briefing>, Deps>(
  { kind: 'role.brief', queue: 'slack', payload: Briefing },
  async ({ incidentId, role, user }, { queries, chat, settings }, attempt) => {
    const stored = await queries.incident(incidentId);
    if (stored?.state.roles[role] !== user) return; // handed on meanwhile
    const links = settings.services.filter((service) => stored.state.services.includes(service.id)).flatMap((service) => service.links);
    const dm = await chat.openDm(user);
    const message = roleBrief({ incident: stored, role, links });
    await chat.post({ channel: dm, message, key: `brief:${incidentId}:${role}:${attempt.jobId}`, lookFirst: attempt.maybeDone });
  },
);
