import type { Severity } from '../domain/words.ts';
import type { Modal } from './blocks.ts';
import { ids } from './ids.ts';
import { modal, radioInput, selectInput, textInput } from './inputs.ts';

export interface SeverityChoice {
  id: Severity;
  /** What it means for customers; people choose by it, not by the number. */
  impact: string;
}

interface DeclareForm {
  title?: string | undefined;
  severity?: Severity | undefined;
  severities: readonly SeverityChoice[];
  service?: string | undefined;
  /** Names of the configured services. */
  services: readonly string[];
  /** The channel where the person is, so that the answer reaches them there. */
  origin?: string | undefined;
}

/** Only the title has to be typed; everything else has a default and can follow. */
export function declareModal({ title, severity = 'SEV3', severities, service, services, origin }: DeclareForm): Modal {
  return modal(ids.declareIncident, {
    title: 'Declare an incident',
    submit: 'Declare',
    metadata: { origin },
    blocks: [
      textInput({
        name: 'title',
        label: 'What is broken?',
        initial: title,
        placeholder: 'checkout fails for a third of customers',
        max: 200,
      }),
      radioInput({
        name: 'severity',
        label: 'How bad is it? A guess is fine.',
        choices: severities.map(choice),
        initial: severity,
      }),
      services.length === 0 ? undefined : serviceInput(services, service),
      textInput({
        name: 'impact',
        label: 'What do customers see?',
        hint: 'In plain words. It is used for the updates to come.',
        multiline: true,
        max: 1000,
        optional: true,
      }),
    ],
  });
}

const choice = ({ id, impact }: SeverityChoice) => ({ value: id, label: impact, description: id });

const serviceInput = (services: readonly string[], service: string | undefined) =>
  selectInput({
    name: 'service',
    label: 'Which service?',
    placeholder: 'Leave empty if you do not know',
    choices: services.map((name) => ({ value: name, label: name })),
    initial: service,
    optional: true,
  });
