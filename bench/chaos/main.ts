/** `npm run chaos`: real processes are killed and frozen while rollbacks go through them. CONTRIBUTING.md says what it counts. */
import { parseArgs } from 'node:util';
import { build } from '../build.ts';
import type { Account } from './account.ts';
import { runChaos } from './run.ts';

const usage = 'npm run chaos [-- --seed 7] [--rollbacks 40] [--workers 3] [--seconds 300] [--verbose]';

const say = (line: string): void => void process.stderr.write(`${line}\n`);

/** @throws for words nobody knows, with the usage */
function readOptions(): { seed: number; rollbacks: number; workers: number; seconds: number; verbose: boolean } {
  try {
    const text = { type: 'string' } as const;
    const { values } = parseArgs({
      options: { seed: text, rollbacks: text, workers: text, seconds: text, verbose: { type: 'boolean', default: false } },
    });
    const number = (name: 'seed' | 'rollbacks' | 'workers' | 'seconds', otherwise: number): number => {
      const read = values[name] === undefined ? otherwise : Number(values[name]);
      if (!Number.isSafeInteger(read) || read < 1) throw new Error(`--${name} is a whole number from 1 on, not “${values[name] ?? ''}”`);
      return read;
    };
    return {
      seed: number('seed', 1 + Math.floor(Math.random() * 1_000_000)),
      rollbacks: number('rollbacks', 40),
      workers: number('workers', 3),
      seconds: number('seconds', 300),
      verbose: values.verbose,
    };
  } catch (error) {
    throw new Error(`${error instanceof Error ? error.message : String(error)}\nusage: ${usage}`, { cause: error });
  }
}

const errorsShown = 10;

function table({ seed, rollbacks, seconds, verdicts, counted, doubleEffects, lost, broken, errors }: Account): string {
  const rows: [string, string | number][] = [
    ['seed', seed],
    ['rollbacks', rollbacks],
    [
      'verdicts',
      Object.entries(verdicts)
        .map(([verdict, count]) => `${verdict} ${count}`)
        .join(', '),
    ],
    ['killed with -9', counted['kills'] ?? 0],
    ['frozen', counted['freezes'] ?? 0],
    ['seconds between two hits', (seconds / Math.max(1, (counted['kills'] ?? 0) + (counted['freezes'] ?? 0))).toFixed(1)],
    ['answers lost on purpose', counted['answersLost'] ?? 0],
    ['repeated calls absorbed', counted['callsAbsorbed'] ?? 0],
    ['looked for, then repeated', counted['startsRepeated'] ?? 0],
    ['buttons pressed again', counted['pressedAgain'] ?? 0],
    ['settled by a person', counted['settledByHand'] ?? 0],
    ['seconds', seconds],
  ];
  return [
    ...rows.map(([name, value]) => `${name.padEnd(26)} ${value}`),
    ...(broken.length > 0 ? errors.slice(-errorsShown) : []),
    ...broken.map((what) => `✗ ${what}`),
    `${doubleEffects} double effects, ${lost} lost`,
  ].join('\n');
}

try {
  const { verbose, ...options } = readOptions();
  const interrupted = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, () => interrupted.abort());
  say(`seed ${options.seed}: ${options.rollbacks} rollbacks of 3 steps, ${options.workers} workers`);
  build();
  const outcome = await runChaos({ ...options, built: true, signal: interrupted.signal, ...(verbose && { say }) });
  process.stdout.write(`${table(outcome)}\n`);
  process.exitCode = outcome.broken.length > 0 || outcome.doubleEffects > 0 || outcome.lost > 0 ? 1 : 0;
} catch (error) {
  say(error instanceof Error ? (error.stack ?? error.message) : String(error));
  process.exitCode = 2;
}
