/** What Slack takes, and what nobody must be able to make Warroom say. */
import { expect } from '@jest/globals';
import { blockProblems, blocksTooLong, viewProblems, viewTooLarge } from '../../../sandbox/slack/blocks/validate.ts';
import type { Message, Modal } from '../../../src/views/blocks.ts';

export function expectPostable({ text, blocks }: Message): void {
  expect(blockProblems(blocks)).toEqual([]);
  expect(blocksTooLong(blocks)).toBe(false);
  expect(text.trim()).not.toBe('');
  expect(Array.from(text).length).toBeLessThanOrEqual(4000);
  expectHarmless([text, ...mrkdwnOf(blocks)]);
  expectButtonsThatAsk(blocks);
}

export function expectOpenable(view: Modal): void {
  expect(viewProblems(view)).toEqual([]);
  expect(viewTooLarge(view)).toBe(false);
  expectHarmless(mrkdwnOf(view));
}

/** Nothing wakes a channel, mentions somebody unasked, hides its direction, or ends in half an entity or link. */
export function expectHarmless(texts: readonly string[]): void {
  for (const text of texts) {
    expect(text).not.toMatch(/<!(?!date\^)|<@UEVIL|<https?:\/\/evil/);
    expect(text).not.toMatch(/@(?:channel|here|everyone)\b/i);
    expect(text.replaceAll('\u200d', '')).not.toMatch(/[\p{Cf}\p{Cs}]|[^\P{Cc}\n]/u);
    expect(text.replace(/&(?:amp|lt|gt);/g, '')).not.toContain('&');
    expect(text.replace(/<[^<>\n]*>/g, '')).not.toMatch(/[<>](?! )(?!$)|<$/m);
  }
}

function expectButtonsThatAsk(blocks: Message['blocks']): void {
  for (const block of blocks) {
    if (block.type !== 'actions') continue;
    const buttons = block.elements.filter((element) => element.type === 'button');
    expect(buttons.filter(({ style }) => style === 'primary').length).toBeLessThanOrEqual(1);
    for (const button of buttons) if (button.style === 'danger') expect(button.confirm).toBeDefined();
  }
}

/** Every mrkdwn text somewhere inside. */
export function mrkdwnOf(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(mrkdwnOf);
  if (typeof value !== 'object' || value === null) return [];
  const { type, text } = value as { type?: unknown; text?: unknown };
  if (type === 'mrkdwn' && typeof text === 'string') return [text];
  return Object.values(value).flatMap(mrkdwnOf);
}

/** All words on a card, as a person reads them. */
export function wordsOf(value: unknown): string {
  if (Array.isArray(value)) return value.map(wordsOf).join('\n');
  if (typeof value !== 'object' || value === null) return '';
  const { text } = value as { text?: unknown };
  if (typeof text === 'string') return text;
  return Object.values(value).map(wordsOf).filter(Boolean).join('\n');
}

/** The action ids of a card's or a form's buttons. */
export function buttonsOf(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(buttonsOf);
  if (typeof value !== 'object' || value === null) return [];
  const { type, action_id: id } = value as { type?: unknown; action_id?: unknown };
  if (type === 'button' && typeof id === 'string') return [id];
  return Object.values(value).flatMap(buttonsOf);
}
