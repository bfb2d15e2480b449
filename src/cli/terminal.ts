import { createInterface } from 'node:readline/promises';
import { exitCodes, Failed } from './client.ts';

/** Nothing that a terminal would obey; it may have come from a commit or a title. */
const harmless = (text: string): string => text.replace(/[^\P{Cc}\n]|\p{Cf}/gu, '');

export const print = (text: string): void => void process.stdout.write(`${harmless(text)}\n`);

/** For people only: standard output may go to a program. */
export const tell = (text: string): void => void process.stderr.write(`${harmless(text)}\n`);

export const printJson = (value: unknown): void => void process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);

/** Asks at the terminal. @throws Failed when nobody sits there */
export async function ask(question: string, instead: string): Promise<string> {
  if (!process.stdin.isTTY) throw new Failed(exitCodes.usage, `Nobody can be asked here. ${instead}`);
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return (await terminal.question(harmless(`${question} `))).trim();
  } finally {
    terminal.close();
  }
}

/** Runs a command to its end; what went wrong goes to standard error, in one paragraph. */
export async function toItsEnd(work: () => Promise<number | void>): Promise<void> {
  try {
    process.exitCode = (await work()) ?? 0;
  } catch (error) {
    process.stderr.write(`${harmless(error instanceof Error ? error.message : String(error))}\n`);
    process.exitCode = error instanceof Failed ? error.code : exitCodes.usage;
  }
}
