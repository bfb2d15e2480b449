import { z } from 'zod';

/** What more than one job carries. Ids only: a job reads the current state, so a stale payload cannot act. */
export const OfIncident = z.object({ incidentId: z.string() });
export type OfIncident = z.output<typeof OfIncident>;

export const OfRollback = z.object({ rollbackId: z.string() });
export type OfRollback = z.output<typeof OfRollback>;

/** One fact of an incident or of its rollbacks, by its place in the timeline. */
export const OfFact = z.object({ incidentId: z.string(), seq: z.number() });
export type OfFact = z.output<typeof OfFact>;

export const OfCard = z.object({ card: z.enum(['headline', 'welcome', 'digest', 'rollback', 'decision']), id: z.string() });
export type OfCard = z.output<typeof OfCard>;

/** One run of a step: its own, or the one that undoes it. */
export const OfStep = OfRollback.extend({ step: z.number(), back: z.literal(true).optional() });
export type OfStep = z.output<typeof OfStep>;
