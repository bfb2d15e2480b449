import type { KnownIncident } from '../domain/incident.ts';
import type { Plan } from '../domain/plan.ts';
import type { Policy } from '../domain/policy.ts';
import type { Vote } from '../domain/rollback.ts';
import { incidentName, rollbackName } from '../domain/words.ts';
import { tally } from './approvals.ts';
import type { Message } from './blocks.ts';
import { context, message, note, section } from './blocks.ts';
import type { AnyEvent, Fact, RollbackWords, Speech } from './fact-sentence.ts';
import { ignoresGate, incidentSentence, isRollbackEvent, printedSpeech, rollbackSentenceOf, slackSpeech } from './fact-sentence.ts';
import { count, date, line, plain, stopwatch, utcTime } from './text.ts';
import { originOf, placeOf, stepsOf, targetOf } from './words.ts';

/** Which facts a reader of the timeline wants. The others stay in the ledger and in the export. */
const told: Record<AnyEvent['type'], boolean> = {
  'incident.declared': true,
  'incident.room-opened': true,
  'incident.room-failed': true,
  'incident.role-assigned': true,
  'incident.status-changed': true,
  'incident.update-published': true,
  'incident.update-delivered': false,
  'incident.update-undelivered': true,
  'incident.decided': true,
  'incident.decision-due': true,
  'incident.resolved': true,
  'incident.frozen': true,
  'incident.unfrozen': true,
  'incident.path-recorded': true,
  'rollback.requested': true,
  'rollback.approved': true,
  'rollback.cleared': false,
  'rollback.start-ordered': false,
  'rollback.revoked': true,
  'rollback.edited': true,
  'rollback.escalated': true,
  'rollback.glass-broken': true,
  'rollback.care-opened': true,
  'rollback.care-done': true,
  'rollback.care-taken': true,
  'rollback.help-called': true,
  'rollback.care-reminded': false,
  'rollback.rejected': true,
  'rollback.votes-voided': true,
  'rollback.expired': true,
  'rollback.drifted': true,
  'rollback.step-intended': false,
  'rollback.step-deferred': false,
  'rollback.step-repeated': true,
  'rollback.step-started': true,
  'rollback.step-progressed': false,
  'rollback.step-succeeded': true,
  'rollback.step-failed': true,
  'rollback.held': true,
  'rollback.verification-started': true,
  'rollback.measured': false,
  'rollback.verified': true,
  'rollback.abandoned': true,
  'rollback.step-skipped': true,
  'rollback.step-requeued': true,
  'rollback.step-cancelled': true,
  'rollback.gate-passed': true,
  'rollback.cancel-requested': true,
  'rollback.compensation-started': true,
  'rollback.compensated': true,
  'rollback.cancelled': true,
  'rollback.failed': true,
};

const isTold = ({ event }: Fact): boolean => (told[event.type] && !isAboutTo(event)) || ignoresGate(event);

/** What is about to happen is told when it has. */
const isAboutTo = (event: AnyEvent): boolean => event.type === 'incident.path-recorded' && event.outcome === 'closing';

/** What earlier facts say about the rollbacks later ones are about. */
export type Rollbacks = ReadonlyMap<string, RollbackWords>;

interface Entry {
  at: number;
  text: string;
}

/** One fact as a line for Slack, or nothing when it is not told. */
export function timelineLine(fact: Fact, rollbacks: Rollbacks = new Map()): string | undefined {
  if (!isTold(fact)) return undefined;
  return `${date(fact.at)} ${sentenceOf(fact, rollbacks, slackSpeech)}`;
}

function sentenceOf({ event, entityId }: Fact, rollbacks: Rollbacks, speech: Speech): string {
  return isRollbackEvent(event) ? rollbackSentenceOf(event, rollbacks.get(entityId) ?? unknown, speech) : incidentSentence(event, speech);
}

/** A page of facts may begin after the request it is about. */
const unknown: RollbackWords = {
  name: 'The rollback',
  place: 'the service',
  from: 'one version',
  to: 'another',
  steps: 1,
  tally: 'as the policy asks',
};

