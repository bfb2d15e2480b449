/** The steps of a plan before they are run, as they are asked for and approved. */
import type { Step, StepGate } from '../domain/plan.ts';
import { lines } from './blocks.ts';
import { arrow, changeText } from './change.ts';
import { duration, line } from './text.ts';

/** `3. code · v42 → v41, after shift-traffic`, what that changes, and what it waits for. */
export function stepText(step: Step, index: number): string {
  const { id, kind, needs, change, gate } = step;
  const after = needs.length === 0 ? '' : ` · after ${needs.map((need) => line(need, 40)).join(' and ')}`;
  const head = `*${index + 1}. ${line(id, 40)}* · ${whatOf(step)}${after}`;
  return lines(head, kind === 'code' ? changeText(change) : undefined, gate && gateText(gate));
}

/** Code goes from version to version. Of any other value its summary says more: which part of it changes. */
export const whatOf = ({ kind, from, to, change }: Step): string =>
  kind === 'code' ? `code ${line(arrow(from, to))}` : line(change.summary, 200);

function gateText(gate: StepGate): string {
  switch (gate.kind) {
    case 'manual':
      return `waits for somebody to confirm: ${line(gate.text, 200)}`;
    case 'timer':
      return `waits ${duration(gate.afterMs)}`;
    case 'metric':
      return `waits until ${line(gate.gate.name, 75)} is well`;
    case 'window':
      return `only between ${line(gate.from, 5)} and ${line(gate.to, 5)} (${line(gate.timeZone, 40)})`;
  }
}
