import type { Audience } from '../domain/words.ts';
import type { Modal } from './blocks.ts';
import { section } from './blocks.ts';
import { ids } from './ids.ts';
import { modal, textInput } from './inputs.ts';
import { date } from './text.ts';

interface UpdateForm {
  /** The incident's. */
  id: string;
  audience: Audience;
  draft: string;
  nextAt?: number | undefined;
}

const readers: Record<Audience, string> = {
  internal: 'The team reads this.',
  external: 'Customers and partners read this. Say what they see, what they can do meanwhile, and when they hear from you again.',
  support: 'Customer-facing teams read this. Say who is hit, what to tell them, and what not to promise.',
};

const hints: Record<Audience, string> = {
  internal: 'Short is good: impact, what is being done, what is needed.',
  external: 'Plain words. No names of hosts, versions or people, and no blame: such a text is not published.',
  support: 'Plain words. What you write here may be read out to customers.',
};

/** The draft is a start: nothing is sent before somebody presses Publish. */
export function updateModal({ id, audience, draft, nextAt }: UpdateForm): Modal {
  const next = nextAt === undefined ? '' : ` The next one is due at ${date(nextAt)}.`;
  return modal(ids.publishUpdate, {
    title: `Update: ${audience}`,
    submit: 'Publish',
    metadata: { id, audience, nextAt },
    blocks: [
      section(readers[audience] + next),
      textInput({ name: 'text', label: 'Text', initial: draft, multiline: true, max: 3000, hint: hints[audience] }),
    ],
  });
}
