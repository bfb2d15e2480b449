/** Every fact as one plain sentence: the same words in the room, in the timeline and in the printed time line. */
import { scopeText } from '../domain/hold.ts';
import type { IncidentEvent } from '../domain/incident.ts';
import type { Plan } from '../domain/plan.ts';
import type { RollbackEvent } from '../domain/rollback.ts';
import type { IncidentStatus } from '../domain/words.ts';
import { incidentName, roleNames } from '../domain/words.ts';
import { channelLink, line, link, listed, mention, plain } from './text.ts';
import { originOf, placeOf, statusWords, targetOf } from './words.ts';

export type AnyEvent = IncidentEvent | RollbackEvent;

export const isRollbackEvent = (event: AnyEvent): event is RollbackEvent => event.type.startsWith('rollback.');

/** A fact as it is recorded; ports.ts knows more of it than is said here. */
export interface Fact {
  entityId: string;
  event: AnyEvent;
  at: number;
}

/** What a sentence about a rollback needs besides its fact. */
export interface RollbackWords {
  /** `RB-7` */
  name: string;
  /** `api (production)` */
  place: string;
  from: string;
  to: string;
  steps: number;
  /** What the steps of a plan are called; without them they only have numbers. */
  names?: readonly string[];
  /** What it left behind, by the ids of the things to do. */
  care?: ReadonlyMap<string, string>;
  /** The approvals up to and including this fact: `1 of 2`. */
  tally: string;
}

/** How people, channels and foreign words are said: as Slack draws them, or printed. */
export interface Speech {
  person: (user: string) => string;
  channel: (id: string) => string;
  words: (text: string, max?: number) => string;
  link: (url: string | undefined, label: string) => string;
}

export const slackSpeech: Speech = { person: mention, channel: channelLink, words: line, link };

export const printedSpeech = (nameOf: (user: string) => string): Speech => ({
  person: (user) => (user === 'warroom' ? 'Warroom' : plain(nameOf(user), 60)),
  channel: (id) => plain(id, 80),
  words: (text, max = 200) => plain(text, max),
  link: (_url, label) => label,
});

const tail = (speech: Speech, text: string | undefined, max = 300): string => (text === undefined ? '' : `: ${speech.words(text, max)}`);

export function incidentSentence(event: IncidentEvent, speech: Speech): string {
  const who = speech.person(event.by);
  const { words } = speech;
  switch (event.type) {
    case 'incident.declared':
      return `${who} declared ${incidentName(event.number)}, ${event.severity}${tail(speech, event.title)}`;
    case 'incident.room-opened':
      return `The war room #${speech.words(event.room.name, 80)} is open`;
    case 'incident.room-failed':
      return `The war room could not be opened${tail(speech, event.reason)}`;
    case 'incident.role-assigned':
      return roleSentence(event, speech);
    case 'incident.status-changed':
      return `${statusSentence(event.status, event.before)}${event.by === 'warroom' ? '' : `, set by ${who}`}${tail(speech, event.note)}`;
    case 'incident.update-published':
      // The whole text stands where it was published; here its beginning tells which one it was. What was filled in from a template tells nothing.
      if (event.by === 'warroom') return `${who} published an update (${event.update.audience}) by itself`;
      return `${who} published an update (${event.update.audience})${tail(speech, event.update.text.replaceAll('*', ''), 120)}`;
    case 'incident.update-delivered':
      return `The update (${event.audience}) was posted in ${speech.channel(event.channel)}`;
    case 'incident.update-undelivered':
      return `The update (${event.audience}) did not reach ${speech.channel(event.channel)}${tail(speech, event.reason)}. Post it there by hand`;
    case 'incident.frozen':
      return `Deploys of ${words(scopeText(event.hold.scope))} are held, by ${who}${tail(speech, event.hold.reason)}`;
    case 'incident.unfrozen':
      return `Deploys of ${words(scopeText(event.hold.scope))} are held no more, released by ${who}${tail(speech, event.reason)}`;
    case 'incident.path-recorded':
      return pathSentence(event, speech);
    case 'incident.decided':
      return decisionSentence(event, speech);
    case 'incident.decision-due':
      return `The time for the decision to ${event.choice} is over, and nothing has come of it: decide again, or say what has changed`;
    case 'incident.resolved':
      return `${who} resolved the incident${tail(speech, event.note)}`;
  }
}

