import type { Choice, Decision } from '../domain/decision.ts';
import type { KnownIncident } from '../domain/incident.ts';
import { can } from '../domain/incident.ts';
import { incidentName } from '../domain/words.ts';
import type { Known, Message } from './blocks.ts';
import { actions, button, context, lines, message, section } from './blocks.ts';
import { ids } from './ids.ts';
import { date, line, mention } from './text.ts';
import { placeOf } from './words.ts';

export const choiceWords: Record<Choice, string> = {
  'roll back': 'Roll back',
  'flag off': 'Flag off',
  'roll forward': 'Roll forward',
  scale: 'Scale',
  wait: 'Wait',
};

interface DecisionCard {
  incident: Known<KnownIncident>;
  /** The one to draw: the incident's last, or the one before it. */
  decision: Decision;
}

/** One decision: what was chosen, why, what was not, on which facts, and until when it holds. */
export function decisionCard({ incident, decision }: DecisionCard): Message {
  const { state } = incident;
  const sentence = `${mention(decision.by)} decided for ${incidentName(state.number)}: ${decidedText(decision)}`;
  return message(`${sentence}. ${line(decision.reason, 300)}`, [
    section(lines(`*Decided: ${decidedText(decision)}* · by ${mention(decision.by)}`, line(decision.reason, 500))),
    section(lines(ruleText(decision), rejectedText(decision))),
    context(...knownTexts(decision)),
    context(timeText(state, decision)),
    isCurrent(state, decision) ? actions(...decisionButtons(incident.id, decision)) : undefined,
  ]);
}

/** “roll back shop (production)”, “wait” */
export function decidedText({ choice, service, environment }: Pick<Decision, 'choice' | 'service' | 'environment'>): string {
  if (service === undefined || environment === undefined || choice === 'wait') return choice;
  return `${choice} ${line(placeOf({ service, environment }))}`;
}

function ruleText({ choice, recommended, recommendedBecause }: Decision): string {
  const because = recommendedBecause
    .slice(0, 5)
    .map((reason) => line(reason, 200))
    .join('; ');
  if (recommended === undefined) return `*The rule of thumb* had no answer: ${because}`;
  const said = recommended === choice ? 'said the same' : `said ${recommended}`;
  return `*The rule of thumb* ${said}: ${because}`;
}

function rejectedText({ rejected }: Decision): string {
  const all = rejected.slice(0, 8).map(({ choice, why }) => `• ${choice}${why === undefined ? '' : `: ${line(why, 200)}`}`);
  return lines('*Not chosen*', ...all);
}

function knownTexts({ facts, factsAt, fixInSight, fixRisk }: Decision): string[] {
  return [
    `Fix in sight: ${fixInSight} · risk of the fix: ${fixRisk} · known at ${date(factsAt)}:`,
    ...facts.slice(0, 9).map((fact) => `• ${line(fact, 120)}`),
  ];
}

const isCurrent = (state: KnownIncident, { number }: Decision): boolean =>
  state.decision?.number === number && can('incident.decide', state);

function timeText(state: KnownIncident, { number, dueAt, revisitAt }: Decision): string {
  if (state.decision !== undefined && state.decision.number !== number) return 'Replaced by a later decision.';
  if (!can('incident.decide', state)) return 'This incident is over.';
  if (dueAt !== undefined) return `Its time was over at ${date(dueAt)}: decide again, or say what has changed.`;
  const who = state.roles.ic === undefined ? 'The Incident Commander' : mention(state.roles.ic);
  return `${who} is asked again at ${date(revisitAt)}, unless a rollback is under way or it looks well by then.`;
}

/** What follows from the decision, and the way to another one. */
const decisionButtons = (id: string, decision: Decision) => [followUp(id, decision), button(ids.openDecide, 'Decide again', { id })];

function followUp(id: string, { choice, service, environment, flagPlan }: Decision) {
  if (choice === 'roll back') return button(ids.openRequest, 'Plan rollback', { id, service, environment }, { style: 'primary' });
  if (choice !== 'flag off' || flagPlan === undefined) return undefined;
  return button(ids.openRequest, `Request plan ${flagPlan}`, { id, plan: flagPlan, service, environment }, { style: 'primary' });
}

/** What the commander reads when the time of a decision is over. */
export function decisionDue(incident: Known<KnownIncident>, sentence: string): Message {
  const { decision, roles } = incident.state;
  const text = `${roles.ic === undefined ? '' : `${mention(roles.ic)}: `}${sentence}.`;
  return message(text, [
    section(text),
    decision && isCurrent(incident.state, decision) ? actions(...decisionButtons(incident.id, decision)) : undefined,
  ]);
}
