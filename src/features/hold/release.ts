import { z } from 'zod';
import type { PlacedHold } from '../../domain/hold.ts';
import { covers, everything, holdsOf, scopeText, stuckPathsOf } from '../../domain/hold.ts';
import { incident } from '../../domain/incident.ts';
import { Refusal } from '../../domain/refusal.ts';
import { incidentName } from '../../domain/words.ts';
import type { Deps, StoredIncident } from '../../ports.ts';
import type { CommandInput } from '../../slack/listen.ts';
import type { Message } from '../../views/blocks.ts';
import { note } from '../../views/blocks.ts';
import { releaseModal } from '../../views/hold-modals.ts';
import { ids } from '../../views/ids.ts';
import { line, listed } from '../../views/text.ts';
import type { Feature } from '../feature.ts';
import { incidentById, incidentNamed } from '../feature.ts';
import { holdsNow } from './list.ts';
import { readScope } from './read-scope.ts';

const Ref = z.object({ id: z.string(), scope: z.string().optional() });
const Form = z.object({
  scope: z.string('Choose what is released'),
  reason: z.string('Say why').trim().min(1, 'Say why, in a few words').max(500, 'At most 500 characters fit'),
});

/** Lets deploys go again, from anywhere: the incident that holds them is found. Whoever does it says why. */
export const releaseDeploys: Feature = (on, deps) => {
  const unfreeze = {
    name: 'unfreeze',
    usage: 'unfreeze [service|all] [reason]',
    help: 'lets deploys go again, from anywhere; alone it lists what is held',
    example: 'unfreeze all v43 is fine',
  };
  on.command('incident', unfreeze, (input) => release(deps, input));

  const unlock = {
    name: 'unlock',
    usage: 'unlock [service] [reason]',
    help: 'lets the deploys of a service go again, from anywhere; alone it lists what is held',
    example: 'unlock shop v43 is fine',
  };
  on.command('rollback', unlock, (input) => release(deps, input));

  on.button(ids.openUnfreeze, Ref, async ({ value: { id, scope }, modal }) => {
    await modal(releaseModal({ incident: await incidentById(id, deps), scope }));
  });

  on.submit(ids.unfreeze, { form: Form, metadata: Ref }, async ({ form, metadata: { id }, ...input }) => {
    return letGo(deps, { ...input, ...form, found: await incidentById(id, deps) });
  });
};

async function release(deps: Deps, input: CommandInput): Promise<Message | undefined> {
  const [named = '', rest = ''] = splitName(input.text);
  const { scope, reason } = readScope(rest, deps);
  if (named === '' && rest === '') return holdsNow(deps, input.channel);

  const [holding, here] = await Promise.all([
    deps.queries.holdingIncidents(),
    named === '' ? deps.queries.incidentByRoom(input.channel) : incidentNamed(named, deps),
  ]);
  const found = holderOf({ holding, here, isNamed: named !== '', scope });
  if (found === undefined) return holdsNow(deps, input.channel);
  if (scope === undefined || reason === '') return void (await input.modal(releaseModal({ incident: found, scope, reason })));
  return letGo(deps, { ...input, found, scope, reason });
}

const splitName = (text: string): string[] => /^(inc-\d+)?\s*([\s\S]*)$/i.exec(text.trim())?.slice(1) ?? [];

interface Search {
  holding: readonly StoredIncident[];
  /** Named, or the one of this room. */
  here: StoredIncident | undefined;
  isNamed: boolean;
  scope: string | undefined;
}

/** @returns the incident that is meant; nothing when that cannot be said. @throws Refusal when it is not held, or by several */
function holderOf({ holding, here, isNamed, scope }: Search): StoredIncident | undefined {
  const able = holding.filter(({ state }) => canRelease(state, scope));
  const [first, second] = able;
  const mine = able.find(({ id }) => id === here?.id);
  if (mine) return mine;
  if (isNamed && scope === undefined) return here;
  if (first !== undefined && second === undefined && !isNamed) return first;
  if (scope === undefined) return undefined;
  const name = upper(scopeText(scope));
  if (first === undefined || isNamed) throw new Refusal('not_held', { scope: name, hint: hintOf(holding) });
  const verb = scope === everything ? '/incident unfreeze' : '/rollback unlock';
  throw new Refusal('held_by_several', {
    scope: name,
    incidents: listed(able.map(({ state }) => incidentName(state.number))),
    example: `${verb} ${incidentName(first.state.number)} ${scope} <reason>`,
  });
}

function canRelease(state: StoredIncident['state'], scope: string | undefined): boolean {
  if (scope === undefined) return holdsOf(state).length + stuckPathsOf(state).length > 0;
  return holdsOf(state).some((hold) => hold.scope === scope) || stuckPathsOf(state).some(({ service }) => covers({ scope }, service));
}

function hintOf(holding: readonly StoredIncident[]): string {
  const held = placed(holding).map(({ scope, incident: number }) => `${scopeText(scope)} by ${incidentName(number)}`);
  return held.length === 0 ? 'Nothing is.' : `Held: ${held.slice(0, 10).join(', ')}.`;
}

const placed = (holding: readonly StoredIncident[]): PlacedHold[] =>
  holding.flatMap(({ id, state }) => holdsOf(state).map((hold) => ({ ...hold, incidentId: id, incident: state.number })));

const upper = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

interface Release {
  found: StoredIncident;
  scope: string;
  reason: string;
  user: string;
  at: number;
  inboxKey: string;
  /** Where it was typed; absent for the form. */
  channel?: string;
}

/** The room of the incident reads it; who did it elsewhere, or is in for a surprise, is answered. */
async function letGo(deps: Deps, { found, scope, reason, user, at, inboxKey, channel }: Release): Promise<Message | undefined> {
  await deps.execute(incident, found.id, { type: 'incident.unfreeze', scope, reason, by: user, at }, { inboxKey });
  const others = (await deps.queries.holds()).filter((hold) => overlaps(hold.scope, scope));
  const isSeen = channel !== undefined && channel === found.state.room?.id;
  if (others.length === 0) {
    const released = `${upper(scopeText(scope))} is released: ${incidentName(found.state.number)} holds it no more.`;
    return isSeen || channel === undefined ? undefined : note(line(released));
  }
  const left = others
    .slice(0, 10)
    .map((hold) => `${line(scopeText(hold.scope), 63)} by ${incidentName(hold.incident)} (${line(hold.reason, 80)})`);
  return note(`Released, but still held: ${listed(left)}.`);
}

/** Does one of them still keep from shipping what the other one let go? */
const overlaps = (held: string, released: string): boolean => released === everything || held === everything || held === released;
