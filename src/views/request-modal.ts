import type { Version } from '../domain/plan.ts';
import type { Modal } from './blocks.ts';
import { context, section } from './blocks.ts';
import { ids } from './ids.ts';
import { modal, selectInput, textInput } from './inputs.ts';
import { escape, line, utcDateTime } from './text.ts';
import { shortLabel } from './words.ts';

export interface Target {
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
    | {
        kind: 'ready';
        current?: Version | undefined;
        candidates: readonly Version[];
        lastKnownGood?: Version | undefined;
        /** The version asked for, by id. */
        to?: string | undefined;
      };
}

const title = 'Roll back';

/** How a service and environment are written in the menu of targets; read back by `parseTarget`. */
export const targetValue = ({ service, environment }: Target): string => `${service}/${environment}`;

export function parseTarget(value: string): Target {
  const [service = '', environment = ''] = value.split('/');
  return { service, environment };
}

/** Opens at once; versions are looked up while it already stands there. */
export function requestModal({ id, targets, chosen, reason, state }: RequestForm): Modal {
  const metadata = { id };
  if (targets.length === 0) {
    const text = 'Nothing can be rolled back yet: no service is configured in `warroom.yml`.';
    return modal(ids.requestRollback, { title, metadata, blocks: [section(text)] });
  }

  const target = targetInput(targets, chosen);
  if (chosen === undefined) return modal(ids.requestRollback, { title, submit: 'Look up', metadata, blocks: [target] });
  switch (state.kind) {
    case 'loading':
      return modal(ids.requestRollback, { title, submit: 'Request', metadata, blocks: [target, section('Looking up versions…')] });
    case 'error':
      return modal(ids.requestRollback, {
        title,
        submit: 'Request',
        metadata,
        blocks: [target, section(`*Not possible now.* ${escape(state.text)}`)],
      });
    case 'ready':
      return modal(ids.requestRollback, { title, submit: 'Request', metadata, blocks: [target, ...versionInputs(state, reason)] });
  }
}

const targetInput = (targets: readonly Target[], chosen: Target | undefined) =>
  selectInput({
    name: 'target',
    label: 'What?',
    placeholder: 'Choose a service',
    choices: targets.map((target) => ({ value: targetValue(target), label: `${target.service} · ${target.environment}` })),
    initial: chosen === undefined ? undefined : targetValue(chosen),
    dispatch: ids.chooseTarget,
  });

type Ready = Extract<RequestForm['state'], { kind: 'ready' }>;

function versionInputs({ current, candidates, lastKnownGood, to }: Ready, reason: string | undefined) {
  const now = current === undefined ? 'It is not known what runs there now.' : `Running now: *${line(shortLabel(current.label))}*`;
  if (candidates.length === 0) return [section(`${now}\nNo other version was deployed here, so there is nothing to go back to.`)];
  return [
    section(now),
    selectInput({
      name: 'version',
      label: 'Back to which version?',
      placeholder: 'Choose a version',
      choices: candidates.map((version) => versionChoice(version, version.id === lastKnownGood?.id)),
      initial: to ?? lastKnownGood?.id,
    }),
    textInput({ name: 'reason', label: 'Why?', initial: reason, placeholder: 'errors began with this version', max: 500 }),
    context('Nothing is changed yet: the checks run, and the people who may approve are asked.'),
  ];
}

const healthWords: Record<Version['health'], string> = { healthy: 'was healthy', failed: 'had failed', unknown: 'health not known' };

function versionChoice({ id, label, deployedAt, by, health }: Version, isLastGood: boolean) {
  const when = deployedAt === undefined ? '' : `, ${utcDateTime(deployedAt)}`;
  const who = by === undefined ? '' : `, ${by}`;
  const state = isLastGood ? 'last known good' : healthWords[health];
  return { value: id, label: `${shortLabel(label)} · ${state}`, description: `Deployed${when}${who}` };
}
