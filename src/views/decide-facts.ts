/** What is known when somebody has to choose a way out: plain sentences, the same in the form, on the card and in the ledger. */
import type { DecideFacts } from '../domain/decide-rule.ts';
import type { Check, Version } from '../domain/plan.ts';
import type { RollbackStatus } from '../domain/rollback.ts';
import { duration, plain } from './text.ts';
import { rollbackWords, shortLabel } from './words.ts';

/** What was looked up, and when. */
export interface Weighing {
  service?: string;
  environment?: string;
  at: number;
  /** What runs now; absent when nobody could say. */
  current?: Version;
  /** Everything but the answers of people. */
  facts: DecideFacts;
  /** Those of the rollback that would be planned. */
  checks: readonly Check[];
  /** The last one of this service and environment that ran to an end. */
  last?: { name: string; status: RollbackStatus; ms: number };
  /** The configured plan that switches something off. */
  flagPlan?: string;
}

const max = 300;

/** One sentence for each fact; what is not known says so. */
export function factTexts({ service, current, facts, last, at }: Weighing): string[] {
  return [
    service === undefined ? 'Which service it is about is not said' : deployText(current, at),
    ...(facts.objectives.length === 0
      ? ['Burn: not known, no objective is configured to be measured']
      : facts.objectives.map(objectiveText)),
    possibilityText('Rolling back', facts.rollback),
    possibilityText('Flag off', facts.flag),
    ...(facts.running === undefined ? [] : [`Already under way: ${facts.running}`]),
    last === undefined
      ? 'Last rollback: not known, none was measured to its end'
      : `Last rollback: ${last.name} took ${duration(last.ms)} (${rollbackWords[last.status]})`,
  ].map((text) => plain(text, max));
}

function deployText(current: Version | undefined, at: number): string {
  if (current === undefined) return 'Deploy: not known what runs now';
  const name = shortLabel(current.label);
  const who = current.by === undefined ? '' : ` by ${plain(current.by, 40)}`;
  if (current.deployedAt === undefined) return `Deploy: ${name} was deployed${who}, it is not known when`;
  return `Deploy: ${name} was deployed ${duration(at - current.deployedAt)} ago${who}`;
}

const stateWords: Record<DecideFacts['objectives'][number]['state'], string> = { met: 'met', breached: 'breached', unknown: 'not known' };

const objectiveText = ({ state, text }: DecideFacts['objectives'][number]): string => `Burn: ${stateWords[state]}, ${text}`;

function possibilityText(way: string, possibility: DecideFacts['rollback']): string {
  switch (possibility.state) {
    case 'possible':
      return [`${way}: possible, ${possibility.text}`, ...possibility.careful.map((text) => `careful: ${text}`)].join('; ');
    case 'impossible':
      return `${way}: not possible, ${possibility.text}`;
    case 'unknown':
      return `${way}: not known whether it is possible, ${possibility.text}`;
  }
}