function pathSentence({ path, outcome, reason, by }: Extract<IncidentEvent, { type: 'incident.path-recorded' }>, speech: Speech): string {
  const way = `${speech.words(path.name)}, which deploys ${speech.words(path.service)} (${speech.words(path.environment)})`;
  switch (outcome) {
    case 'closing':
      return `Being switched off: ${way}`;
    case 'closed':
      return `Switched off: ${way}`;
    case 'opened':
      return `Switched on again: ${way}`;
    case 'kept closed':
      return `Still switched off, because another incident holds it: ${way}`;
    case 'opening':
      return `${speech.person(by)} has it switched on again, or tried once more: ${way}${tail(speech, reason)}`;
    case 'maybe closed':
      return `Nobody knows whether it is switched off: ${way}${tail(speech, reason)}. Look there, and switch it off by hand. It is switched on again when nothing holds it any more`;
    case 'not closed':
      return `Could not be switched off: ${way}${tail(speech, reason)}. Switch it off by hand, or tell everybody not to deploy by it`;
    case 'not opened':
      return `Still switched off, because it could not be switched on again: ${way}${tail(speech, reason)}. Switch it on by hand. After that, or to try once more, type \`${speech.words(`/rollback unlock ${path.service} <reason>`)}\``;
  }
}

/** As it was asked for: the plan may be another one by now. */
const asked = ({ plan }: { plan: Plan }, words: Speech['words']): string => `from ${words(originOf(plan))} to ${words(targetOf(plan))}`;

function voidedText(users: readonly string[], { person }: Speech): string {
  return users.length === 0 ? '' : `. What ${listed(users.slice(0, 10).map(person))} approved does not count any more`;
}

function decisionSentence({ decision, by }: Extract<IncidentEvent, { type: 'incident.decided' }>, speech: Speech): string {
  const { choice, service, environment, reason, rejected, recommended } = decision;
  const about = service === undefined || environment === undefined ? '' : `, about ${speech.words(placeOf({ service, environment }))}`;
  const rule = recommended === undefined || recommended === choice ? '' : `. The rule of thumb said ${recommended}`;
  const others = rejected.length === 0 ? '' : `. Not chosen: ${rejected.map((each) => each.choice).join(', ')}`;
  return `${speech.person(by)} decided to ${choice}${about}${tail(speech, reason)}${rule}${others}`;
}

const statusSentence = (status: IncidentStatus, before: IncidentStatus): string =>
  `Status is now ${statusWords[status]}, it was ${statusWords[before]}`;

function roleSentence({ role, user, before, by }: Extract<IncidentEvent, { type: 'incident.role-assigned' }>, { person }: Speech): string {
  const earlier = before === undefined ? '' : `, after ${person(before)}`;
  if (user === null) return `Nobody is ${roleNames[role]} any more${earlier}`;
  return `${person(user)} is ${roleNames[role]}${earlier}${by === user ? '' : `, named by ${person(by)}`}`;
}

