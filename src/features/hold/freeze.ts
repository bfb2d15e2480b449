import { z } from 'zod';
import { heldByWordOnly, scopeText } from '../../domain/hold.ts';
import { can, incident } from '../../domain/incident.ts';
import { Refusal } from '../../domain/refusal.ts';
import { incidentName } from '../../domain/words.ts';
import type { Deps, StoredIncident } from '../../ports.ts';
import type { CommandInput } from '../../slack/listen.ts';
import type { Message, Modal } from '../../views/blocks.ts';
import { note } from '../../views/blocks.ts';
import { wordOnlyText } from '../../views/held.ts';
import { freezeModal } from '../../views/hold-modals.ts';
import { ids } from '../../views/ids.ts';
import { line } from '../../views/text.ts';
import type { Feature } from '../feature.ts';
import { incidentById, incidentOf, knownService } from '../feature.ts';
import { holdsNow } from './list.ts';
import type { Wanted } from './read-scope.ts';
import { readScope } from './read-scope.ts';

const Ref = z.object({ id: z.string() });
const Form = z.object({
  scope: z.string('Choose a service, or everything'),
  reason: z.string('Say why').trim().min(1, 'Say why, in a few words').max(500, 'At most 500 characters fit'),
});

/** Holds the deploys of a service or of everything: by command, or by the form, which opens when something was left out. */
export const holdDeploys: Feature = (on, deps) => {
  const freeze = {
    name: 'freeze',
    usage: 'freeze [service|all] [reason]',
    help: 'holds deploys; alone it lists what is held',
    example: 'freeze all nobody knows what it is',
  };
  on.command('incident', freeze, (input) => hold(deps, input, '/incident freeze INC-12 all <reason>'));

  const lock = {
    name: 'lock',
    usage: 'lock [service] [reason]',
    help: 'holds the deploys of a service; alone it lists what is held',
    example: 'lock shop v42 breaks the checkout',
  };
  on.command('rollback', lock, async (input) => {
    const [word = ''] = input.text.replace(/^inc-\d+\s*/i, '').split(/\s+/);
    // A lock is of one service: a mistyped one must not be read as the reason.
    if (word !== '' && readScope(word, deps).scope === undefined) knownService(word, deps);
    return hold(deps, input, '/rollback lock INC-12 shop <reason>');
  });

  on.button(ids.openFreeze, Ref, async ({ value, modal }) => void (await modal(formFor(deps, await incidentById(value.id, deps)))));

  on.submit(ids.freeze, { form: Form, metadata: Ref }, async ({ form: { scope, reason }, metadata: { id }, user, at, inboxKey }) => {
    await deps.execute(incident, id, { type: 'incident.freeze', scope, reason, by: user, at }, { inboxKey });
  });
};

async function hold(deps: Deps, input: CommandInput, example: string): Promise<Message | undefined> {
  if (input.text === '') return holdsNow(deps, input.channel);
  const { incident: found, text } = await incidentOf(input, deps, example);
  const wanted = readScope(text, deps);
  const { scope, reason } = wanted;
  if (scope === undefined || reason === '') return void (await input.modal(formFor(deps, found, wanted)));
  const { user, at, inboxKey } = input;
  await deps.execute(incident, found.id, { type: 'incident.freeze', scope, reason, by: user, at }, { inboxKey });
  if (input.channel === found.state.room?.id) return undefined;
  return heldReply(deps, scope, incidentName(found.state.number));
}

/** @throws Refusal when the incident is over: a form that cannot be sent helps nobody */
function formFor(deps: Deps, found: StoredIncident, { scope, reason }: Partial<Wanted> = {}): Modal {
  const { number, status } = found.state;
  if (!can('incident.freeze', found.state)) throw new Refusal('incident_over', { number, status, command: 'a freeze' });
  const services = deps.settings.services.map(({ id }) => id);
  return freezeModal({ incident: found, services, paths: deps.deployPaths().map(({ path }) => path), scope, reason });
}

/** The room of the incident reads it all; who typed elsewhere is answered. */
function heldReply({ settings, deployPaths }: Deps, scope: string, name: string): Message {
  const services = settings.services.map(({ id }) => id);
  const paths = deployPaths().map(({ path }) => path);
  const byWord = wordOnlyText(heldByWordOnly(scope, services, paths));
  return note(`Held for ${name}: ${line(scopeText(scope))}.${byWord === undefined ? '' : ` ${byWord}.`}`);
}
