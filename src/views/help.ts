import type { Message } from './blocks.ts';
import { lines, message, note, section } from './blocks.ts';
import { code, line } from './text.ts';

export interface CommandHelp {
  /** As it is typed, without the command: `declare [title]`. */
  usage: string;
  help: string;
  example?: string | undefined;
}

const perSection = 10;

/** Everything that can be typed, one line each. */
export function help({ command, verbs }: { command: string; verbs: readonly CommandHelp[] }): Message {
  const rows = verbs.map(({ usage, help: text }) => `${code(`${command} ${usage}`, 120)} ${line(text, 200)}`);
  const pages = Array.from({ length: Math.ceil(rows.length / perSection) }, (_, page) =>
    rows.slice(page * perSection, (page + 1) * perSection),
  );
  return message(`${command}: what can be typed`, [
    section(`*${code(command)}: what can be typed.* The shortest unique beginning of a word is enough.`),
    ...pages.map((page) => section(page.join('\n'))),
  ]);
}

/** One command with its example. */
export function helpFor({ command, verb }: { command: string; verb: CommandHelp }): Message {
  const { usage, help: text, example } = verb;
  return note(
    lines(
      `${code(`${command} ${usage}`, 150)} ${line(text, 300)}`,
      example === undefined ? undefined : `For example: ${code(`${command} ${example}`, 200)}`,
    ),
  );
}
