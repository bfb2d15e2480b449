/** Finding the interactive elements in a list of blocks. */
import { codePoints, filled, list, record, text, wordsOf, type Json } from '../state/json.ts';

/** An element with the block it stands in. */
export interface Placed {
  blockId: string;
  actionId: string;
  block: Json;
  element: Json;
}

/** Every element that has (or may get) an action_id, in reading order. */
export function placedElements(blocks: readonly unknown[]): Placed[] {
  return blocks.flatMap((raw) => {
    const block = record(raw);
    const inner = [
      ...placedElements(list(block['child_blocks'])),
      ...placedElements(list(block['type'] === 'carousel' ? block['elements'] : [])),
    ];
    const own = elementsOf(block).map((element) => ({
      blockId: text(block['block_id']),
      actionId: text(element['action_id']),
      block,
      element,
    }));
    return [...own, ...inner];
  });
}

function elementsOf(block: Json): Json[] {
  switch (block['type']) {
    case 'actions':
    case 'context_actions':
      return list(block['elements']).map(record);
    case 'card':
      return list(block['actions']).map(record);
    case 'section':
      return record(block['accessory'])['type'] === 'image' || !block['accessory'] ? [] : [record(block['accessory'])];
    case 'input':
      return [record(block['element'])];
    default:
      return [];
  }
}

/** The element at an address. */
export function findElement(blocks: readonly unknown[], blockId: string, actionId: string): Placed | undefined {
  return placedElements(blocks).find((placed) => placed.blockId === blockId && placed.actionId === actionId);
}

/** What a person reads on or next to an element: a button's words, an input's label, a menu's placeholder. */
export function labelOf({ block, element }: Placed): string {
  if (block['type'] === 'input') return wordsOf(block['label']);
  return wordsOf(element['text']) || wordsOf(element['placeholder']);
}

/** All options of a menu, groups flattened. */
export function optionsOf(element: Json): Json[] {
  const groups = list(element['option_groups']).flatMap((group) => list(record(group)['options']));
  return [...list(element['options']), ...groups].map(record);
}

/** The length of everything a person could read in the blocks, in code points. */
export function readableLength(value: unknown): number {
  if (Array.isArray(value)) return (value as unknown[]).reduce<number>((sum, inner) => sum + readableLength(inner), 0);
  const object = record(value);
  return Object.entries(object).reduce((sum, [key, inner]) => {
    const isWords = (key === 'text' || key === 'alt_text' || key === 'title') && typeof inner === 'string';
    return sum + (isWords ? codePoints(inner) : readableLength(inner));
  }, 0);
}

/** A copy in which every block has a block_id and every element an action_id, made up where missing. */
export function withIds(blocks: readonly unknown[], newId: () => string): Json[] {
  return (structuredClone(blocks) as unknown[]).map((raw) => {
    const block = record(raw);
    if (filled(block['block_id']) === undefined) block['block_id'] = newId();
    for (const { element } of placedElements([block])) if (filled(element['action_id']) === undefined) element['action_id'] = newId();
    for (const child of list(block['child_blocks'])) {
      const inner = record(child);
      if (filled(inner['block_id']) === undefined) inner['block_id'] = newId();
    }
    return block;
  });
}
