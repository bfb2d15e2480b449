import { declaredBefore } from '../domain/same-incident.ts';
import { declaredReply } from '../views/declared-reply.ts';
import type { Deps } from '../ports.ts';
import { ChatError } from '../ports.ts';
import { defineJob } from '../queue/job.ts';
import { OfIncident } from './support/payload.ts';

/** Tells the declarer, where they declared, that the room is there, or why it is not. */
export const tellDeclarer = defineJob<OfIncident, Deps>(
  { kind: 'declarer.tell', queue: 'slack', payload: OfIncident },
  async ({ incidentId }, { queries, chat }, { maybeDone }) => {
    const stored = await queries.incident(incidentId);
    if (!stored) return;
    const { declaredIn, declaredBy } = stored.state;
    const same = declaredBefore(
      stored.state,
      (await queries.openIncidents()).map(({ state }) => state),
    );
    const message = declaredReply(stored.state, same);
    if (declaredIn !== undefined) {
      const told = await chat.whisper(declaredIn, declaredBy, message).then(
        () => true,
        (error: unknown) => !(error instanceof ChatError && error.kind === 'final'),
      );
      if (told) return;
    }
    // Where the bot is no member nobody can be whispered to; with a room of its own the invitation says it all.
    if (stored.state.room && same.length === 0) return;
    const dm = await chat.openDm(declaredBy);
    await chat.post({ channel: dm, message, key: `tell:${incidentId}`, lookFirst: maybeDone });
  },
);