export function rollbackSentenceOf(event: RollbackEvent, about: RollbackWords, speech: Speech): string {
  const who = speech.person(event.by);
  const { words } = speech;
  const [name, place] = [about.name, words(about.place)];
  switch (event.type) {
    case 'rollback.requested':
      return `${who} asked for ${name}, roll back ${place} ${asked(event, words)}${tail(speech, event.reason)}`;
    case 'rollback.approved':
      return `${who} approved ${name}, ${about.tally}`;
    case 'rollback.cleared':
      return `${name} has the approvals it needs`;
    case 'rollback.start-ordered':
      return event.by === 'warroom' ? `${name} starts` : `${who} had ${name} start`;
    case 'rollback.revoked':
      return `${who} took the approval of ${name} back`;
    case 'rollback.edited':
      return `${who} changed the plan of ${name}: ${words(event.difference, 300)}${voidedText(event.voided, speech)}`;
    case 'rollback.escalated':
      return `${name} still waits for its approvals: everybody who can give one is told`;
    case 'rollback.glass-broken':
      return `${who} broke the glass: ${name} goes ahead without ${words(event.skipped, 200)}${tail(speech, event.reason)}`;
    case 'rollback.care-opened':
      return `${name} leaves behind: ${event.items
        .filter(({ done }) => done === undefined)
        .map(({ kind, text }) => words(kind === 'review' ? text : firstClause(text), 150))
        .join('; ')}. ${speech.person(event.owner)} sees to it`;
    case 'rollback.care-done':
      return `${who} saw to what ${name} left behind: ${words(firstClause(about.care?.get(event.item) ?? event.item), 80)}${tail(speech, event.note)}`;
    case 'rollback.care-taken':
      return `${who} sees to what ${name} left behind`;
    case 'rollback.care-reminded':
      return `${name} still has things to put right`;
    case 'rollback.help-called':
      return `${who} called for help with ${name}`;
    case 'rollback.rejected':
      return `${who} rejected ${name}${tail(speech, event.reason)}. Nothing was changed`;
    case 'rollback.votes-voided':
      return `${name} is open for approval again: what ${listed(event.users.slice(0, 10).map(speech.person))} said does not count any more`;
    case 'rollback.expired':
      return `${name} expired: ${event.phase === 'approval' ? 'too few approvals came in time' : 'it was approved, but did not begin in time'}. Nothing was changed`;
    case 'rollback.drifted':
      return `${name} stopped: production changed after it was approved. Request it again`;
    case 'rollback.verified':
      return verdictSentence(event, about, speech);
    case 'rollback.measured':
      return measuredSentence(event, about, speech);
    case 'rollback.abandoned':
      return `${who} gave ${name} up${tail(speech, event.reason)}`;
    case 'rollback.cancel-requested':
      return `${who} called ${name} off${tail(speech, event.reason)}. Nothing new starts`;
    case 'rollback.cancelled':
      return `${name} is called off: nothing of it runs any more`;
    case 'rollback.compensation-started':
      return `${name} undoes what it did, ${event.steps.length === 1 ? 'one step' : `${event.steps.length} steps`} in reverse order`;
    case 'rollback.compensated':
      return `What ${name} had done is undone as far as it can be${tail(speech, event.reason)}`;
    case 'rollback.failed':
      return `${name} failed and goes no further${tail(speech, event.reason)}`;
    case 'rollback.gate-passed':
      return `${who} let ${stepName(event.step, about, speech)} of ${name} go on`;
    case 'rollback.verification-started':
      return event.by === 'warroom' ? `${name} was carried out; now it is measured whether it helped` : `${who} had ${name} measured again`;
    case 'rollback.step-intended':
    case 'rollback.step-deferred':
    case 'rollback.step-repeated':
    case 'rollback.step-started':
    case 'rollback.step-progressed':
    case 'rollback.step-succeeded':
    case 'rollback.step-failed':
    case 'rollback.step-skipped':
    case 'rollback.step-requeued':
    case 'rollback.step-cancelled':
    case 'rollback.held':
      return stepSentence(event, about, speech);
  }
}

/** What to do, without the why: that stands on the card. */
const firstClause = (text: string): string => text.split(/: |, or |; /)[0] ?? text;

type StepEvent = Extract<RollbackEvent, { step: number; type: `rollback.step-${string}` | 'rollback.held' }>;

