import { amount } from '../../domain/amount.ts';
import type { Gate, StepGate } from '../../domain/plan.ts';
import { judge } from '../../domain/verification.ts';
import { nextInWindow } from '../../domain/window.ts';
import type { JobOutcome } from '../../queue/job.ts';
import { measure } from './measure.ts';
import { busyReason } from './quiet-time.ts';
import type { Step } from './step.ts';
import { defer } from './step.ts';

/** A closed gate: when to look again, or not at all because a person has to open it. */
export interface Closed {
  look: JobOutcome;
}

/** Holds a step at its gate; nothing when it may pass. What it waits for stands on the card. */
export async function closedGate(step: Step): Promise<Closed | undefined> {
  const { planned, place, run } = step;
  if (place.back) return undefined;
  const closed = planned.gate === undefined || run.gatePassedAt !== undefined ? undefined : await atGate(step, planned.gate);
  return closed ?? untilQuiet(step);
}

const quietLookMs = 60_000;

/** What was approved at a quiet time may come to its turn at a busy one. */
async function untilQuiet(step: Step): Promise<Closed | undefined> {
  const { planned, deps } = step;
  const busy = await busyReason(planned, deps);
  if (busy === undefined) return undefined;
  await defer(step, busy);
  return { look: { again: deps.now() + quietLookMs } };
}

async function atGate(step: Step, gate: StepGate): Promise<Closed | undefined> {
  const now = step.deps.now();
  switch (gate.kind) {
    case 'manual':
      await defer(step, `waits until somebody confirms: ${gate.text}`);
      return { look: undefined };
    case 'timer':
      return until(step, readySince(step) + gate.afterMs, 'waits its time');
    case 'window':
      return until(step, nextInWindow(gate, now), `waits until ${gate.from} (${gate.timeZone})`);
    case 'metric':
      return atMetric(step, gate.gate);
  }
}

/** A plan may be edited while it waits here, and the new one's job waits behind this one: so it looks in between. */
const longestWaitMs = 60_000;

async function until(step: Step, at: number, text: string): Promise<Closed | undefined> {
  const now = step.deps.now();
  if (at <= now) return undefined;
  await defer(step, text);
  return { look: { again: Math.min(at, now + longestWaitMs) } };
}

/** When the last of the steps it needs was done; the order to start when it needs none. */
function readySince({ state, planned }: Step): number {
  const ends = planned.needs.map((need) => state.steps[state.plan.steps.findIndex(({ id }) => id === need)]?.endedAt ?? 0);
  return Math.max(state.startOrderedAt ?? 0, ...ends);
}

/** No data keeps the gate closed: what is not known is not well. */
async function atMetric(step: Step, gate: Gate): Promise<Closed | undefined> {
  const measured = await measure(gate, step.deps);
  if ('value' in measured && judge(gate, measured.value) === 'good') return undefined;
  const seen = 'value' in measured ? `it is ${amount(gate, measured.value)}` : measured.missing;
  const wanted = gate.pass ? `${gate.pass.operator} ${amount(gate, gate.pass.value)}` : 'well';
  await defer(step, `waits until ${gate.name} is ${wanted}: ${seen}`);
  return { look: { again: step.deps.now() + gate.intervalMs } };
}
