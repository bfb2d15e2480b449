import type { KnownIncident } from '../domain/incident.ts';
import { openCare } from '../domain/after-care.ts';
import type { KnownRollback, RollbackEvent } from '../domain/rollback.ts';
import { asksAtGate } from '../domain/rollback-flow.ts';
import type { UserId } from '../domain/words.ts';
import { rollbackName } from '../domain/words.ts';
import { careReminder } from './after-care.ts';
import { tally } from './approvals.ts';
import { heldText, leftHeld, wordOnlyText } from './held.ts';
import type { Message } from './blocks.ts';
import { note } from './blocks.ts';
import { decisionDue } from './decision-card.ts';
import type { Fact, RollbackWords } from './fact-sentence.ts';
import { ignoresGate, incidentSentence, isRollbackEvent, rollbackSentenceOf, slackSpeech } from './fact-sentence.ts';
import { helpCall } from './help-call.ts';
import { duration, line } from './text.ts';
import { originOf, placeOf, stepsOf, targetOf } from './words.ts';

interface Known {
  incident: KnownIncident;
  /** Of a rollback's fact: the rollback. It may know later facts already. */
  rollback?: KnownRollback | undefined;
  /** Of a call for help: whoever owns the service. */
  owners?: readonly UserId[] | undefined;
  /** Of a hold: the services whose deploys nothing can switch off. */
  byWord?: readonly string[];
}

/** One short sentence for the war room, or nothing when a card or another sentence says it already. */
export function announcement({ event, at, entityId }: Fact, { incident, rollback, owners, byWord = [] }: Known): Message | undefined {
  if (isRollbackEvent(event)) {
    if (rollback === undefined || !isAnnounced(event, rollback)) return undefined;
    if (event.type === 'rollback.step-deferred') return gateCall(event.step, rollback);
    if (event.type === 'rollback.care-reminded') return careReminder({ rollback });
    if (event.type === 'rollback.help-called') return helpCall({ by: event.by, incident, rollback, owners });
    return said(rollbackSentenceOf(event, rollbackWordsOf(event, rollback), slackSpeech));
  }

  switch (event.type) {
    case 'incident.role-assigned':
    case 'incident.status-changed':
    case 'incident.update-undelivered':
      return said(incidentSentence(event, slackSpeech));
    case 'incident.frozen':
      return said(joined(incidentSentence(event, slackSpeech), wordOnlyText(byWord)));
    case 'incident.unfrozen':
      return said(joined(incidentSentence(event, slackSpeech), stillHeld(incident)));
    case 'incident.path-recorded':
      return event.outcome === 'closing' ? undefined : said(incidentSentence(event, slackSpeech));
    case 'incident.update-published': // the team reads its own in the room already
      return event.update.audience === 'internal' ? undefined : said(incidentSentence(event, slackSpeech));
    case 'incident.resolved':
      return said(joined(`${incidentSentence(event, slackSpeech)}. It took ${duration(at - incident.declaredAt)}`, leftHeld(incident)));
    case 'incident.decision-due':
      return decisionDue({ id: entityId, state: incident }, incidentSentence(event, slackSpeech));
    case 'incident.decided': // its card says it
    case 'incident.declared':
    case 'incident.room-opened':
    case 'incident.room-failed':
    case 'incident.update-delivered':
      return undefined;
  }
}

const said = (sentence: string): Message => note(/[.!?…]$/.test(sentence) ? sentence : `${sentence}.`);

const joined = (...sentences: readonly (string | undefined)[]): string => sentences.filter((sentence) => sentence !== undefined).join('. ');

function stillHeld(state: KnownIncident): string | undefined {
  const held = heldText(state);
  return held === undefined ? undefined : `Still held here: ${held}`;
}

/** A plan that stands still until somebody confirms must not be noticed by chance. */
function gateCall(index: number, { number, plan }: KnownRollback): Message | undefined {
  const step = plan.steps[index];
  if (step?.gate?.kind !== 'manual') return undefined;
  return said(
    `*${rollbackName(number)} waits for a person* before ${line(step.id, 60)}: ${line(step.gate.text, 300)} Press Confirm on its card.`,
  );
}

/** The card shows how far it is; the room hears of turns. */
function isAnnounced(event: RollbackEvent, rollback: KnownRollback): boolean {
  const { plan, policy, votes, care } = rollback;
  switch (event.type) {
    case 'rollback.step-deferred':
      return asksAtGate(rollback, event);
    case 'rollback.start-ordered':
      return policy.start === 'separate' && event.by !== 'warroom' && event.at !== votes.at(-1)?.at; // the start after it says so
    case 'rollback.care-opened':
      return event.items.some(({ done }) => done === undefined);
    case 'rollback.care-reminded': // what was done meanwhile is not asked for again
      return openCare({ care }).length > 0;
    case 'rollback.care-done':
    case 'rollback.cleared': // the approval before it and the start after it say so
    case 'rollback.step-intended':
    case 'rollback.step-repeated':
    case 'rollback.step-progressed':
    case 'rollback.step-cancelled':
      return false;
    case 'rollback.step-succeeded':
      return event.back === true || event.step < plan.steps.length - 1; // after the last one, the verification is announced
    case 'rollback.requested':
    case 'rollback.approved':
    case 'rollback.rejected':
    case 'rollback.revoked':
    case 'rollback.edited':
    case 'rollback.escalated':
    case 'rollback.glass-broken':
    case 'rollback.care-taken':
    case 'rollback.help-called':
    case 'rollback.votes-voided':
    case 'rollback.expired':
    case 'rollback.drifted':
    case 'rollback.step-started':
    case 'rollback.step-failed':
    case 'rollback.held':
    case 'rollback.verification-started':
    case 'rollback.verified':
    case 'rollback.abandoned':
    case 'rollback.step-skipped':
    case 'rollback.step-requeued':
    case 'rollback.gate-passed':
    case 'rollback.cancel-requested':
    case 'rollback.compensation-started':
    case 'rollback.compensated':
    case 'rollback.cancelled':
      return true;
    case 'rollback.measured':
      return ignoresGate(event);
    case 'rollback.failed':
      return plan.steps.length > 1; // of a single step, its failure says so
  }
}

function rollbackWordsOf(event: RollbackEvent, { number, plan, policy, votes }: KnownRollback): RollbackWords {
  const mine = event.type === 'rollback.approved' ? votes.findIndex(({ user, at }) => user === event.by && at === event.vote.at) : -1;
  return {
    name: rollbackName(number),
    place: placeOf(plan),
    from: originOf(plan),
    to: targetOf(plan),
    ...stepsOf(plan),
    tally: tally(policy, mine === -1 ? votes : votes.slice(0, mine + 1)),
  };
}
