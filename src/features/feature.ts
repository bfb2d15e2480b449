import type { KnownIncident } from '../domain/incident.ts';
import type { KnownRollback } from '../domain/rollback.ts';
import { Refusal } from '../domain/refusal.ts';
import type { UserId } from '../domain/words.ts';
import type { Deps, ServiceSettings, StoredIncident, StoredRollback } from '../ports.ts';
import type { CommandInput, On } from '../slack/listen.ts';

/** One human action: says what it listens to, parses, and calls `execute` once. */
export type Feature = (on: On, deps: Deps) => void;

/** A mention as Slack writes it in commands (`should_escape`): `<@U1|ada>`. */
const mentioned = /^<@([UW][A-Z0-9]+)(?:\|[^>]*)?>$/;

/** @throws Refusal when the text is no person, `me` or `none` */
export function readPerson(text: string, me: UserId): UserId | null {
  const word = text.trim();
  if (['', 'me'].includes(word.toLowerCase())) return me;
  if (word.toLowerCase() === 'none') return null;
  const [, user] = mentioned.exec(word) ?? [];
  if (user === undefined) throw new Refusal('unknown_user', { text: word.slice(0, 80) });
  return user;
}

export interface InIncident {
  incident: StoredIncident;
  /** The command's text without the `INC-12` that may stand first. */
  text: string;
}

/** Only which incident it is, for commands whose decision reads the state itself. @throws Refusal when there is neither a room nor a name */
export async function incidentIdOf(input: CommandInput, deps: Deps, example: string): Promise<{ id: string; text: string }> {
  const isNamed = /^inc-\d/i.test(input.text);
  const id = isNamed ? undefined : await deps.queries.incidentIdByRoom(input.channel);
  if (id !== undefined) return { id, text: input.text };
  const { incident, text } = await incidentOf(input, deps, example);
  return { id: incident.id, text };
}

/** The incident of this war room, or the one named first in the text. @throws Refusal when there is neither */
export async function incidentOf({ text, channel }: CommandInput, { queries }: Deps, example: string): Promise<InIncident> {
  const named = /^inc-(\d{1,9})\b\s*/i.exec(text);
  if (named) {
    const incident = await queries.incidentByNumber(Number(named[1]));
    if (!incident) throw new Refusal('no_incident', { ref: `INC-${named[1] ?? ''}` });
    return { incident, text: text.slice(named[0].length) };
  }
  const incident = await queries.incidentByRoom(channel);
  if (!incident) throw new Refusal('not_in_room', { example });
  return { incident, text };
}

/** The incident of this name alone. @throws Refusal when the text is no name or nobody has it */
export async function incidentNamed(name: string, { queries }: Deps): Promise<StoredIncident> {
  const number = /^inc-(\d{1,9})$/i.exec(name.trim())?.[1];
  const incident = number === undefined ? undefined : await queries.incidentByNumber(Number(number));
  if (!incident) throw new Refusal('no_incident', { ref: name.slice(0, 20) || '(none named)' });
  return incident;
}

/** The stored incident of a button or a form. @throws Refusal when it is not ours */
export async function incidentById(id: string, { queries }: Pick<Deps, 'queries'>): Promise<StoredIncident> {
  const incident = await queries.incident(id);
  if (!incident) throw new Refusal('no_incident', { ref: 'behind this button' });
  return incident;
}

/** @throws Refusal when it is not ours */
export async function rollbackById(id: string, { queries }: Deps): Promise<StoredRollback> {
  const rollback = await queries.rollback(id);
  if (!rollback) throw new Refusal('no_rollback', { ref: 'behind this button' });
  return rollback;
}

/** `RB-7` first in the text, and what follows. @throws Refusal when it is missing or unknown */
export async function rollbackOf(text: string, { queries }: Deps, usage: string): Promise<{ rollback: StoredRollback; text: string }> {
  const named = /^rb-(\d{1,9})\b\s*/i.exec(text);
  if (!named) throw new Refusal('usage', { text: `Name the rollback: \`${usage}\`.` });
  const rollback = await queries.rollbackByNumber(Number(named[1]));
  if (!rollback) throw new Refusal('no_rollback', { ref: `RB-${named[1] ?? ''}` });
  return { rollback, text: text.slice(named[0].length) };
}

/** The configured service of this name. @throws Refusal naming those there are */
export function knownService(name: string, { settings }: Pick<Deps, 'settings'>): ServiceSettings {
  const service = settings.services.find(({ id }) => id === name.toLowerCase());
  if (service) return service;
  const known = settings.services.map(({ id }) => id).join(', ');
  const hint = known === '' ? 'None is configured in warroom.yml.' : `Known: ${known}.`;
  throw new Refusal('unknown_service', { service: name.slice(0, 63), hint });
}

/** What of the stored rows is state. */
export const states = <T extends KnownIncident | KnownRollback>(stored: readonly { state: T }[]): T[] => stored.map(({ state }) => state);
