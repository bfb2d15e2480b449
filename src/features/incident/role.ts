import { z } from 'zod';
import { incident } from '../../domain/incident.ts';
import { standingText } from '../../domain/policy.ts';
import { Refusal } from '../../domain/refusal.ts';
import type { Role, UserId } from '../../domain/words.ts';
import { roleNames, roles } from '../../domain/words.ts';
import type { Deps } from '../../ports.ts';
import { ids } from '../../views/ids.ts';
import type { Feature } from '../feature.ts';
import { incidentIdOf, readPerson } from '../feature.ts';

const Claim = z.object({ id: z.string(), role: z.enum(roles) });

/** `/incident ic|tl|cc [@user|me|none]`, and the button that takes a free role. The cards show the change. */
export const assignRole: Feature = (on, deps) => {
  for (const role of roles) {
    const verb = {
      name: role,
      usage: `${role} [@user|me|none]`,
      help: `who is ${roleNames[role]}; nobody named = you`,
      example: `${role} me`,
    };
    on.command('incident', verb, async (input) => {
      const { id, text } = await incidentIdOf(input, deps, `/incident ${role} INC-12 me`);
      const holder = readPerson(text, input.user);
      await assertMayHold(holder, deps);
      await assign(deps, { ...input, id, role, holder });
    });
  }

  on.button(ids.claimRole, Claim, async ({ value, ...input }) => {
    await assertMayHold(input.user, deps);
    await assign(deps, { ...input, id: value.id, role: value.role, holder: input.user });
  });
};

interface Assignment {
  id: string;
  role: Role;
  holder: UserId | null;
  user: UserId;
  at: number;
  inboxKey: string;
}

async function assign({ execute }: Deps, { id, role, holder, user, at, inboxKey }: Assignment): Promise<void> {
  await execute(incident, id, { type: 'incident.assign-role', role, user: holder, by: user, at }, { inboxKey });
}

/** A role carries rights, so guests, bots and people who left cannot hold one. Slack's silence is no reason to refuse. */
async function assertMayHold(user: UserId | null, { chat }: Deps): Promise<void> {
  if (user === null) return;
  const standing = await chat.standing(user);
  if (standing !== 'member' && standing !== 'unknown')
    throw new Refusal('not_a_member', { user: `<@${user}>`, standing: standingText(standing) });
}
