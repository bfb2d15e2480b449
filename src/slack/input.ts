import type { ModalView } from '@slack/types';
import type { z } from 'zod';
import type { UserId } from '../domain/words.ts';
import type { Log } from '../ports.ts';
import type { Message } from '../views/blocks.ts';
import type { Root, Verb } from './verbs.ts';

/** What every input has in common. `inboxKey` names it for ever, so that Slack's or a finger's repetition is recorded once. */
export interface Input {
  user: UserId;
  at: number;
  inboxKey: string;
  /** Opens a modal now: the trigger lives 3 seconds, so nothing slow may come before. Returns how to replace its content later. */
  modal: (view: ModalView) => Promise<(next: ModalView) => Promise<void>>;
}

export interface CommandInput extends Input {
  /** What follows the verb. */
  text: string;
  channel: string;
}

export interface ButtonInput<Value> extends Input {
  value: Value;
  /** Absent in App Home and modals. */
  channel: string | undefined;
  /** The modal the button or select stands in, to replace its content. */
  view:
    | { id: string; hash: string; metadata: unknown; values: Readonly<Record<string, string>>; replace: (next: ModalView) => Promise<void> }
    | undefined;
}

export interface SubmitInput<Form, Metadata> extends Omit<Input, 'modal'> {
  form: Form;
  metadata: Metadata;
}

export interface ShortcutInput extends Input {
  /** Set for a shortcut on a message. */
  message: { channel: string; text: string } | undefined;
}

/** What a person gets back: a message only they see, or nothing when the shared state speaks for itself. */
export type Reply = Message | undefined | void;

/** How a feature says what it listens to. It parses and calls `execute`; acks, refusals and trouble are handled here. */
export interface On {
  command: (root: Root, verb: Verb, handle: (input: CommandInput) => Promise<Reply>) => void;
  button: <Value>(actionId: string, value: z.ZodType<Value>, handle: (input: ButtonInput<Value>) => Promise<Reply>) => void;
  submit: <Form, Metadata>(
    callbackId: string,
    shape: { form: z.ZodType<Form>; metadata: z.ZodType<Metadata> },
    handle: (input: SubmitInput<Form, Metadata>) => Promise<Reply>,
  ) => void;
  shortcut: (callbackId: string, handle: (input: ShortcutInput) => Promise<Reply>) => void;
  /** App Home was opened: returns what to show. */
  home: (handle: (user: UserId) => Promise<HomeView>) => void;
}

export type HomeView = { type: 'home'; blocks: ModalView['blocks'] };

/** What every listener needs besides Bolt. */
export interface Listening {
  now: () => number;
  log: Log;
  /** The bot's own workspace: people of another one in a shared channel may look, not touch. */
  team: string;
  /** How long Slack waited, in milliseconds. */
  onAck: (kind: 'command' | 'button' | 'submit', ms: number) => void;
}
