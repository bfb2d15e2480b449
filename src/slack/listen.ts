import type { App } from '@slack/bolt';
import type { ModalView } from '@slack/types';
import type { z } from 'zod';
import { Refusal } from '../domain/refusal.ts';
import type { UserId } from '../domain/words.ts';
import type { Log } from '../ports.ts';
import type { Message } from '../views/blocks.ts';
import { readForm, readMetadata } from './form.ts';
import { answerTrouble } from './trouble.ts';
import type { Root, Verb } from './verbs.ts';
import { findVerb } from './verbs.ts';

export { findVerb, type Root, type Verb };

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
  view: { id: string; hash: string; metadata: unknown; replace: (next: ModalView) => Promise<void> } | undefined;
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

interface ListenOptions {
  now: () => number;
  log: Log;
  /** The bot's own workspace: people of another one in a shared channel may look, not touch. */
  team: string;
  /** How long Slack waited, in milliseconds. */
  onAck: (kind: 'command' | 'button' | 'submit', ms: number) => void;
}

/** Slack waits 3 seconds for a command; after this long it is told that we are at it. */
const patienceMs = 2200;
const working: Message = { text: 'Working on it…', blocks: [] };
const done: Message = { text: 'Done. You can close this.', blocks: [] };

/** Ties features to Bolt. Register everything first, then call the returned function once. */
export function listenTo(app: App, context: ListenOptions): { on: On; verbs: ReadonlyMap<Root, Verb[]>; start: () => void } {
  const commands: { root: Root; verb: Verb; handle: (input: CommandInput) => Promise<Reply> }[] = [];
  const verbs = new Map<Root, Verb[]>([
    ['incident', []],
    ['rollback', []],
  ]);
  const on: On = {
    command: (root, verb, handle) => {
      commands.push({ root, verb, handle });
      verbs.get(root)?.push(verb);
    },
    button: (actionId, value, handle) => onButton(app, context, { actionId, value, handle }),
    submit: (callbackId, shape, handle) => onSubmit(app, context, { callbackId, shape, handle }),
    shortcut: (callbackId, handle) => onShortcut(app, context, { callbackId, handle }),
    home: (handle) => onHome(app, context, handle),
  };
  const start = (): void => {
    for (const root of verbs.keys()) onCommand(app, context, { root, commands: commands.filter((command) => command.root === root) });
  };
  return { on, verbs, start };
}

interface Commands {
  root: Root;
  commands: { verb: Verb; handle: (input: CommandInput) => Promise<Reply> }[];
}

function onCommand(app: App, { now, log, team, onAck }: ListenOptions, { root, commands }: Commands): void {
  app.command(`/${root}`, async ({ command, ack, respond, client }) => {
    const arrived = performance.now();
    let acked = false;
    const answer = async (message: Reply): Promise<void> => {
      const reply = message ? { response_type: 'ephemeral' as const, ...message } : undefined;
      if (acked) return void (reply && (await respond(reply)));
      acked = true;
      await (reply ? ack(reply) : ack());
      onAck('command', performance.now() - arrived);
    };
    const patience = setTimeout(() => void answer(working), patienceMs);
    try {
      assertOurs(command.team_id, team);
      const { verb, rest } = findVerb(
        root,
        commands.map((known) => known.verb),
        command.text,
      );
      const found = commands.find((known) => known.verb === verb);
      const input: CommandInput = {
        user: command.user_id,
        channel: command.channel_id,
        text: rest,
        at: now(),
        inboxKey: `slash:${command.team_id}:${command.trigger_id}`,
        modal: async (view) => {
          await answer(undefined);
          return openModal(client, command.trigger_id, view);
        },
      };
      await answer(await found?.handle(input));
    } catch (error) {
      await answer(answerTrouble(error, log, { command: root, user: command.user_id }));
    } finally {
      clearTimeout(patience);
    }
  });
}

type Client = Parameters<Parameters<App['command']>[1]>[0]['client'];

async function openModal(client: Client, trigger: string, view: ModalView): Promise<(next: ModalView) => Promise<void>> {
  const opened = await client.views.open({ trigger_id: trigger, view }).catch((error: unknown) => {
    const { data } = (error ?? {}) as { data?: { error?: string } };
    if (data?.error === 'expired_trigger_id') throw new Refusal('form_too_late');
    throw error;
  });
  const id = opened.view?.id ?? '';
  return async (next) => {
    await client.views.update({ view_id: id, view: next });
  };
}

interface Button<Value> {
  actionId: string;
  value: z.ZodType<Value>;
  handle: (input: ButtonInput<Value>) => Promise<Reply>;
}

function onButton<Value>(app: App, { now, log, team, onAck }: ListenOptions, { actionId, value, handle }: Button<Value>): void {
  app.action({ type: 'block_actions', action_id: actionId }, async ({ body: click, ack, respond, client, ...rest }) => {
    const arrived = performance.now();
    const body = click as BlockClick;
    const action = rest.action as BlockElement;
    const { user } = body;
    const place = body.container.message_ts ?? body.view?.id ?? '';
    const say = async (message: Reply): Promise<void> => {
      if (!message) return;
      if (body.response_url) return void (await respond({ response_type: 'ephemeral', replace_original: false, ...message }));
      await client.views.open({ trigger_id: body.trigger_id, view: noticeModal(message) });
    };
    try {
      assertOurs(user.team_id ?? body.team?.id, team);
      const { view } = body;
      const reply = await handle({
        value: value.parse(pressed(action)),
        user: user.id,
        channel: body.channel?.id,
        at: now(),
        inboxKey: `button:${body.team?.id ?? team}:${user.id}:${place}:${actionId}:${action.action_ts ?? ''}`,
        modal: (next) => openModal(client, body.trigger_id, next),
        view: view && {
          id: view.id,
          hash: view.hash,
          metadata: readMetadata(view.private_metadata),
          replace: async (next) => void (await client.views.update({ view_id: view.id, view: next })),
        },
      });
      await ack();
      onAck('button', performance.now() - arrived);
      await say(reply);
    } catch (error) {
      await ack();
      await say(answerTrouble(error, log, { action: actionId, user: user.id }));
    }
  });
}

