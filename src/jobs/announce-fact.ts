import { heldByWordOnly } from '../domain/hold.ts';
import { cardKey } from '../domain/job.ts';
import { announcement } from '../views/announcement.ts';
import type { AnyEvent, Deps, StoredRollback } from '../ports.ts';
import { ChatError } from '../ports.ts';
import { defineJob } from '../queue/job.ts';
import { OfFact } from './support/payload.ts';
import { isRoomClosed, tellOwner } from './support/tell-owner.ts';

/** Facts that the whole room should see; the others of a rollback stay in its card's thread. */
const milestones: readonly AnyEvent['type'][] = [
  'rollback.step-deferred', // of these only a person's gate is said at all
  'rollback.step-started',
  'rollback.verified',
  'rollback.step-failed',
  'rollback.held',
  'rollback.cancel-requested',
  'rollback.cancelled',
  'rollback.compensation-started',
  'rollback.compensated',
  'rollback.failed',
  'rollback.votes-voided',
  'rollback.rejected',
  'rollback.edited',
  'rollback.escalated',
  'rollback.glass-broken',
  'rollback.care-opened',
  'rollback.care-reminded',
  'rollback.help-called',
  'rollback.expired',
  'rollback.drifted',
  'rollback.abandoned',
];
/** Facts that people outside of the room should see under the headline in the digest channel. */
const news: readonly AnyEvent['type'][] = [
  'incident.frozen',
  'incident.unfrozen',
  'rollback.glass-broken',
  'rollback.step-started',
  'rollback.verified',
  'rollback.step-failed',
  'rollback.held',
  'rollback.cancelled',
  'rollback.compensated',
  'incident.status-changed',
  'incident.resolved',
];

/** The card of a rollback is drawn side by side with its first fact; the fact waits this long to stand in the card's thread. */
const cardMs = 10_000;

/** One short sentence for a fact, where those who need it look. */
export const announceFact = defineJob<OfFact, Deps>(
  { kind: 'fact.announce', queue: 'slack', payload: OfFact },
  async ({ incidentId, seq }, deps, { maybeDone }) => {
    const { queries, chat } = deps;
    const [stored, fact] = await Promise.all([queries.incident(incidentId), queries.fact(incidentId, seq)]);
    if (!stored || !fact) return;
    const rollback = fact.entity === 'rollback' ? await queries.rollback(fact.entityId) : undefined;
    const { room } = stored.state;
    const tell = async (): Promise<void> => {
      const isReminder = fact.event.type === 'rollback.care-reminded';
      if (rollback && isReminder) await tellOwner(chat, { fact, incident: stored.state, rollback, lookFirst: maybeDone });
    };
    if (!room) return void (await tell());
    const owners = fact.event.type === 'rollback.help-called' ? await ownersOf(deps, rollback) : undefined;
    const message = announcement(fact, { incident: stored.state, rollback: rollback?.state, owners, byWord: byWordOf(deps, fact.event) });
    if (message === undefined) return;

    const [card, digest] = await Promise.all([
      rollback && queries.card(cardKey({ card: 'rollback', id: rollback.id })),
      news.includes(fact.event.type) ? queries.card(cardKey({ card: 'digest', id: incidentId })) : undefined,
    ]);
    if (rollback && !card && deps.now() - fact.at < cardMs) return { again: deps.now() + 300 };
    const thread = card ? { threadTs: card.ts, broadcast: milestones.includes(fact.event.type) } : {};
    const key = `fact:${incidentId}:${seq}`;
    await Promise.all([
      chat.post({ channel: room.id, message, key, lookFirst: maybeDone, ...thread }).catch(async (error: unknown) => {
        if (fact.event.type !== 'rollback.care-reminded' || !isRoomClosed(error)) throw error;
        await tell();
      }),
      digest && chat.post({ channel: digest.channel, threadTs: digest.ts, message, key: `${key}:digest`, lookFirst: maybeDone }),
    ]);
  },
);

function byWordOf({ settings, deployPaths }: Deps, event: AnyEvent): string[] {
  if (event.type !== 'incident.frozen') return [];
  const services = settings.services.map(({ id }) => id);
  return heldByWordOnly(
    event.hold.scope,
    services,
    deployPaths().map(({ path }) => path),
  );
}

/** Where Slack does not know their handle, the others are called all the same. */
async function ownersOf({ settings, chat }: Deps, rollback: StoredRollback | undefined): Promise<string[]> {
  const owner = settings.services.find(({ id }) => id === rollback?.state.plan.service)?.owner;
  if (owner === undefined) return [];
  return chat.responders([owner]).catch((error: unknown) => {
    if (!(error instanceof ChatError && error.kind === 'final')) throw error;
    return [];
  });
}
