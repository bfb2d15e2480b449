import { z } from 'zod';
import { incident } from '../../domain/incident.ts';
import { Refusal } from '../../domain/refusal.ts';
import type { IncidentStatus } from '../../domain/words.ts';
import { openStatuses } from '../../domain/words.ts';
import { ids } from '../../views/ids.ts';
import { statusModal } from '../../views/resolve-modal.ts';
import type { Feature } from '../feature.ts';
import { incidentById, incidentIdOf } from '../feature.ts';
import { resolveWith } from './resolve.ts';

const Ref = z.object({ id: z.string() });
const Form = z.object({ status: z.enum(openStatuses), note: z.string().trim().max(500, 'At most 500 characters fit').optional() });

/** `/incident status <status> [note]`; without a status a form opens. The cards and the timeline show the change. */
export const setStatus: Feature = (on, deps) => {
  const verb = {
    name: 'status',
    usage: 'status [investigating|identified|mitigating|monitoring|resolved] [note]',
    help: 'how far we are; without a word a form opens',
    example: 'status identified bad deploy of shop',
  };
  on.command('incident', verb, async (input) => {
    const { id, text } = await incidentIdOf(input, deps, '/incident status INC-12 identified');
    const [word = '', ...rest] = text.split(/\s+/);
    if (word === '') return void (await input.modal(statusModal(await incidentById(id, deps))));
    const note = rest.join(' ');
    const status = readStatus(word);
    if (status === 'resolved') return resolveWith(deps, { ...input, id, note });
    const command = {
      type: 'incident.set-status',
      status,
      ...(note === '' ? {} : { note }),
      by: input.user,
      at: input.at,
    } as const;
    await deps.execute(incident, id, command, { inboxKey: input.inboxKey });
  });

  on.button(ids.openStatus, Ref, async ({ value, modal }) => void (await modal(statusModal(await incidentById(value.id, deps)))));

  on.submit(ids.setStatus, { form: Form, metadata: Ref }, async ({ form: { status, note }, metadata, user, at, inboxKey }) => {
    const command = { type: 'incident.set-status', status, ...(note ? { note } : {}), by: user, at } as const;
    await deps.execute(incident, metadata.id, command, { inboxKey });
  });
};

/** The shortest unique beginning is enough. @throws Refusal naming the statuses there are */
function readStatus(word: string): IncidentStatus {
  // One letter is a slip of the finger, and must not end an incident.
  const offered = word.length < 3 ? openStatuses : [...openStatuses, 'resolved' as const];
  const begun = offered.filter((status) => status.startsWith(word.toLowerCase()));
  const [only] = begun;
  if (only === undefined || begun.length > 1) throw new Refusal('unknown_status', { status: word.slice(0, 40) });
  return only;
}
