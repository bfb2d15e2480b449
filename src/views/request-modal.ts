import type { KnownBlock, SectionBlock } from '@slack/types';
import type { Version } from '../domain/plan.ts';
import type { KnownRollback } from '../domain/rollback.ts';
import { rollbackName } from '../domain/words.ts';
import type { Modal } from './blocks.ts';
import { context, section } from './blocks.ts';
import { ids } from './ids.ts';
import { menu, modal, selectInput, textInput } from './inputs.ts';
import { escape, line, utcDateTime } from './text.ts';
import { placeOf, shortLabel } from './words.ts';

export interface Target {
  /** A named plan of several steps; absent = the code of the service alone. */
  plan?: string | undefined;
  service: string;
  environment: string;
}

interface RequestForm {
  /** The incident's id. */
  id: string;
  /** Everything that can be rolled back. */
  targets: readonly Target[];
  chosen?: Target | undefined;
  reason?: string | undefined;
  state:
    | { kind: 'loading' }
    | { kind: 'error'; text: string }
    /** Every step has its own fixed target: there is nothing to choose. */
    | { kind: 'fixed' }
    | {
        kind: 'ready';
        current?: Version | undefined;
        candidates: readonly Version[];
        lastKnownGood?: Version | undefined;
        /** The version asked for, by id or name. */
        to?: string | undefined;
      };
}

const title = 'Roll back';

/** How a service and environment are written in the menu of targets; read back by `parseTarget`. */
export const targetValue = ({ plan, service, environment }: Target): string =>
  `${service}/${environment}${plan === undefined ? '' : `/${plan}`}`;

export function parseTarget(value: string): Target {
  const [service = '', environment = '', ...plan] = value.split('/');
  return { service, environment, ...(plan.length === 0 ? {} : { plan: plan.join('/') }) }; // a step of a plan has a slash of its own
}

/**
 * Opens at once; versions are looked up while it already stands there. The target is a menu beside a text, not a field of the form:
 * so there is nothing to submit before there is a version to choose.
 */
export function requestModal({ id, targets, chosen, reason, state }: RequestForm): Modal {
  const metadata = { id, ...chosen };
  const closed = (text: string, what?: SectionBlock) => modal(ids.requestRollback, { title, metadata, blocks: [what, section(text)] });
  if (targets.length === 0) return closed('Nothing can be rolled back yet: no service is configured in `warroom.yml`.');

  const what = targetMenu(targets, chosen);
  if (chosen === undefined) return closed('Choose what to roll back.', what);
  switch (state.kind) {
    case 'loading':
      return closed('Looking up versions…', what);
    case 'error':
      return closed(`*Not possible now.* ${escape(state.text)}`, what);
    case 'fixed':
      return modal(ids.requestRollback, { title, submit: 'Request', metadata, blocks: [what, ...reasonInputs(reason)] });
    case 'ready':
      return state.candidates.length === 0
        ? closed(`${runningNow(state)}\nNo other version was deployed here, so there is nothing to go back to.`, what)
        : modal(ids.requestRollback, { title, submit: 'Request', metadata, blocks: [what, ...versionInputs(state, reason)] });
  }
}

interface EditForm {
  /** The rollback's id. */
  id: string;
  rollback: KnownRollback;
  state: RequestForm['state'];
}

/** The same choice for a plan that was asked for already: what was approved is approved anew. */
export function editModal({ id, rollback, state }: EditForm): Modal {
  const { number, plan, votes } = rollback;
  const look = { title: `Edit ${rollbackName(number)}`, metadata: { id } };
  const what = section(`*Roll back ${line(placeOf(plan))}*`);
  const closed = (text: string) => modal(ids.editRollback, { ...look, blocks: [what, section(text)] });
  const voids =
    votes.length === 0
      ? 'Whoever changes it does not approve it.'
      : 'The approvals so far do not count any more, and you cannot approve it.';
  const open = (choice: readonly (KnownBlock | undefined)[], submit = 'Change the plan') =>
    modal(ids.editRollback, {
      ...look,
      submit,
      blocks: [what, ...choice, context(`All checks run again. ${voids}`)],
    });
  switch (state.kind) {
    case 'loading':
      return closed('Looking up versions…');
    case 'error':
      return closed(`*Not possible now.* ${escape(state.text)}`);
    case 'fixed':
      return open([section('Every step has its own fixed target. The plan is looked up again as it is configured now.')], 'Look again');
    case 'ready':
      return state.candidates.length === 0
        ? closed('No other version was deployed here, so there is nothing to go back to.')
        : open(versionChoices(state));
  }
}

const targetMenu = (targets: readonly Target[], chosen: Target | undefined) =>
  menu(ids.chooseTarget, {
    text: chosen === undefined ? '*Roll back*' : `*Roll back ${line(placeOf(chosen))}*`,
    placeholder: 'Choose a service',
    choices: targets.map((target) => ({ value: targetValue(target), label: targetLabel(target) })),
    initial: chosen === undefined ? undefined : targetValue(chosen),
  });

const targetLabel = ({ plan, service, environment }: Target): string =>
  plan === undefined ? `${service} · ${environment}` : `${plan} (plan)`;

type Ready = Extract<RequestForm['state'], { kind: 'ready' }>;

const runningNow = ({ current }: Ready): string =>
  current === undefined ? 'It is not known what runs there now.' : `Running now: *${line(shortLabel(current.label))}*`;

const versionInputs = (state: Ready, reason: string | undefined) => [...versionChoices(state), ...reasonInputs(reason)];

function versionChoices(state: Ready): KnownBlock[] {
  const { candidates, lastKnownGood, to } = state;
  return [
    section(runningNow(state)),
    selectInput({
      name: 'version',
      label: 'Back to which version?',
      placeholder: 'Choose a version',
      choices: candidates.map((version) => versionChoice(version, version.id === lastKnownGood?.id)),
      initial: candidates.find(({ id, label }) => id === to || label === to)?.id ?? lastKnownGood?.id,
    }),
  ];
}

const reasonInputs = (reason: string | undefined) => [
  textInput({ name: 'reason', label: 'Why?', initial: reason, placeholder: 'errors began with this version', max: 500 }),
  context('Nothing is changed yet: the checks run, and the people who may approve are asked.'),
];

const healthWords: Record<Version['health'], string> = { healthy: 'was healthy', failed: 'had failed', unknown: 'health not known' };

function versionChoice({ id, label, deployedAt, by, health }: Version, isLastGood: boolean) {
  const when = deployedAt === undefined ? '' : `, ${utcDateTime(deployedAt)}`;
  const who = by === undefined ? '' : `, ${by}`;
  const state = isLastGood ? 'last known good' : healthWords[health];
  return { value: id, label: `${shortLabel(label)} · ${state}`, description: `Deployed${when}${who}` };
}
