import type { App } from '@slack/bolt';
import { hearButton } from './hear-button.ts';
import type { Command } from './hear-command.ts';
import { hearCommands } from './hear-command.ts';
import { hearForm } from './hear-form.ts';
import { hearHome, hearShortcut } from './hear-shortcut.ts';
import type { CommandInput, Listening, On } from './input.ts';
import type { Root, Verb } from './verbs.ts';
import { findVerb } from './verbs.ts';

export { findVerb, type CommandInput, type On, type Root, type Verb };

/** Ties features to Bolt. Register everything first, then call the returned function once. */
export function listenTo(app: App, context: Listening): { on: On; verbs: ReadonlyMap<Root, Verb[]>; start: () => void } {
  const commands: Command[] = [];
  const verbs = new Map<Root, Verb[]>([
    ['incident', []],
    ['rollback', []],
  ]);
  const on: On = {
    command: (root, verb, handle) => {
      commands.push({ root, verb, handle });
      verbs.get(root)?.push(verb);
    },
    button: (actionId, value, handle) => hearButton(app, context, { actionId, value, handle }),
    submit: (callbackId, shape, handle) => hearForm(app, context, { callbackId, shape, handle }),
    shortcut: (callbackId, handle) => hearShortcut(app, context, { callbackId, handle }),
    home: (handle) => hearHome(app, context, handle),
  };
  const start = (): void => {
    for (const root of verbs.keys()) hearCommands(app, context, { root, commands: commands.filter((command) => command.root === root) });
  };
  return { on, verbs, start };
}
