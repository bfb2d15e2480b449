import { cpus } from 'node:os';
import type { Figures } from './figure.ts';

export interface Trouble {
  measurement: string;
  message: string;
}

export interface Result {
  figures: Figures;
  /** Measurements that did not come to an end. */
  troubles: Trouble[];
  seconds: number;
}

/** For machines: one object. */
export function json({ figures, troubles, seconds }: Result): string {
  const machine = { node: process.version, cores: cpus().length, model: cpus()[0]?.model ?? '' };
  return JSON.stringify({ figures, troubles, seconds, machine });
}

/** For people: one line per figure, and below it what it was made of. */
export function table({ figures, troubles, seconds }: Result): string {
  const lines = Object.entries(figures).flatMap(([name, { value, limit, unit, ok, samples, parts }]) => {
    const wanted = limit === undefined ? '' : `≤ ${limit}`;
    const line = `${ok ? '✓' : '✗'} ${name.padEnd(20)} ${`${value} ${unit}`.padStart(20)}  ${wanted.padEnd(8)} n=${samples}`;
    const made = Object.entries(parts).map(([part, number]) => `${part} ${number}`);
    return made.length === 0 ? [line] : [line, `    ${made.join(', ')}`];
  });
  const failed = troubles.map(({ measurement, message }) => `✗ ${measurement} was not measured: ${message}`);
  return [...lines, ...failed, `measured in ${seconds} s`].join('\n');
}
