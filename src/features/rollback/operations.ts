/** What an operator can say about a rollback, one entry a verb: when it is offered, and which decision it leads to. */
import { approversText } from '../../domain/policy.ts';
import { blocksOf } from '../../domain/rollback-approval.ts';
import { Refusal } from '../../domain/refusal.ts';
import { canMeasure } from '../../domain/rollback-flow.ts';
import type { KnownRollback, StepChoice } from '../../domain/rollback.ts';
import { can, runnable } from '../../domain/rollback.ts';
import type { Deps, OperatorCommand, OperatorInput, OperatorOffer, StoredRollback } from '../../ports.ts';
import { originOf, placeOf, targetOf } from '../../views/words.ts';
import { isLastNeeded } from '../../views/rollback-approval.ts';
import { act, orderStart, revoke, vote } from './approve.ts';
import { steer } from './steer.ts';

interface Operating {
  deps: Deps;
  found: StoredRollback;
  by: OperatorInput;
  command: OperatorCommand;
}

interface Operation {
  /** How it can be said now; empty when it cannot. */
  offers: (state: KnownRollback) => Omit<OperatorOffer, 'verb'>[];
  run: (operating: Operating) => Promise<void>;
}

const approve: Operation = {
  offers: (state) => {
    const starts = state.policy.start === 'at-once' ? 'It starts at once.' : 'Then somebody starts it.';
    const then = isLastNeeded(state) ? starts : 'More approvals are needed after yours.';
    const fields = state.policy.typeServiceName ? (['typed'] as const) : [];
    const offer = { label: 'Approve', question: `Roll back ${changeOf(state)}? ${then}`, fields, again: true };
    return can('rollback.approve', state) && blocksOf(state).length === 0 ? [offer] : [];
  },
  run: ({ deps, found, by, command }) => {
    const { typed } = command;
    return vote(deps, found, { ...by, planHash: seenPlan(command), ...(typed === undefined ? {} : { typed }) });
  },
};

const starting: Operation = {
  offers: (state) => {
    const offer = { label: 'Start', question: `Roll back ${changeOf(state)}? It starts at once.`, fields: [], again: true };
    return can('rollback.start', state) && state.startOrderedAt === undefined ? [offer] : [];
  },
  run: ({ deps, found, by, command }) => orderStart(deps, found, { ...by, planHash: seenPlan(command) }),
};

const takeBack: Operation = {
  offers: (state) => {
    const question = `Take your own approval of the rollback of ${changeOf(state)} back?`;
    return can('rollback.revoke', state) && state.votes.length > 0 ? [{ label: 'Take my approval back', question, fields: [] }] : [];
  },
  run: ({ deps, found, by }) => revoke(deps, found, by),
};

/** Skips the quorum; who may, and how often, the decision behind it says. */
const glass: Operation = {
  offers: (state) => {
    const question = `Roll back ${changeOf(state)} at once, without the approval of ${approversText(state.policy)}? Everybody skipped is told.`;
    return can('rollback.break-glass', state) ? [{ label: 'Break glass', question, fields: ['reason', 'typed'], again: true }] : [];
  },
  run: ({ deps, found, by, command }) => {
    const [planHash, { typed = '' }] = [seenPlan(command), command];
    const reason = reasonOf(command);
    return steer(deps, found, {
      ...by,
      lastResort: true,
      command: (voter) => ({ type: 'rollback.break-glass', planHash, typed, reason, voter, by: by.user, at: by.at }),
    });
  },
};

const reject: Operation = {
  offers: (state) => {
    const question = `End the request to roll back ${changeOf(state)}? One no is enough.`;
    return can('rollback.reject', state) ? [{ label: 'Reject', question, fields: ['reason'] }] : [];
  },
  run: ({ deps, found, by, command }) => act(deps, found, { ...by, type: 'rollback.reject', reason: reasonOf(command) }),
};

const cancel: Operation = {
  offers: (state) => {
    const question = `Call off the rollback of ${changeOf(state)}? Nothing new is started; what runs is stopped where that can be done.`;
    const isPossible = can('rollback.cancel', state) && state.cancelledBy === undefined && state.undoing.length === 0;
    return isPossible ? [{ label: 'Call off', question, fields: ['reason'] }] : [];
  },
  run: ({ deps, found, by, command }) => {
    const reason = reasonOf(command);
    return steer(deps, found, { ...by, command: (voter) => ({ type: 'rollback.cancel', reason, voter, by: by.user, at: by.at }) });
  },
};

