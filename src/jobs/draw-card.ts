import type { Deps } from '../ports.ts';
import { defineJob } from '../queue/job.ts';
import { OfCard } from './support/payload.ts';
import { redraw } from './support/redraw.ts';

/** Draws a card from stored state: posted once, edited in place ever after, never read back. */
export const drawCard = defineJob<OfCard, Deps>({ kind: 'card.draw', queue: 'slack', urgent: true, payload: OfCard }, redraw);
