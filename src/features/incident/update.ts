import { z } from 'zod';
import type { KnownIncident } from '../../domain/incident.ts';
import { incident } from '../../domain/incident.ts';
import { Refusal } from '../../domain/refusal.ts';
import { nextUpdateAt } from '../../domain/update.ts';
import type { Audience } from '../../domain/words.ts';
import { audiences } from '../../domain/words.ts';
import type { Deps, StoredIncident } from '../../ports.ts';
import type { Modal } from '../../views/blocks.ts';
import { ids } from '../../views/ids.ts';
import { updateData } from '../../views/update-data.ts';
import { updateModal } from '../../views/update-modal.ts';
import { renderUpdate } from '../../views/update-templates.ts';
import type { Feature } from '../feature.ts';
import { incidentById, incidentOf, states } from '../feature.ts';

const Ref = z.object({ id: z.string(), audience: z.enum(audiences) });
const Metadata = Ref.extend({ nextAt: z.number().optional() });
const Form = z.object({ text: z.string().trim().min(1, 'The update has no text').max(3000, 'At most 3000 characters fit') });

/** `/incident update [audience] [text]`: with a text it is published, without one a form opens with a ready draft. */
export const publishUpdate: Feature = (on, deps) => {
  const verb = {
    name: 'update',
    usage: 'update [internal|external|support] [text]',
    help: 'tells the team, customers or support; without a text a draft opens',
    example: 'update support checkout may fail, we are on it',
  };
  on.command('incident', verb, async (input) => {
    const found = await incidentOf(input, deps, '/incident update INC-12 internal');
    const { audience, text } = readAudience(found.text);
    if (text === '') return void (await input.modal(await draft(deps, found.incident, audience)));
    const nextAt = nextUpdateAt(cadenceOf(deps, found.incident.state, audience), input.at);
    await publish(deps, { ...input, id: found.incident.id, audience, text, nextAt });
  });

  on.button(
    ids.openUpdate,
    Ref,
    async ({ value, modal }) => void (await modal(await draft(deps, await incidentById(value.id, deps), value.audience))),
  );

  on.submit(ids.publishUpdate, { form: Form, metadata: Metadata }, async ({ form, metadata, ...input }) => {
    await publish(deps, { ...input, ...metadata, text: form.text });
  });
};

function readAudience(text: string): { audience: Audience; text: string } {
  const [, word = '', rest = ''] = /^(\S*)\s*([\s\S]*)$/.exec(text) ?? [];
  // Three letters at least: `i think …` and `in short …` are the beginning of a text.
  const audience = audiences.find((each) => word.length >= 3 && each.startsWith(word.toLowerCase()));
  if (audience !== undefined) return { audience, text: rest.trim() };
  if (word !== '' && rest === '') throw new Refusal('unknown_audience', { audience: word.slice(0, 40) });
  return { audience: 'internal', text: text.trim() };
}

const cadenceOf = ({ settings }: Deps, { severity }: KnownIncident, audience: Audience) => settings.severities[severity].cadence[audience];

async function draft(deps: Deps, { id, state }: StoredIncident, audience: Audience): Promise<Modal> {
  const rollbacks = states(await deps.queries.rollbacksOf(id));
  const nextAt = nextUpdateAt(cadenceOf(deps, state, audience), deps.now());
  return updateModal({
    id,
    audience,
    nextAt,
    draft: renderUpdate(audience, updateData({ incident: state, rollbacks, audience, nextAt }), deps.settings.templates),
  });
}

interface Publication {
  id: string;
  audience: Audience;
  text: string;
  nextAt?: number | undefined;
  user: string;
  at: number;
  inboxKey: string;
}

async function publish({ queries, execute, newId }: Deps, { id, audience, text, nextAt, user, at, inboxKey }: Publication): Promise<void> {
  // What customers must not read: the versions of this incident's rollbacks, by their own names.
  const versions = states(await queries.rollbacksOf(id)).flatMap(({ plan }) =>
    plan.steps.flatMap(({ from, to }) => [from.label, to.label]),
  );
  const update = { id: newId('upd'), audience, text, secrets: versions, ...(nextAt === undefined ? {} : { nextAt }) };
  await execute(incident, id, { type: 'incident.publish-update', ...update, by: user, at }, { inboxKey });
}