function learn(known: Map<string, Learned>, { event, entityId }: Fact): void {
  const before = known.get(entityId);
  const name = event.type === 'rollback.requested' ? rollbackName(event.number) : before?.name;
  if (name === undefined) return;
  const isPlanned = event.type === 'rollback.requested' || event.type === 'rollback.edited';
  const words = isPlanned ? { name, votes: before?.votes ?? [], ...planned(event) } : before;
  if (words === undefined) return;
  const votes = votesAfter(words.votes, event);
  const care = event.type === 'rollback.care-opened' ? new Map(event.items.map(({ id, text }) => [id, text])) : before?.care;
  known.set(entityId, { ...words, votes, tally: tally(words.policy, votes), ...(care === undefined ? {} : { care }) });
}

/** From here on another plan is meant, and another policy may hold for it. */
const planned = ({ plan, policy }: { plan: Plan; policy: Policy }) => ({
  place: placeOf(plan),
  from: originOf(plan),
  to: targetOf(plan),
  ...stepsOf(plan),
  policy,
});

function votesAfter(votes: readonly Vote[], event: AnyEvent): readonly Vote[] {
  if (event.type === 'rollback.approved') return [...votes, event.vote];
  if (event.type === 'rollback.votes-voided') return votes.filter(({ user }) => !event.users.includes(user));
  if (event.type === 'rollback.revoked') return votes.filter(({ user }) => user !== event.by);
  return event.type === 'rollback.edited' ? [] : votes;
}

type Learned = RollbackWords & { policy: Policy; votes: readonly Vote[] };

/** All lines that are told, in the order things happened. */
function entries(facts: readonly Fact[], speech: Speech): Entry[] {
  const known = new Map<string, Learned>();
  const found: Entry[] = [];
  for (const fact of facts) {
    learn(known, fact);
    if (isTold(fact)) found.push({ at: fact.at, text: sentenceOf(fact, known, speech) });
  }
  return found;
}

const maxCharacters = 11_000;
const linesPerSection = 8;
const maxLines = 160;

/** The timeline in Slack: as many of the newest lines as one message holds. */
export function timelineMessage(facts: readonly Fact[], incident: KnownIncident): Message {
  const all = entries(facts, slackSpeech).map(({ at, text }) => `${date(at)} ${text}`);
  const name = incidentName(incident.number);
  if (all.length === 0) return note(`${name} has no timeline yet.`);

  const shown = newest(all);
  const left = all.length - shown.length;
  return message(`Timeline of ${name}, ${count(all.length, 'entry', 'entries')}`, [
    section(`*Timeline of ${name}* · ${line(incident.title, 200)}`),
    left > 0 ? context(`${count(left, 'earlier entry is', 'earlier entries are')} not shown.`) : undefined,
    ...pages(shown).map((page) => section(page)),
  ]);
}

function newest(all: readonly string[]): string[] {
  const kept: string[] = [];
  let size = 0;
  for (const each of all.toReversed()) {
    size += each.length + 1;
    if (size > maxCharacters || kept.length === maxLines) break;
    kept.unshift(each);
  }
  return kept;
}

/** Lines packed into paragraphs that Slack takes. */
function pages(shown: readonly string[]): string[] {
  const packed: string[][] = [];
  for (const each of shown) {
    const last = packed.at(-1);
    if (last !== undefined && last.length < linesPerSection && last.join('\n').length + each.length < 2900) last.push(each);
    else packed.push([each]);
  }
  return packed.map((page) => page.join('\n'));
}

/** Printed, with the time since it was declared: `14:02 UTC  +03:12  …`. */
export function timelineText(facts: readonly Fact[], incident: KnownIncident, nameOf: (user: string) => string = (user) => user): string {
  const title = `${incidentName(incident.number)} · ${incident.severity} · ${plain(incident.title, 200)}`;
  const rows = entries(facts, printedSpeech(nameOf)).map(
    ({ at, text }) => `${utcTime(at)}  +${stopwatch(at - incident.declaredAt)}  ${text}`,
  );
  return [title, ...rows].join('\n');
}