interface BlockClick {
  type: 'block_actions';
  user: { id: string; team_id?: string };
  team: { id: string } | null;
  container: { message_ts?: string };
  channel?: { id: string };
  view?: { id: string; hash: string; private_metadata: string };
  trigger_id: string;
  response_url?: string;
}

interface BlockElement {
  type: string;
  action_id: string;
  action_ts?: string;
  value?: string;
  selected_option?: { value: string } | null;
}

/** A button carries JSON; a select carries its option's value. */
function pressed({ value, selected_option: selected }: BlockElement): unknown {
  return selected ? selected.value : readMetadata(value ?? '{}');
}

/** Where there is no channel to whisper in (App Home, a modal), the answer is a small modal. */
const noticeModal = ({ text, blocks }: Message): ModalView => ({
  type: 'modal',
  title: { type: 'plain_text', text: 'Warroom' },
  close: { type: 'plain_text', text: 'Close' },
  blocks: blocks.length > 0 ? blocks : [{ type: 'section', text: { type: 'mrkdwn', text } }],
});

interface Submit<Form, Metadata> {
  callbackId: string;
  shape: { form: z.ZodType<Form>; metadata: z.ZodType<Metadata> };
  handle: (input: SubmitInput<Form, Metadata>) => Promise<Reply>;
}

function onSubmit<Form, Metadata>(
  app: App,
  { now, log, team, onAck }: ListenOptions,
  { callbackId, shape, handle }: Submit<Form, Metadata>,
): void {
  app.view({ type: 'view_submission', callback_id: callbackId }, async ({ body, view, ack, client }) => {
    const arrived = performance.now();
    let acked = false;
    const answer = async (early: Message | undefined, first: () => Promise<void>): Promise<void> => {
      if (acked) return void (early && (await client.views.update({ view_id: view.id, view: noticeModal(early) })));
      acked = true;
      await first();
      onAck('submit', performance.now() - arrived);
    };
    // What needs longer than Slack waits goes on behind a notice; its end, good or bad, is shown there.
    const patience = setTimeout(
      () => void answer(undefined, () => ack({ response_action: 'update', view: noticeModal(working) })),
      patienceMs,
    );
    try {
      assertOurs(body.user.team_id ?? body.team?.id, team);
      const form = readForm(shape.form, view);
      if ('errors' in form) return await answer(undefined, () => ack({ response_action: 'errors', errors: form.errors }));
      const metadata = shape.metadata.parse(readMetadata(view.private_metadata));
      const input = { form: form.data, metadata, user: body.user.id, at: now(), inboxKey: `modal:${view.id}:${view.hash}` };
      const reply = await handle(input);
      await answer(reply ?? done, () => (reply ? ack({ response_action: 'update', view: noticeModal(reply) }) : ack()));
    } catch (error) {
      // Shown inside the form, so that what was typed is not lost.
      const trouble = answerTrouble(error, log, { modal: callbackId, user: body.user.id });
      await answer(trouble, () => ack({ response_action: 'errors', errors: { [firstInput(view.blocks)]: trouble.text } }));
    } finally {
      clearTimeout(patience);
    }
  });
}

function firstInput(blocks: readonly { type: string; block_id?: string }[]): string {
  return blocks.find((block) => block.type === 'input')?.block_id ?? '';
}

interface Shortcut {
  callbackId: string;
  handle: (input: ShortcutInput) => Promise<Reply>;
}

function onShortcut(app: App, { now, log, team }: ListenOptions, { callbackId, handle }: Shortcut): void {
  app.shortcut(callbackId, async ({ shortcut, ack, client, respond }) => {
    await ack();
    const say = async (message: Reply): Promise<void> => {
      if (message && shortcut.type === 'message_action') await respond({ response_type: 'ephemeral', replace_original: false, ...message });
      else if (message) await client.views.open({ trigger_id: shortcut.trigger_id, view: noticeModal(message) });
    };
    try {
      assertOurs(shortcut.team?.id, team);
      const message = shortcut.type === 'message_action' ? { channel: shortcut.channel.id, text: shortcut.message.text ?? '' } : undefined;
      const reply = await handle({
        user: shortcut.user.id,
        at: now(),
        inboxKey: `shortcut:${shortcut.team?.id ?? team}:${shortcut.trigger_id}`,
        modal: (view) => openModal(client, shortcut.trigger_id, view),
        message,
      });
      await say(reply);
    } catch (error) {
      await say(answerTrouble(error, log, { shortcut: callbackId, user: shortcut.user.id }));
    }
  });
}

function onHome(app: App, { log }: ListenOptions, handle: (user: UserId) => Promise<HomeView>): void {
  app.event('app_home_opened', async ({ event, client }) => {
    if (event.tab !== 'home') return;
    try {
      await client.views.publish({ user_id: event.user, view: await handle(event.user) });
    } catch (error) {
      answerTrouble(error, log, { home: event.user });
    }
  });
}

/** @throws Refusal for people of another workspace */
function assertOurs(from: string | undefined, team: string): void {
  if (from !== undefined && from !== team) throw new Refusal('other_workspace');
}
