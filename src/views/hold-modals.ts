import type { HeldPath } from '../domain/hold.ts';
import { covers, everything, holdsOf, scopeText, stuckPathsOf } from '../domain/hold.ts';
import type { KnownIncident } from '../domain/incident.ts';
import { incidentName } from '../domain/words.ts';
import type { Known, Modal } from './blocks.ts';
import { section } from './blocks.ts';
import { ids } from './ids.ts';
import type { Choice } from './inputs.ts';
import { modal, selectInput, textInput } from './inputs.ts';
import { utcTime } from './text.ts';

const maxReason = 500;

interface FreezeForm {
  incident: Known<KnownIncident>;
  services: readonly string[];
  /** What can be switched off at all. */
  paths: readonly HeldPath[];
  scope?: string | undefined;
  reason?: string | undefined;
}

/** Which service, or everything, and why. */
export function freezeModal({ incident: { id, state }, services, paths, scope, reason }: FreezeForm): Modal {
  const [only, ...others] = state.services.filter((service) => holdsOf(state).every((hold) => hold.scope !== service));
  const choices = [everything, ...services].map((each): Choice => ({
    value: each,
    label: labelOf(state, each),
    description: effectOf(each, paths),
  }));
  return modal(ids.freeze, {
    title: `Hold, ${incidentName(state.number)}`,
    submit: 'Hold deploys',
    metadata: { id },
    blocks: [
      section('Nothing new shall ship while you look. Rolling back to a version known to be good stays possible.'),
      selectInput({
        name: 'scope',
        label: 'Which deploys?',
        choices,
        initial: scope ?? (others.length === 0 ? only : undefined),
        placeholder: 'A service, or everything',
      }),
      textInput({ name: 'reason', label: 'Why?', placeholder: 'v42 breaks the checkout', max: maxReason, initial: reason }),
    ],
  });
}

function labelOf(state: KnownIncident, scope: string): string {
  const held = holdsOf(state).find((hold) => hold.scope === scope);
  const name = scope === everything ? 'Everything' : scope;
  return held === undefined ? name : `${name} (held since ${utcTime(held.at)})`;
}

function effectOf(scope: string, paths: readonly HeldPath[]): string {
  const names = paths.filter(({ service }) => covers({ scope }, service)).map(({ name }) => name);
  return names.length === 0 ? 'switches nothing off: tell people' : `switches off ${names.join(', ')}`;
}

interface ReleaseForm {
  incident: Known<KnownIncident>;
  scope?: string | undefined;
  reason?: string | undefined;
}

/** Which of the incident's holds, and why. */
export function releaseModal({ incident: { id, state }, scope, reason }: ReleaseForm): Modal {
  const choices = releasable(state);
  const name = incidentName(state.number);
  if (choices.length === 0) return modal(ids.unfreeze, { title: `Release, ${name}`, blocks: [section(`${name} holds nothing any more.`)] });
  return modal(ids.unfreeze, {
    title: `Release, ${name}`,
    submit: 'Release',
    metadata: { id },
    blocks: [
      section('Deploys go on, unless another incident or a freeze of everything holds them as well.'),
      selectInput({ name: 'scope', label: 'What is released?', choices, initial: scope ?? choices[0]?.value }),
      textInput({ name: 'reason', label: 'Why now?', placeholder: 'v43 repairs it', max: maxReason, initial: reason }),
    ],
  });
}

function releasable(state: KnownIncident): Choice[] {
  const held = holdsOf(state).map(({ scope, reason }) => ({ value: scope, label: scopeText(scope), description: reason }));
  const stuck = new Set(stuckPathsOf(state).map(({ service }) => service));
  const others = [...stuck].filter((service) => held.every(({ value }) => value !== service));
  return [...held, ...others.map((value) => ({ value, label: value, description: 'still switched off: tries once more' }))];
}
