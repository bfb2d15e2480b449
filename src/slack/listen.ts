import type { App } from '@slack/bolt';
import type { Clicked } from './hear-button.ts';
import { hearButton } from './hear-button.ts';
import type { Command } from './hear-command.ts';
import { hearCommands } from './hear-command.ts';
import type { Submitted } from './hear-form.ts';
import { hearForm } from './hear-form.ts';
import { hearHome, hearShortcut } from './hear-shortcut.ts';
import type { CommandInput, Listening, On } from './input.ts';
import type { Root, Verb } from './verbs.ts';
import { findVerb } from './verbs.ts';

export { findVerb, type CommandInput, type On, type Root, type Verb };

/** Ties features to Bolt. Register everything first, then call the returned function once. */
export function listenTo(app: App, context: Listening): { on: On; verbs: ReadonlyMap<Root, Verb[]>; start: () => void } {
  const commands: Command[] = [];
  const buttons = new Map<string, (clicked: Clicked) => Promise<void>>();
  const forms = new Map<string, (submitted: Submitted) => Promise<void>>();
  const verbs = new Map<Root, Verb[]>([
    ['incident', []],
    ['rollback', []],
  ]);
  const on: On = {
    command: (root, verb, handle) => {
      commands.push({ root, verb, handle });
      verbs.get(root)?.push(verb);
    },
    button: (actionId, value, handle) => buttons.set(actionId, hearButton(context, { actionId, value, handle })),
    submit: (callbackId, shape, handle) => forms.set(callbackId, hearForm(context, { callbackId, shape, handle })),
    shortcut: (callbackId, handle) => hearShortcut(app, context, { callbackId, handle }),
    home: (handle) => hearHome(app, context, handle),
  };
  const start = (): void => {
    // One listener each: Bolt asks every listener about every input, and a person waits for that.
    app.action(/./, async (clicked) => {
      const hear = buttons.get((clicked.action as { action_id: string }).action_id);
      await (hear ? hear(clicked) : clicked.ack()); // a button of an older version is acknowledged, or Slack shows a warning
    });
    app.view({ type: 'view_submission', callback_id: /./ }, async (submitted) => {
      const hear = forms.get(submitted.view.callback_id);
      await (hear ? hear(submitted as Submitted) : submitted.ack());
    });
    for (const root of verbs.keys()) hearCommands(app, context, { root, commands: commands.filter((command) => command.root === root) });
  };
  return { on, verbs, start };
}
