import { z } from 'zod';
import { incident } from '../../domain/incident.ts';
import type { Deps } from '../../ports.ts';
import { ids } from '../../views/ids.ts';
import { resolveModal } from '../../views/resolve-modal.ts';
import type { Feature } from '../feature.ts';
import { incidentById, incidentIdOf } from '../feature.ts';

const Ref = z.object({ id: z.string() });
const Form = z.object({ note: z.string().trim().max(1000, 'At most 1000 characters fit').optional() });

/** `/incident resolve [what ended it]`, or the form. Not while a rollback is under way. */
export const resolveIncident: Feature = (on, deps) => {
  const verb = { name: 'resolve', usage: 'resolve [what ended it]', help: 'it is over', example: 'resolve rolled back to v41' };
  on.command('incident', verb, async (input) => {
    const { id, text } = await incidentIdOf(input, deps, '/incident resolve INC-12');
    await resolveWith(deps, { ...input, id, note: text });
  });

  on.button(ids.openResolve, Ref, async ({ value, modal }) => {
    const [found, rollbacks] = await Promise.all([incidentById(value.id, deps), deps.queries.rollbacksOf(value.id)]);
    await modal(resolveModal(found, rollbacks));
  });

  on.submit(ids.resolveIncident, { form: Form, metadata: Ref }, async ({ form, metadata, ...input }) => {
    await resolveWith(deps, { ...input, id: metadata.id, note: form.note ?? '' });
  });
};

interface Resolution {
  id: string;
  note: string;
  user: string;
  at: number;
  inboxKey: string;
}

export async function resolveWith({ execute }: Deps, { id, note, user, at, inboxKey }: Resolution): Promise<void> {
  await execute(incident, id, { type: 'incident.resolve', ...(note === '' ? {} : { note }), by: user, at }, { inboxKey });
}
