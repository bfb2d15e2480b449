/** Finding things by what a person reads: a button by its words, a field by its label, a channel by its name. */
import type { Channel, Message, Snapshot } from '../client-api.ts';
import { labelOf, optionsOf, placedElements, type Placed } from '../blocks/walk.ts';
import { list, record, text, wordsOf, type Json } from '../state/json.ts';

/** Text to be contained, a pattern, or a question. */
export type Matcher = string | RegExp | ((message: Message) => boolean);

/** All words of a message: its text and what its blocks show. */
export function wordsIn(message: Message): string {
  return [message.text, ...blockWords(message.blocks)].join('\n');
}

function blockWords(value: unknown): string[] {
  if (Array.isArray(value)) return (value as unknown[]).flatMap(blockWords);
  return Object.entries(record(value)).flatMap(([key, inner]) => {
    if (key === 'text' && typeof inner === 'string') return [inner];
    return blockWords(inner);
  });
}

/** Whether a message is the one meant. */
export function matches(message: Message, matcher: Matcher): boolean {
  if (typeof matcher === 'function') return matcher(message);
  const words = wordsIn(message);
  return typeof matcher === 'string' ? words.includes(matcher) : matcher.test(words);
}

/** `#incidents`, `incidents`, an id, `@ada` for the direct message with her, `@app` for the one with the app. */
export function findChannel(seen: Snapshot, where: string): Channel | undefined {
  if (where.startsWith('@')) {
    const peer = where === '@app' ? seen.app.botUserId : seen.people.find((person) => person.name === where.slice(1))?.id;
    return seen.channels.find((channel) => channel.kind === 'im' && channel.peer === peer);
  }
  const name = where.replace(/^#/, '');
  return seen.channels.find((channel) => channel.id === where || (channel.kind !== 'im' && channel.name === name));
}

/** An element by action_id, block_id, label or words. */
export function findPlaced(blocks: readonly unknown[], what: string): Placed | undefined {
  const all = placedElements(blocks);
  return all.find((one) => one.actionId === what || labelOf(one) === what) ?? all.find((one) => one.blockId === what);
}

/** For error messages: what there would have been to use. */
export function namesIn(blocks: readonly unknown[]): string {
  return placedElements(blocks)
    .map((one) => `${one.actionId} "${labelOf(one)}"`)
    .join(', ');
}

/** A person's words turned into the value an element takes: option texts, names of people and channels. */
export function valueFor(seen: Snapshot, placed: Placed, human: unknown): unknown {
  if (Array.isArray(human)) return list(human).map((one) => valueFor(seen, placed, one));
  if (typeof human !== 'string') return human;
  const type = text(placed.element['type']);
  if (type.includes('users_select')) return seen.people.find((person) => person.name === human.replace(/^@/, ''))?.id ?? human;
  if (type.includes('channels_select') || type.includes('conversations_select')) return findChannel(seen, human)?.id ?? human;
  const options = optionsOf(placed.element);
  if (options.length === 0) return human;
  return optionValue(options, human);
}

/** The value behind an option's words; what is not on the menu cannot be ordered. */
export function optionValue(options: readonly Json[], human: string): string {
  const found = options.find((option) => option['value'] === human || wordsOf(option['text']) === human);
  if (found) return text(found['value']);
  throw new Error(`There is no option "${human}", only: ${options.map((option) => wordsOf(option['text'])).join(', ') || 'none'}`);
}
