/** What a person reads and presses when nobody saw a step end. */
import type { KnownBlock } from '@slack/types';
import type { KnownRollback } from '../domain/rollback.ts';
import { can } from '../domain/rollback.ts';
import { canMeasure, isHalted, isMoving } from '../domain/rollback-flow.ts';
import { actions, button, lines, section } from './blocks.ts';
import { ids } from './ids.ts';
import { cancelButton } from './rollback-progress.ts';
import { line } from './text.ts';
import { originOf, placeOf, targetOf } from './words.ts';

/** One row for each run that nobody saw end, with what a person can say of it. */
export function unknownRows(id: string, rollback: KnownRollback): KnownBlock[] {
  if (!can('rollback.settle-step', rollback)) return [];
  return places(rollback).flatMap(({ step, back }) => {
    const name = `${back ? 'undoing ' : ''}step ${step + 1}, ${line(rollback.plan.steps[step]?.id ?? '', 40)}`;
    const value = { id, step, ...(back ? { back: 1 } : {}) };
    const row = actions(
      button(ids.settleStepRan, 'It ran', value),
      back || !isHalted(rollback) ? button(ids.settleStepAgain, 'Run again', value, { confirm: againQuestion(name) }) : undefined,
      button(ids.settleStepSkip, 'Leave it out', value),
    );
    return row === undefined ? [] : [section(`*${name}*: what did it do?`), row];
  });
}

const againQuestion = (name: string) => ({
  title: 'Run it a second time?',
  text: `Only if you have seen that ${name} did not reach production.`,
  yes: 'Run again',
  no: 'Not yet',
});

function places({ steps, undos }: KnownRollback): { step: number; back?: true }[] {
  const forth = steps.flatMap(({ status }, step) => (status === 'unknown' ? [{ step }] : []));
  const back = undos.flatMap(({ status }, step) => (status === 'unknown' ? [{ step, back: true as const }] : []));
  return [...forth, ...back].slice(0, 10);
}

/** What is not known, and every choice there is. */
export function needsHumanText(rollback: KnownRollback): string {
  const asked = places(rollback);
  const single = rollback.plan.steps.length === 1;
  const called = (step: number): string => (single ? '' : ` (${line(rollback.plan.steps[step]?.id ?? '', 40)})`);
  const names = asked.map(({ step, back }) => `${back ? 'undoing ' : ''}step ${step + 1}${called(step)}`).join(' and ');
  const hasRun = asked.some(({ step, back }) => (back ? rollback.undos : rollback.steps)[step]?.url !== undefined);
  return lines(
    `*⚠ Waiting for your decision*${single ? because(rollback) : ''}`, // in a plan each step says below why,
    `Not known: whether ${names === '' ? 'step 1' : names} reached production.${single ? ` ${line(placeOf(rollback.plan))} may run ${line(originOf(rollback.plan))} or ${line(targetOf(rollback.plan))}.` : ''} Warroom starts nothing a second time on its own.`,
    isMoving(rollback) ? 'Its other steps go on meanwhile.' : undefined,
    `${single || hasRun ? 'Open the run' : 'Look there yourself'} and see what it did. Then choose:`,
    '• *It ran*: it counts as done, and the plan goes on from there.',
    asked.some(({ back }) => back) || !isHalted(rollback)
      ? '• *Run again*: it did not reach production, and is started once more.'
      : undefined,
    '• *Leave it out*: it counts as not done, and the plan goes on without it.',
    ...wholeChoices(rollback),
  );
}

/** What can be decided about the rollback as a whole. */
function wholeChoices(rollback: KnownRollback): string[] {
  if (isMoving(rollback)) return [];
  const callOff =
    cancelButton('', rollback) === undefined
      ? []
      : ['• *Call off*: nothing new starts, and what was done is undone where the plan says so.'];
  const giveUp = '• *Give up*: this rollback is closed as it is, and another one can be requested.';
  return canMeasure(rollback)
    ? ['• *Look and measure*: you cannot tell; Warroom measures whether the service is well again.', giveUp, ...callOff]
    : [giveUp, ...callOff];
}

const because = ({ outcome }: KnownRollback): string => (outcome === undefined ? '' : ` · ${line(outcome, 500)}`);
