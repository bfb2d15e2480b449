import type { KnownIncident } from '../domain/incident.ts';
import type { KnownRollback } from '../domain/rollback.ts';
import type { UserId } from '../domain/words.ts';
import { rollbackName } from '../domain/words.ts';
import type { Message } from './blocks.ts';
import { lines, message, section } from './blocks.ts';
import { line, mention } from './text.ts';
import { placeOf, rollbackWords } from './words.ts';

interface HelpCall {
  by: string;
  incident: KnownIncident;
  rollback: KnownRollback;
  /** Whoever owns the service; empty when Slack did not say. */
  owners?: readonly UserId[] | undefined;
}

const mostNames = 10;

/** Calls whoever leads the incident and whoever owns the service, by name. */
export function helpCall({ by, incident, rollback, owners = [] }: HelpCall): Message {
  const { number, plan, status } = rollback;
  const leads = [incident.roles.tl, incident.roles.ic].filter((user) => user !== undefined);
  const called = [...new Set([...leads, ...owners.slice(0, mostNames)])].filter((user) => user !== by);
  const text = `${mention(by)} calls for help with ${rollbackName(number)}, ${line(placeOf(plan))}: ${rollbackWords[status].toLowerCase()}`;
  return message(text, [
    section(
      lines(
        `*${text}.*`,
        called.length === 0 ? undefined : called.map(mention).join(' '),
        `\`/rollback status ${rollbackName(number)}\` shows what is known and what can be done.`,
      ),
    ),
  ]);
}
