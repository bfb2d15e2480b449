import { help, helpFor } from '../views/help.ts';
import type { On, Root, Verb } from '../slack/listen.ts';
import { findVerb } from '../slack/listen.ts';

/** `help [verb]` of both roots, from what the features registered: nothing is listed that does not work. */
export function offerHelp(on: On, verbs: ReadonlyMap<Root, readonly Verb[]>): void {
  for (const [root, known] of verbs) {
    const verb = { name: 'help', usage: 'help [verb]', help: 'what can be typed', example: 'help declare' };
    on.command(root, verb, ({ text }) => {
      const listed = known.filter(({ name }) => name !== '');
      const command = `/${root}`;
      return Promise.resolve(
        text === '' ? help({ command, verbs: listed }) : helpFor({ command, verb: findVerb(root, listed, text).verb }),
      );
    });
  }
}
