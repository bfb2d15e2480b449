import type { Place } from './rollback-state.ts';

/** What a fact sets in motion. Payloads hold ids only: the job reads the current state and returns early when nothing is left to do. */
export type JobRequest =
  | { kind: 'room.open'; payload: { incidentId: string } }
  | { kind: 'room.invite'; payload: { incidentId: string; user?: string } }
  | { kind: 'room.topic'; payload: { incidentId: string } }
  | { kind: 'room.bookmark'; payload: { incidentId: string } }
  | { kind: 'declarer.tell'; payload: { incidentId: string } }
  | { kind: 'card.draw'; payload: { card: CardKind; id: string } }
  /** Keeps the time on a running rollback's card. */
  | { kind: 'card.tick'; payload: { rollbackId: string } }
  | { kind: 'card.pin'; payload: { card: CardKind; id: string } }
  | { kind: 'role.brief'; payload: { incidentId: string; role: string; user: string } }
  | { kind: 'fact.announce'; payload: { incidentId: string; seq: number } }
  | { kind: 'update.deliver'; payload: { incidentId: string; seq: number } }
  | { kind: 'update.publish'; payload: { incidentId: string; seq: number } }
  | { kind: 'incident.advance'; payload: { incidentId: string; status: 'mitigating' | 'monitoring'; rollback: number } }
  /** A rollback that began holds the deploys of its service. */
  | { kind: 'incident.lock'; payload: { incidentId: string; rollbackId: string } }
  /** Closes the deploy paths of what is held, and opens those of what is held no more. */
  | { kind: 'hold.apply'; payload: { incidentId: string } }
  | { kind: 'care.unlocked'; payload: { incidentId: string; seq: number } }
  | { kind: 'decision.revisit'; payload: { incidentId: string; number: number } }
  | { kind: 'rollback.expire'; payload: { rollbackId: string } }
  | { kind: 'rollback.escalate'; payload: { rollbackId: string } }
  /** Tells everybody who could approve: that they are needed, or that they were skipped. */
  | { kind: 'approvers.tell'; payload: { incidentId: string; seq: number } }
  | { kind: 'care.remind'; payload: { rollbackId: string } }
  | { kind: 'rollback.run-step'; payload: StepPayload }
  | { kind: 'rollback.watch-step'; payload: StepPayload }
  | { kind: 'rollback.cancel-step'; payload: StepPayload }
  | { kind: 'rollback.verify'; payload: { rollbackId: string } };

/** One run of one step: its own, or the one that undoes it. */
type StepPayload = Place & { rollbackId: string };

export type JobKind = JobRequest['kind'];

/**
 * `headline` and `welcome` stand in the war room, `digest` in the digest channel, `rollback` and `decision` in their incident's war
 * room. A decision's id is its incident's and its own number (`decisionCardId`).
 */
export type CardKind = 'headline' | 'welcome' | 'digest' | 'rollback' | 'decision';

/** Which card shows a decision: `incident id#number`. */
export const decisionCardId = (incidentId: string, number: number): string => `${incidentId}#${number}`;

/** Names a posted card for ever. */
export const cardKey = ({ card, id }: { card: CardKind; id: string }): string => `${card}:${id}`;

export type Job = JobRequest & {
  /** Jobs of one order run one after another; those of different orders side by side. */
  order: string;
  /** While one with this key waits, a second is not stored: it would read the same state. */
  dedupe?: string;
  /** Epoch milliseconds; absent = now. */
  dueAt?: number;
};

/** Which fact it is: of which entity, at which place of which chain. */
export interface Where {
  id: string;
  incidentId: string;
  seq: number;
}

/** Draws a card anew; once for all facts that wait. */
export const draw = (card: CardKind, id: string): Job => {
  const key = `card:${cardKey({ card, id })}`;
  return { kind: 'card.draw', payload: { card, id }, order: key, dedupe: key };
};

/** The cards on which an incident is always seen. */
export const incidentCards = (id: string): Job[] => [draw('headline', id), draw('digest', id)];

/** Says a fact where those who need it look. */
export const announce = ({ incidentId, seq }: Where): Job => ({
  kind: 'fact.announce',
  payload: { incidentId, seq },
  order: `room:${incidentId}`,
});

/** The updates nobody has to write: at the beginning, the recovery and the end. */
export const publish = ({ incidentId, seq }: Where): Job => ({
  kind: 'update.publish',
  payload: { incidentId, seq },
  order: `publish:${incidentId}`,
});
