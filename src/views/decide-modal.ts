import type { KnownBlock } from '@slack/types';
import type { Recommendation } from '../domain/decide-rule.ts';
import type { Choice, FixInSight, FixRisk } from '../domain/decision.ts';
import { choices, decidersText, defaultRevisitMs, fixesInSight, fixRisks, mayDecide } from '../domain/decision.ts';
import type { KnownIncident } from '../domain/incident.ts';
import { incidentName } from '../domain/words.ts';
import type { Known, Modal } from './blocks.ts';
import { context, lines, section } from './blocks.ts';
import { checksText } from './change.ts';
import type { Weighing } from './decide-facts.ts';
import { factTexts } from './decide-facts.ts';
import { choiceWords, decidedText } from './decision-card.ts';
import { ids } from './ids.ts';
import { menu, modal, radioInput, selectInput, textInput } from './inputs.ts';
import type { Target } from './request-modal.ts';
import { targetValue } from './request-modal.ts';
import { date, line, mention } from './text.ts';
import { placeOf } from './words.ts';

/** What people answered so far. */
export interface Answers {
  fixInSight?: FixInSight | undefined;
  fixRisk?: FixRisk | undefined;
}

interface DecideForm {
  incident: Known<KnownIncident>;
  /** Who looks at it. */
  user: string;
  /** Everything it could be about. */
  targets: readonly Target[];
  chosen: Target | undefined;
  /** Number of the last decision when this form was opened, 0 for none: an answer given later does not make it read. */
  seen: number;
  state: { kind: 'loading' } | { kind: 'ready'; weighing: Weighing; recommendation: Recommendation; answers: Answers };
}

/** Opens at once; the facts come while it stands there, and every answer redraws the recommendation. */
export function decideModal({ incident, user, targets, chosen, seen, state }: DecideForm): Modal {
  const title = `Decide ${incidentName(incident.state.number)}`;
  const about = aboutMenu(targets, chosen);
  const metadata = { id: incident.id, service: chosen?.service, environment: chosen?.environment, seen };
  if (state.kind === 'loading') {
    const blocks = [about, section('Loading… what runs, how it is measured, and whether it can be rolled back.')];
    return modal(ids.decide, { title, metadata, blocks });
  }
  const { weighing, recommendation, answers } = state;
  const facts = [about, lastBlock(incident.state), ...factBlocks(weighing)];
  const said = section(recommendationText(recommendation));
  if (!mayDecide(incident.state, user)) {
    const who = context(`Deciding is for ${decidersText(incident.state)}. Tell them what you see, or take over the role first.`);
    return modal(ids.decide, { title, metadata, blocks: [...facts, said, who] });
  }
  return modal(ids.decide, {
    title,
    submit: 'Decide',
    metadata: { ...metadata, at: weighing.at },
    blocks: [...facts, ...questions(answers), said, ...answerInputs(weighing)],
  });
}

function aboutMenu(targets: readonly Target[], chosen: Target | undefined) {
  const text = chosen === undefined ? '*Which service is it about?*' : `*About ${line(placeOf(chosen))}*`;
  if (targets.length === 0 || (targets.length === 1 && chosen !== undefined)) return section(text);
  const choicesOf = targets.map((target) => ({ value: targetValue(target), label: `${target.service} · ${target.environment}` }));
  const initial = chosen === undefined ? undefined : targetValue(chosen);
  return menu(ids.decideAbout, { text, placeholder: 'Choose a service', choices: choicesOf, initial });
}

function lastBlock({ decision }: KnownIncident) {
  if (decision === undefined) return undefined;
  return context(`Decided at ${date(decision.at)} by ${mention(decision.by)}: ${decidedText(decision)}. ${line(decision.reason, 300)}`);
}

function factBlocks(weighing: Weighing): (KnownBlock | undefined)[] {
  const texts = factTexts(weighing).map((text) => `• ${line(text, 300)}`);
  return [
    section(lines('*What is known*', ...texts)),
    weighing.checks.length === 0 ? undefined : section(lines('*Checks of the rollback*', checksText(weighing.checks))),
  ];
}

const questions = ({ fixInSight, fixRisk }: Answers) => [
  selectInput({
    name: 'fixInSight',
    tells: ids.answerFix,
    label: 'Is a fix in sight?',
    placeholder: 'Say what you believe now',
    choices: fixesInSight.map((value) => ({ value, label: value === 'no' ? 'No, or too complex to fix soon' : sentence(value) })),
    initial: fixInSight,
  }),
  selectInput({
    name: 'fixRisk',
    tells: ids.answerRisk,
    label: 'How risky is the fix?',
    placeholder: 'Could it make things worse?',
    choices: fixRisks.map((value) => ({ value, label: riskLabels[value] })),
    initial: fixRisk,
  }),
];

const riskLabels: Record<FixRisk, string> = { low: 'Low', high: 'High: it could destabilise', 'not known': 'Not known' };

const sentence = (words: string): string => words.charAt(0).toUpperCase() + words.slice(1);

/** The recommended way with its reasons, and what speaks against each. */
function recommendationText({ choice, reasons, against }: Recommendation): string {
  const headline = choice === undefined ? '*No recommendation*' : `*Recommended: ${choice}*`;
  const because = reasons.slice(0, 6).map((reason) => `• ${line(reason, 250)}`);
  const doubts = against.slice(0, 10).map(({ choice: way, why }) => `• against ${way}: ${line(why ?? '', 200)}`);
  return lines(headline, ...because, ...doubts);
}

const meanings: Record<Choice, string> = {
  'roll back': 'the version before, by a rollback that somebody approves',
  'flag off': 'switch off what broke it',
  'roll forward': 'repair it with a new version',
  scale: 'more of the same, when it is load',
  wait: 'change nothing, and look again',
};

const timeboxes = [5, 10, 15, 30, 60];

const answerInputs = (weighing: Weighing) => [
  radioInput({
    name: 'choice',
    label: 'What do we do?',
    choices: choices.map((value) => ({ value, label: choiceWords[value], description: meaning(value, weighing) })),
  }),
  selectInput({
    name: 'minutes',
    label: 'Look at it again in',
    hint: 'For “Wait” it is how long we wait. The Incident Commander is asked again then.',
    choices: timeboxes.map((minutes) => ({ value: String(minutes), label: `${minutes} minutes` })),
    initial: String(defaultRevisitMs / 60_000),
  }),
  textInput({ name: 'reason', label: 'Why this, and not the others?', placeholder: 'one sentence for the timeline', max: 500 }),
];

/** A way that is closed is still offered, since what was looked up may be wrong; but it says so. */
function meaning(choice: Choice, { facts }: Weighing): string {
  const possibility = choice === 'roll back' ? facts.rollback : choice === 'flag off' ? facts.flag : undefined;
  return possibility?.state === 'impossible' ? `not possible: ${possibility.text}` : meanings[choice];
}
