import { groupsOf, missingFrom } from '../domain/policy.ts';
import type { KnownIncident } from '../domain/incident.ts';
import type { KnownRollback } from '../domain/rollback.ts';
import type { UserId } from '../domain/words.ts';
import { approverMessage } from '../views/approver-message.ts';
import type { Deps } from '../ports.ts';
import { ChatError } from '../ports.ts';
import { defineJob } from '../queue/job.ts';
import { OfFact } from './support/payload.ts';

/** More people than this read it in the room and in the digest channel. */
const mostPeople = 30;

/** Everybody who could approve hears, by direct message, that they are needed or that they were skipped. */
export const tellApprovers = defineJob<OfFact, Deps>(
  { kind: 'approvers.tell', queue: 'slack', urgent: true, payload: OfFact },
  async ({ incidentId, seq }, { queries, chat, log }, { maybeDone }) => {
    const [stored, fact] = await Promise.all([queries.incident(incidentId), queries.fact(incidentId, seq)]);
    const found = fact && (await queries.rollback(fact.entityId));
    if (!stored || !found || (fact.event.type !== 'rollback.escalated' && fact.event.type !== 'rollback.glass-broken')) return;

    const message = approverMessage(fact.event, { incident: stored.state, rollback: found.state });
    const people = await approversOf(found.state, stored.state, chat);
    const told = await Promise.allSettled(
      people.slice(0, mostPeople).map(async (user) => {
        const channel = await chat.openDm(user);
        await chat.post({ channel, message, key: `approvers:${incidentId}:${seq}:${user}`, lookFirst: maybeDone });
      }),
    );
    for (const { reason } of told.filter((result) => result.status === 'rejected')) {
      if (!(reason instanceof ChatError && reason.kind === 'final')) throw reason; // tried again; whoever has it already is left alone
      log.warn({ err: reason, rollback: found.id }, 'an approver could not be told');
    }
  },
);

/** Whoever could still give one of the missing approvals: holders of the roles and members of the groups, without those who said yes. */
async function approversOf(rollback: KnownRollback, { roles }: KnownIncident, chat: Deps['chat']): Promise<UserId[]> {
  const { policy, votes, requestedBy, glass } = rollback;
  const missing = missingFrom(policy, votes);
  const holders = missing.flatMap((each) => each.roles.flatMap((role) => roles[role] ?? []));
  const groups = groupsOf({ ...policy, require: missing, breakGlass: { roles: [], groups: [], perDay: 1 } });
  const members = (await Promise.all(groups.map(chat.membersOf))).flat();
  const done = new Set([requestedBy, glass?.by, ...votes.map(({ user }) => user)]);
  return [...new Set([...holders, ...members])].filter((user) => !done.has(user));
}