/** `step 2 of 3 (promotion-off)` */
function stepName(step: number, { steps, names }: RollbackWords, { words }: Speech): string {
  const name = steps > 1 ? names?.[step] : undefined;
  return `step ${step + 1} of ${steps}${name === undefined ? '' : ` (${words(name, 40)})`}`;
}

function stepSentence(event: StepEvent, about: RollbackWords, speech: Speech): string {
  const { name, steps, place, to } = about;
  const step = `${event.back ? 'undoing ' : ''}${stepName(event.step, about, speech)}`;
  switch (event.type) {
    case 'rollback.step-intended':
      return `${name}: ${step} is being started`;
    case 'rollback.step-deferred':
      return `${name}: ${step} could not be started yet${tail(speech, event.message)}. It is tried again`;
    case 'rollback.step-repeated':
      return `${name}: ${step} is started once more, because the first try left no trace`;
    case 'rollback.step-started':
      return `${name}: ${step} is running${event.url === undefined ? '' : `, ${speech.link(event.url, 'see the run')}`}`;
    case 'rollback.step-progressed':
      return `${name}: ${step}${tail(speech, event.message)}`;
    case 'rollback.step-succeeded':
      if (event.by !== 'warroom') return `${speech.person(event.by)} says that ${step} of ${name} did run`;
      return steps === 1 && !event.back
        ? `${name}: ${step} is done, ${speech.words(place)} was told to run ${speech.words(to)}`
        : `${name}: ${step} is done`;
    case 'rollback.step-failed':
      return steps === 1
        ? `${name} failed in ${step}${tail(speech, event.reason)}`
        : `${name}: ${step} failed${tail(speech, event.reason)}`;
    case 'rollback.step-skipped':
      return `${speech.person(event.by)} left ${step} of ${name} out${tail(speech, event.reason)}`;
    case 'rollback.step-requeued':
      return `${speech.person(event.by)} has ${step} of ${name} run again${tail(speech, event.reason)}`;
    case 'rollback.step-cancelled':
      return `${name}: ${step} was stopped`;
    case 'rollback.held':
      return `${name} waits for your decision${tail(speech, event.reason)}. It is not known whether ${step} reached production`;
  }
}

function verdictSentence(
  { verdict, reason }: Extract<RollbackEvent, { type: 'rollback.verified' }>,
  about: RollbackWords,
  speech: Speech,
): string {
  const { name, place } = about;
  switch (verdict) {
    case 'recovered':
      return `${name} recovered: ${speech.words(place)} is measured well again${tail(speech, reason)}`;
    case 'not recovered':
      return `${name} did not help: ${speech.words(place)} is still measured bad${tail(speech, reason)}`;
    case 'inconclusive':
      return `${name} is inconclusive: nobody knows yet whether it helped${tail(speech, reason)}`;
  }
}

/** What was found to say nothing is told first: a verdict that leaves it out must not come as a surprise. */
function measuredSentence(
  { readings }: Extract<RollbackEvent, { type: 'rollback.measured' }>,
  { name }: RollbackWords,
  speech: Speech,
): string {
  const ignored = readings
    .filter(({ verdict }) => verdict === 'ignored')
    .map(({ gate, note }) => `${speech.words(gate, 75)} is ignored${note === undefined ? '' : `, it ${speech.words(note, 300)}`}`);
  const said = readings
    .filter(({ asOf }) => asOf === undefined)
    .map(({ gate, value }) => `${speech.words(gate, 75)} ${value === undefined ? 'no data' : Number(value.toPrecision(3))}`);
  const told = [...ignored, ...said].slice(0, 5);
  return told.length === 0 ? `${name} was measured` : `${name} was measured: ${told.join('; ')}`;
}

/** Of the measurements only these change what the verdict will say. */
export const ignoresGate = (event: AnyEvent): boolean =>
  event.type === 'rollback.measured' && event.readings.some(({ verdict }) => verdict === 'ignored');
