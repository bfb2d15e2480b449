/** The card while production is being changed and measured. No clocks: the card is drawn when something happened. */
import type { Button, KnownBlock, SectionBlock } from '@slack/types';
import type { Step } from '../domain/plan.ts';
import type { KnownRollback, StepRun } from '../domain/rollback.ts';
import { can } from '../domain/rollback.ts';
import { actions, button, lines, linkButton, section } from './blocks.ts';
import { arrow } from './change.ts';
import { ids } from './ids.ts';
import { readingsText, usuallyText, verifiedBy } from './measure.ts';
import { date, line, link, stopwatch } from './text.ts';

type Parts = readonly (KnownBlock | undefined)[];

export function executingParts({ id, rollback }: { id: string; rollback: KnownRollback }): Parts {
  const { plan, steps, startedAt } = rollback;
  const since = startedAt === undefined ? '' : ` since ${date(startedAt)}`;
  const usually = usuallyText(plan.steps.map(({ estimateSeconds }) => estimateSeconds));
  return [
    section(`*${headText(rollback)}*${since}${usually === undefined ? '' : `, ${usually}`}`),
    section(stepsText(rollback)),
    ...gateRows(id, rollback),
    actions(cancelButton(id, rollback), linkButton(steps.findLast(({ url }) => url !== undefined)?.url, 'Open the run')),
  ];
}

const headText = ({ status, cancelledBy }: KnownRollback): string =>
  status === 'compensating' ? 'Undoing what was done' : cancelledBy === undefined ? 'Running' : 'Being called off';

/** Nothing new starts after it; what is half-way is stopped where that can be done. */
function cancelButton(id: string, rollback: KnownRollback): Button | undefined {
  if (!can('rollback.cancel', rollback) || rollback.cancelledBy !== undefined) return undefined;
  return button(ids.openCancel, 'Call off', { id }, { style: 'danger' });
}

/** A step that waits for a person has its own row, with the question and the button. */
function gateRows(id: string, { plan, steps }: KnownRollback): SectionBlock[] {
  return plan.steps.flatMap(({ gate, id: name }, step) => {
    const waits =
      gate?.kind === 'manual' &&
      steps[step]?.status === 'pending' &&
      steps[step].message !== undefined &&
      steps[step].gatePassedAt === undefined;
    return waits
      ? [section(`*${line(name, 60)}* waits: ${line(gate.text, 300)}`, button(ids.passGate, 'Confirm', { id, step }, { style: 'primary' }))]
      : [];
  });
}

/** Every step with its state in words; below it how it is undone. */
export function stepsText({ plan, steps, undos, undoing }: KnownRollback): string {
  const known = plan.steps.flatMap((step, index) => {
    const name = plan.steps.length === 1 ? `step 1 of 1` : `step ${index + 1} of ${plan.steps.length}, ${line(step.id, 40)}`;
    const [run, undo] = [steps[index], undoing.includes(index) ? undos[index] : undefined];
    return [run && stepLine(step, run, name), undo && `   undo · ${stateText(undo)}`].filter((text) => text !== undefined);
  });
  return known.slice(0, 40).join('\n');
}

function stepLine(step: Step, run: StepRun, name: string): string {
  const by = step.provider === '' ? '' : ` by ${line(step.provider, 40)}`;
  const what = `${name} · ${whatOf(step)}${by}`;
  const isOpen = run.status !== 'succeeded' && run.message !== undefined; // what it said last is old news once it is done
  return lines(`${what} · ${stateText(run)}`, isOpen ? `   ${line(run.message ?? '', 200)}` : undefined);
}

/** Code goes from version to version. Of any other value its summary says more: which part of it changes. */
const whatOf = ({ kind, from, to, change }: Step): string =>
  kind === 'code' ? `code ${line(arrow(from, to))}` : `${kind} ${line(change.summary, 150)}`;

function stateText({ status, startedAt, endedAt, url }: StepRun): string {
  const run = url === undefined ? '' : ` · ${link(url, 'run')}`;
  switch (status) {
    case 'pending':
      return 'not begun';
    case 'intended':
      return 'being started';
    case 'started':
      return `… running${run}`;
    case 'succeeded':
      return `✓ done${took(startedAt, endedAt)}${run}`;
    case 'failed':
      return `✗ failed${took(startedAt, endedAt)}${run}`;
    case 'unknown':
      return `⚠ outcome not known${run}`;
    case 'skipped':
      return 'left out';
    case 'cancelled':
      return `stopped${run}`;
  }
}

const took = (from: number | undefined, to: number | undefined): string =>
  from === undefined || to === undefined ? '' : to - from < 1000 ? ' in under a second' : ` in ${stopwatch(to - from)}`;

export function verifyingParts(rollback: KnownRollback): Parts {
  const { plan } = rollback;
  const latest = verifiedBy(rollback);
  const readings = plan.verify.length === 0 ? 'Nothing is configured to measure.' : readingsText(rollback);
  return [
    section(`${executedText(rollback)} · *verifying*${latest === undefined ? '' : `, an answer by ${date(latest)} at the latest`}`),
    section(readings),
    plan.steps.length > 1 ? section(stepsText(rollback)) : undefined,
  ];
}

/** `✓ executed in 03:12`, as far as it was seen. */
export function executedText({ steps, startedAt }: KnownRollback): string {
  if (steps.some(({ status }) => status !== 'succeeded')) return '⚠ not seen to finish';
  const ended = steps.at(-1)?.endedAt;
  return startedAt === undefined || ended === undefined ? '✓ executed' : `✓ executed in ${stopwatch(ended - startedAt)}`;
}
