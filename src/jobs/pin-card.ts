import { cardKey } from '../domain/job.ts';
import type { Deps } from '../ports.ts';
import { defineJob } from '../queue/job.ts';
import { OfCard } from './support/payload.ts';

export const pinCard = defineJob<OfCard, Deps>({ kind: 'card.pin', queue: 'slack', payload: OfCard }, async (which, { queries, chat }) => {
  const posted = await queries.card(cardKey(which));
  if (posted) await chat.pin(posted.channel, posted.ts);
});
