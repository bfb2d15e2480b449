/** Fields of a modal. The name of a field is its block id, so that an error can be shown under it. */
import type { InputBlock, KnownBlock, PlainTextOption, SectionBlock, StaticSelect } from '@slack/types';
import type { Modal } from './blocks.ts';
import { section } from './blocks.ts';
import type { ActionId } from './ids.ts';
import { buttonValue } from './ids.ts';
import { clip, plain } from './text.ts';

const words = (text: string, max: number) => ({ type: 'plain_text', text: plain(text, max), emoji: true }) as const;

export interface Choice {
  value: string;
  label: string;
  description?: string;
}

interface Field {
  name: string;
  /** Choosing tells Warroom at once, under this action id; the field stays one of the form. */
  tells?: ActionId;
  label: string;
  hint?: string;
  optional?: boolean;
}

const field = ({ name, tells, label, hint, optional }: Field, element: InputBlock['element']): InputBlock => ({
  type: 'input',
  ...(tells === undefined ? {} : { dispatch_action: true }),
  block_id: name,
  label: words(label, 200),
  element,
  ...(hint === undefined ? {} : { hint: words(hint, 300) }),
  ...(optional === undefined ? {} : { optional }),
});

interface TextField extends Field {
  initial?: string | undefined;
  placeholder?: string;
  multiline?: boolean;
  max?: number;
  min?: number;
}

export function textInput({ initial, placeholder, multiline = false, max = 3000, min, ...rest }: TextField): InputBlock {
  return field(rest, {
    type: 'plain_text_input',
    action_id: rest.name,
    multiline,
    max_length: max,
    ...(min === undefined ? {} : { min_length: min }),
    ...(initial === undefined || initial === '' ? {} : { initial_value: clip(initial, max) }),
    ...(placeholder === undefined ? {} : { placeholder: words(placeholder, 150) }),
  });
}

interface ChoiceField extends Field {
  choices: readonly Choice[];
  initial?: string | undefined;
  placeholder?: string;
}

/** A menu. Slack takes a hundred options and values of 150 characters; what does not fit can still be typed as a command. */
export function selectInput(rest: ChoiceField): InputBlock {
  const { choices, initial, placeholder, ...described } = rest;
  return field(described, staticSelect(rest.tells ?? rest.name, { choices, initial, placeholder }));
}

/** A text with a menu next to it that is no field of the form: choosing tells Warroom at once, under the action id. */
export const menu = (id: ActionId, { text, ...rest }: { text: string } & MenuParts): SectionBlock => ({
  ...section(text),
  accessory: staticSelect(id, rest),
});

interface MenuParts {
  choices: readonly Choice[];
  initial: string | undefined;
  placeholder: string | undefined;
}

function staticSelect(id: string, { choices, initial, placeholder }: MenuParts): StaticSelect {
  const options = choices.filter(({ value }) => value.length <= 150).slice(0, 100);
  const chosen = options.find(({ value }) => value === initial);
  return {
    type: 'static_select',
    action_id: id,
    options: options.map(option),
    ...(chosen === undefined ? {} : { initial_option: option(chosen) }),
    ...(placeholder === undefined ? {} : { placeholder: words(placeholder, 150) }),
  };
}

export function radioInput({ choices, initial, ...rest }: ChoiceField): InputBlock {
  const options = choices.slice(0, 10);
  const chosen = options.find(({ value }) => value === initial);
  return field(rest, {
    type: 'radio_buttons',
    action_id: rest.name,
    options: options.map(option),
    ...(chosen === undefined ? {} : { initial_option: option(chosen) }),
  });
}

const option = ({ value, label, description }: Choice): PlainTextOption => ({
  value,
  text: words(label, 75),
  ...(description === undefined ? {} : { description: words(description, 75) }),
});

interface ModalParts {
  title: string;
  blocks: readonly (KnownBlock | undefined)[];
  /** Without it the modal has nothing to submit. */
  submit?: string;
  /** Ids the submit needs, never texts. */
  metadata?: Readonly<Record<string, string | number | undefined>>;
}

/** @param id the callback id: the command the modal leads to */
export function modal(id: ActionId, { title, blocks, submit, metadata = {} }: ModalParts): Modal {
  return {
    type: 'modal',
    callback_id: id,
    title: words(title, 24),
    close: words(submit === undefined ? 'Close' : 'Cancel', 24),
    ...(submit === undefined ? {} : { submit: words(submit, 24) }),
    private_metadata: buttonValue(metadata),
    blocks: blocks.filter((block) => block !== undefined),
  };
}
