/** The card while production is being changed and measured. No clocks: the card is drawn when something happened. */
import type { KnownBlock } from '@slack/types';
import type { Step } from '../domain/plan.ts';
import type { KnownRollback, StepRun } from '../domain/rollback.ts';
import { actions, lines, linkButton, section } from './blocks.ts';
import { arrow } from './change.ts';
import { readingsText, usuallyText, verifiedBy } from './measure.ts';
import { date, line, link, stopwatch } from './text.ts';

type Parts = readonly (KnownBlock | undefined)[];

export function executingParts(rollback: KnownRollback): Parts {
  const { plan, steps, startedAt } = rollback;
  const since = startedAt === undefined ? '' : ` since ${date(startedAt)}`;
  const usually = usuallyText(plan.steps.map(({ estimateSeconds }) => estimateSeconds));
  return [
    section(`*Running*${since}${usually === undefined ? '' : `, ${usually}`}`),
    section(stepsText(rollback)),
    actions(linkButton(steps.findLast(({ url }) => url !== undefined)?.url, 'Open the run')),
  ];
}

/** Every step with its state in words. */
export function stepsText({ plan, steps }: KnownRollback): string {
  const known = plan.steps.map((step, index) =>
    stepLine(step, steps[index] ?? { status: 'pending' }, `step ${index + 1} of ${plan.steps.length}`),
  );
  return known.slice(0, 20).join('\n');
}

function stepLine({ kind, provider, from, to }: Step, run: StepRun, name: string): string {
  const by = provider === '' ? '' : ` by ${line(provider, 40)}`;
  const what = `${name} · ${kind} ${line(arrow(from, to))}${by}`;
  const isOpen = run.status !== 'succeeded' && run.message !== undefined; // what it said last is old news once it is done
  return lines(`${what} · ${stateText(run)}`, isOpen ? `   ${line(run.message ?? '', 200)}` : undefined);
}

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
  }
}

const took = (from: number | undefined, to: number | undefined): string =>
  from === undefined || to === undefined ? '' : ` in ${stopwatch(to - from)}`;

export function verifyingParts(rollback: KnownRollback): Parts {
  const { plan } = rollback;
  const latest = verifiedBy(rollback);
  const readings = plan.verify.length === 0 ? 'Nothing is configured to measure.' : readingsText(rollback);
  return [
    section(`${executedText(rollback)} · *verifying*${latest === undefined ? '' : `, an answer by ${date(latest)} at the latest`}`),
    section(readings),
  ];
}

/** `✓ executed in 03:12`, as far as it was seen. */
export function executedText({ steps, startedAt }: KnownRollback): string {
  if (steps.some(({ status }) => status !== 'succeeded')) return '⚠ not seen to finish';
  const ended = steps.at(-1)?.endedAt;
  return startedAt === undefined || ended === undefined ? '✓ executed' : `✓ executed in ${stopwatch(ended - startedAt)}`;
}