/** A step that waits for a person. */
const confirm: Operation = {
  offers: (state) =>
    can('rollback.pass-gate', state)
      ? runnable(state).flatMap((index) => {
          const step = state.plan.steps[index];
          if (step?.gate?.kind !== 'manual' || state.steps[index]?.gatePassedAt !== undefined) return [];
          return [{ label: `Confirm ${step.id}`, question: step.gate.text, fields: [], fixed: { step: step.id } }];
        })
      : [],
  run: ({ deps, found, by, command }) => {
    const step = stepOf(found.state, command);
    return steer(deps, found, { ...by, command: (voter) => ({ type: 'rollback.pass-gate', step, voter, by: by.user, at: by.at }) });
  },
};

const undo: Operation = {
  offers: (state) =>
    can('rollback.compensate', state)
      ? [{ label: 'Undo', question: `Undo what was done to roll back ${changeOf(state)}?`, fields: [] }]
      : [],
  run: ({ deps, found, by }) =>
    steer(deps, found, { ...by, command: (voter) => ({ type: 'rollback.compensate', voter, by: by.user, at: by.at }) }),
};

const stepChoices: Record<StepChoice, string> = { ran: 'it ran', again: 'it did not run: run it again', skip: 'leave it out' };

const isStepChoice = (choice: string | undefined): choice is StepChoice => choice !== undefined && Object.hasOwn(stepChoices, choice);

/** What happened to a step whose outcome nobody knows. */
const settleStep: Operation = {
  offers: (state) =>
    can('rollback.settle-step', state)
      ? unknownSteps(state).flatMap(({ id }) =>
          Object.entries(stepChoices).map(([choice, words]) => {
            const question = `Look first what really happened. Step ${id} of the rollback of ${changeOf(state)}: ${words}?`;
            return { label: `${id}: ${words}`, question, fields: [], fixed: { step: id, choice } };
          }),
        )
      : [],
  run: ({ deps, found, by, command }) => {
    const { choice } = command;
    if (!isStepChoice(choice)) throw new Refusal('usage', { text: `Say what happened: ${Object.keys(stepChoices).join(', ')}.` });
    const step = stepOf(found.state, command);
    const back = found.state.undoing.includes(step) && found.state.undos[step]?.status === 'unknown' ? ({ back: true } as const) : {};
    const reason = stepChoices[choice];
    return steer(deps, found, {
      ...by,
      command: (voter) => ({ type: 'rollback.settle-step', step, ...back, choice, reason, voter, by: by.user, at: by.at }),
    });
  },
};

const measure: Operation = {
  offers: (state) =>
    can('rollback.settle', state) && canMeasure(state)
      ? [{ label: 'It ran: measure', question: `Read back and measure ${placeOf(state.plan)} once more?`, fields: [] }]
      : [],
  run: ({ deps, found, by }) => act(deps, found, { ...by, type: 'rollback.settle', choice: 'verify', reason: 'it ran: measure' }),
};

const abandon: Operation = {
  offers: (state) =>
    can('rollback.settle', state)
      ? [{ label: 'Give up', question: `Give up the rollback of ${changeOf(state)}? Nothing more is done.`, fields: ['reason'] }]
      : [],
  run: ({ deps, found, by, command }) => act(deps, found, { ...by, type: 'rollback.settle', choice: 'abandon', reason: reasonOf(command) }),
};

/** By the word that is typed. */
export const operations: Readonly<Record<string, Operation>> = {
  approve,
  start: starting,
  revoke: takeBack,
  'break-glass': glass,
  reject,
  cancel,
  confirm,
  undo,
  settle: settleStep,
  measure,
  abandon,
};

/** Everything that can be said about this rollback just now. */
export const offersOf = (state: KnownRollback): OperatorOffer[] =>
  Object.entries(operations).flatMap(([verb, { offers }]) => offers(state).map((offer) => ({ verb, ...offer })));

const changeOf = ({ plan }: KnownRollback): string => `${placeOf(plan)} from ${originOf(plan)} to ${targetOf(plan)}`;

/** What touches production is bound to the plan that was looked at. @throws Refusal when that is not said */
function seenPlan({ planHash }: OperatorCommand): string {
  if (planHash === undefined) throw new Refusal('usage', { text: 'Say which plan you saw: `planHash`, as the rollback shows it.' });
  return planHash;
}

function reasonOf({ reason = '' }: OperatorCommand): string {
  if (reason.trim() === '') throw new Refusal('reason_missing');
  return reason.trim();
}

const unknownSteps = ({ plan, steps, undos, undoing }: KnownRollback): { id: string }[] =>
  plan.steps.filter((_, index) => steps[index]?.status === 'unknown' || (undoing.includes(index) && undos[index]?.status === 'unknown'));

/** The step of this name; of a plan with one step it need not be named. */
function stepOf({ plan: { steps } }: KnownRollback, { step }: OperatorCommand): number {
  const index = step === undefined && steps.length === 1 ? 0 : steps.findIndex(({ id }) => id === step);
  if (index < 0) throw new Refusal('usage', { text: `Name the step: ${steps.map(({ id }) => id).join(', ')}.` });
  return index;
}
