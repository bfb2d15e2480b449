/** The card while production is being changed and measured. */
import type { Button, KnownBlock, SectionBlock } from '@slack/types';
import type { Step } from '../domain/plan.ts';
import type { KnownRollback, StepRun } from '../domain/rollback.ts';
import { can, runnable } from '../domain/rollback.ts';
import { actions, button, lines, linkButton, section } from './blocks.ts';
import { ids } from './ids.ts';
import { readingsText, usuallyText, verifiedBy } from './measure.ts';
import { whatOf } from './plan-steps.ts';
import { count, date, line, link, mention, quoted, stopwatch } from './text.ts';
import { providerName } from './words.ts';

type Parts = readonly (KnownBlock | undefined)[];

export function executingParts({ id, rollback, now }: { id: string; rollback: KnownRollback; now: number }): Parts {
  const gates = gateRows(id, rollback);
  const head = gates.length > 0 && !isBusy(rollback) ? `*Waiting for somebody to confirm*${begunText(rollback)}` : headText(rollback, now);
  return [
    section(lines(head, barText(rollback))),
    section(stepsText(rollback)),
    ...gates,
    actions(cancelButton(id, rollback), linkButton(rollback.steps.findLast(({ url }) => url !== undefined)?.url, 'Open the run')),
  ];
}

/** `▰▰▱▱▱ 2 of 5 steps`: how much is behind it, in words beside the picture. */
function barText({ steps, undos, undoing }: KnownRollback): string | undefined {
  const runs = undoing.length > 0 ? undoing.map((index) => undos[index]) : steps;
  if (runs.length < 2) return undefined;
  const done = runs.filter((run) => run?.status === 'succeeded' || run?.status === 'skipped').length;
  const what = undoing.length > 0 ? 'undone' : 'done';
  return `${'▰'.repeat(done)}${'▱'.repeat(runs.length - done)} ${done} of ${count(runs.length, 'step')} ${what}`;
}

function headText(rollback: KnownRollback, now: number): string {
  const { status, cancelledBy, cancelReason, outcome } = rollback;
  if (status === 'compensating')
    return `*Undoing what was done*${outcome === undefined ? '' : `: ${line(outcome, 300)}`}${begunText(rollback)}`;
  if (cancelledBy === undefined) return runningText(rollback, now);
  const why = cancelReason === undefined ? '' : `: ${quoted(cancelReason, 300)}`;
  return `*Being called off* by ${mention(cancelledBy)}${why}. Nothing new starts${begunText(rollback)}`;
}

function runningText({ plan, startedAt }: KnownRollback, now: number): string {
  const since = startedAt === undefined ? '' : ` for ${stopwatch(now - startedAt)}, since ${date(startedAt)}`;
  const usually = usuallyText(plan.steps.map(({ estimateSeconds }) => estimateSeconds));
  return `*Running*${since}${usually === undefined ? '' : `, ${usually}`}`;
}

/** How long it usually takes says nothing about a way back, or about people. */
const begunText = ({ startedAt }: KnownRollback): string => (startedAt === undefined ? '' : ` · begun at ${date(startedAt)}`);

const isBusy = ({ steps }: KnownRollback): boolean => steps.some(({ status }) => status === 'started' || status === 'intended');

/** Nothing new starts after it; what is half-way is stopped where that can be done. */
export function cancelButton(id: string, rollback: KnownRollback): Button | undefined {
  if (!can('rollback.cancel', rollback) || rollback.cancelledBy !== undefined || rollback.undoing.length > 0) return undefined;
  return button(ids.openCancel, 'Call off', { id }); // a form asks why before anything happens
}

/** A step that waits for a person has its own row, with the question and the button. */
export function gateRows(id: string, rollback: KnownRollback): SectionBlock[] {
  const { plan, steps } = rollback;
  if (!can('rollback.pass-gate', rollback)) return [];
  const next = runnable(rollback);
  return plan.steps.flatMap(({ gate, id: name }, step) => {
    const waits =
      gate?.kind === 'manual' && next.includes(step) && steps[step]?.message !== undefined && steps[step].gatePassedAt === undefined;
    return waits
      ? [section(`*${line(name, 60)}* waits: ${line(gate.text, 300)}`, button(ids.passGate, 'Confirm', { id, step }, { style: 'primary' }))]
      : [];
  });
}

/** Every step with its state in words; below it how it is undone. */
export function stepsText({ plan, steps, undos, undoing }: KnownRollback): string {
  const known = plan.steps.flatMap((step, index) => {
    const [run, undo] = [steps[index], undoing.includes(index) ? undos[index] : undefined];
    return [run && (plan.steps.length === 1 ? onlyLine(step, run) : stepLine(step, run, index)), undo && undoLine(undo)].filter(
      (text) => text !== undefined,
    );
  });
  return known.slice(0, 40).join('\n');
}

function onlyLine(step: Step, run: StepRun): string {
  const by = step.provider === '' ? '' : ` by ${line(providerName(step.provider), 40)}`;
  return withMessage(`step 1 of 1 · ${whatOf(step)}${by} · ${stateText(run)}`, run);
}

/** In a plan the state stands before what it is about: that is what people look for. */
const stepLine = (step: Step, run: StepRun, index: number): string =>
  withMessage(`*${index + 1}. ${line(step.id, 40)}* · ${stateText(run)} · ${whatOf(step)}`, run);

/** What a step said last is old news once it is over. */
function withMessage(text: string, { status, message }: StepRun): string {
  const isOpen = status !== 'succeeded' && status !== 'skipped' && status !== 'cancelled' && message !== undefined;
  return lines(text, isOpen ? `   ${line(message, 200)}` : undefined);
}

/** Below the step it takes back. */
const undoLine = (run: StepRun): string => withMessage(`   undo · ${stateText(run)}`, run);

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
      return `stopped half-way${run}`;
  }
}

const took = (from: number | undefined, to: number | undefined): string =>
  from === undefined || to === undefined ? '' : to - from < 1000 ? ' in under 1 s' : ` in ${stopwatch(to - from)}`;

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
  if (steps.some(({ status }) => !['succeeded', 'failed', 'skipped'].includes(status))) return '⚠ not seen to finish';
  const done = steps.filter(({ status }) => status === 'succeeded');
  if (done.length < steps.length) return `⚠ ${done.length} of ${count(steps.length, 'step')} done`;
  const ended = Math.max(...done.map(({ endedAt }) => endedAt ?? Number.NaN)); // with steps side by side, not always the last one
  return startedAt === undefined || Number.isNaN(ended) ? '✓ executed' : `✓ executed in ${stopwatch(ended - startedAt)}`;
}
