// Rules about one step of a plan.
import type { Path } from './located.ts';
import { isTimeZone } from './local-time.ts';
import { didYouMean } from './near-miss.ts';
import { ancestors } from './plan-graph.ts';
import type { Planned, Reports } from './plan-context.ts';
import { defaultCompensation, type StepFields } from './plan-schema.ts';
import { at, list, record } from './raw.ts';

export function stepRules(planned: Planned, index: number, reports: Reports): void {
  const step = planned.plan.steps[index];
  if (!step) return;
  const path = [...planned.path, 'steps', index];
  carrierRules(step, path, reports);
  valueRules(step, path, reports);
  compensationRules({ planned, step, path }, reports);
  const windowWritten = at(record(list(at(planned.written, ['steps']))[index]), ['gate', 'metric', 'window']) !== undefined;
  gateRules({ step, path, windowWritten }, reports);
}

function carrierRules({ kind, provider, target }: StepFields, path: Path, { error }: Reports): void {
  if (provider !== undefined && target === undefined && kind !== 'code')
    error([...path, 'target'], 'is missing', `Say what ${provider} should change; its README.md lists what it needs to know.`);
  if (provider !== undefined) return;
  if (kind !== 'code') error([...path, 'provider'], 'is missing', `Only code has one by itself: name who carries out a ${kind} step.`);
  else if (target) error([...path, 'provider'], 'is missing beside target', 'Name it, or leave both out to take those of the environment.');
}

function valueRules({ kind, to, database }: StepFields, path: Path, { error }: Reports): void {
  if (database && kind !== 'database')
    error(
      [...path, 'database'],
      `says how a database step was rehearsed, but the kind is ${kind}`,
      'Write kind: database, or leave it out.',
    );
  if (to !== undefined || (kind !== 'traffic' && kind !== 'config')) return;
  const message = `is missing: ${kind} has no deployments, so there is no last known good to go back to`;
  error([...path, 'to'], message, "Write the value that is right during an incident, in quotes, for example 'false'.");
}

type Context = { readonly planned: Planned; readonly step: StepFields; readonly path: Path };

function compensationRules({ planned: { plan }, step, path }: Context, { error, warn }: Reports): void {
  if (step.kind === 'database' && step.compensation === 'auto') {
    const message = 'cannot be auto for a database: what was written since would be lost without anybody looking';
    error([...path, 'compensation'], message, 'Write manual, or none.');
  }
  if (step.onFailure !== 'compensate') return;
  const mayHaveRun = plan.steps.filter(({ id }) => id !== step.id && !ancestors(plan.steps, id).has(step.id));
  if (mayHaveRun.some(({ kind, compensation }) => (compensation ?? defaultCompensation[kind]) === 'auto')) return;
  const message = 'undoes nothing: no step that may be done by then has compensation auto';
  warn([...path, 'onFailure'], message, 'Write onFailure: stop, or compensation: auto at the steps to undo.');
}

type Gated = { readonly step: StepFields; readonly path: Path; readonly windowWritten: boolean };

function gateRules({ step: { gate, timeout }, path, windowWritten }: Gated, { error, warn }: Reports): void {
  if (!gate) return;
  switch (gate.kind) {
    case 'manual':
      return;
    case 'timer':
      if (timeout < gate.afterMs) error([...path, 'timeout'], 'is over before the timer of the gate is', 'Make it longer than gate.timer.');
      return;
    case 'metric':
      // A probe's question is an address and looks back at nothing.
      if (!windowWritten && gate.gate.provider !== 'http-probe') {
        const message = 'has no window, so it looks back 1m, further than the steps before may have been done';
        warn([...path, 'gate', 'metric'], message, 'Add window, for example 30s, and use {window} in the query.');
      }
      if (gate.gate.fail)
        warn([...path, 'gate', 'metric', 'fail'], 'is not used: a step waits until pass holds, however bad it is', 'Leave it out.');
      if (timeout < gate.gate.timeoutMs)
        warn([...path, 'timeout'], 'is over before the measurement of the gate gives up', 'Make it longer than gate.metric.timeout.');
      return;
    case 'window':
      windowRules(gate, [...path, 'gate', 'window'], error);
  }
}

function windowRules({ from, to, timeZone }: { from: string; to: string; timeZone: string }, path: Path, error: Reports['error']): void {
  if (from === to)
    error([...path, 'to'], 'is the same time as from, so the window is never open', 'Leave the gate out if any time is right.');
  if (isTimeZone(timeZone)) return;
  const suggestion =
    didYouMean(timeZone, Intl.supportedValuesOf('timeZone')) ?? 'Write region and city, for example Europe/Berlin, or UTC.';
  error([...path, 'timeZone'], `is not a time zone: ${timeZone}`, suggestion);
}
