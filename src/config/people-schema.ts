// Who is told, how often, and who may approve.
import { z } from 'zod';
import { approverRoles, defaultSeverities, environmentClasses, riskClasses, severityIds, stepKinds, type SeverityId } from './defaults.ts';
import { Cadence, Channel, duration, DurationOrNone, Handle } from './words.ts';

const RoleReminders = z.strictObject({
  after: duration('10s').describe('How long a role may stay empty before the first reminder.'),
  times: z.int().min(0).max(10).describe('How often to remind; 0 is never.'),
});

function severity(id: SeverityId) {
  const defaults = defaultSeverities[id];
  return z
    .strictObject({
      impact: z
        .string()
        .trim()
        .min(1, 'is empty')
        .max(75, 'is longer than 75 characters')
        .default(defaults.impact)
        .describe('What it means for customers. People choose by this text, not by the number.'),
      emoji: z.string().min(1, 'is empty').max(40).default(defaults.emoji).describe('Shown before the incident’s headline.'),
      cadence: cadence(defaults.cadence),
      invite: z.array(Handle).max(50).default([]).describe('User groups and people invited into every war room of this severity.'),
      publishExternal: z
        .enum(['automatic', 'manual'])
        .default('manual')
        .describe('Whether automatic posts reach customers by themselves, or wait for somebody to press Publish.'),
      quietHours: z.boolean().default(defaults.quietHours).describe('Whether reminders wait until the person’s morning.'),
    })
    .prefault({})
    .transform((fields) => ({ id, ...fields }));
}

function cadence(defaults: (typeof defaultSeverities)[SeverityId]['cadence']) {
  return z
    .strictObject({
      internal: Cadence.prefault(defaults.internal).describe('How often the team is told.'),
      external: Cadence.prefault(defaults.external).describe('How often customers and partners are told.'),
      support: Cadence.prefault(defaults.support).describe('How often customer-facing teams are told.'),
      firstExternal: DurationOrNone.prefault(defaults.firstExternal).describe('The latest time for the first external update, or none.'),
      roleReminders: RoleReminders.prefault(defaults.roleReminders).describe(
        'Reminders while Technical Lead or Comms Coordinator are empty.',
      ),
    })
    .prefault({})
    .describe('How often each audience is told.')
    .transform(({ firstExternal, roleReminders: { after, times }, ...audiences }) => ({
      ...audiences,
      ...(firstExternal !== undefined && { firstExternalMs: firstExternal }),
      roleReminders: { afterMs: after, times },
    }));
}

export const Severities = z
  .strictObject({ SEV1: severity('SEV1'), SEV2: severity('SEV2'), SEV3: severity('SEV3'), SEV4: severity('SEV4') })
  .prefault({})
  .describe('What each severity means and how often it is told. Whatever is left out keeps its default.');

const Channels = z.array(Channel).max(20).describe('Channels that receive these updates, each in quotes.');

export const Audiences = z
  .strictObject({
    internal: z
      .strictObject({ channels: Channels.optional().describe('Where the team reads updates. Default: the digest channel.') })
      .prefault({})
      .describe('The people who work here.'),
    external: z
      .strictObject({ channels: Channels.default([]) })
      .prefault({})
      .describe('Customers and partners.'),
    support: z
      .strictObject({ channels: Channels.default([]) })
      .prefault({})
      .describe('Customer-facing teams.'),
  })
  .prefault({})
  .describe('Where updates go besides the war room.');

/** Only what was given. */
type Given<T> = { [Key in keyof T]?: Exclude<T[Key], undefined> };
const given = <T extends object>(fields: T): Given<T> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Given<T>;

/** Skipping the quorum: who may, and how often. */
export const BreakGlass = z
  .strictObject({
    roles: z.array(z.enum(approverRoles)).default(['ic']).describe('Incident roles whose holders may break the glass.'),
    groups: z.array(Handle).max(20).default([]).describe('User groups whose members may, each in quotes.'),
    perDay: z.int().min(1, 'must be at least 1').max(10, 'must be at most 10').default(2).describe('How often a person may in 24 hours.'),
  })
  .refine(({ roles, groups }) => roles.length + groups.length > 0, 'names nobody; give it a role or a group')
  .prefault({})
  .describe('Who may start a rollback without its approvals. Everybody skipped is told, and it is reviewed afterwards.');

const RequesterCounts = z
  .literal(false, 'must be false: whoever asks for a rollback never approves it, so that two people have looked')
  .default(false);

/** Who may approve. A policy nobody could satisfy is refused here rather than found out during an incident. */
export const Policy = z
  .strictObject({
    match: z
      .strictObject({
        environment: z.enum(environmentClasses).optional().describe('Class of the environment; left out, all of them.'),
        severity: z.array(z.enum(severityIds)).min(1, 'is empty').optional().describe('Severities; left out, all of them.'),
        kind: z.array(z.enum(stepKinds)).min(1, 'is empty').optional().describe('Rollbacks with a step of one of these kinds.'),
        risk: z
          .array(z.enum(riskClasses))
          .min(1, 'is empty')
          .optional()
          .describe('low: flags and traffic only; high: data or infrastructure; normal: everything else.'),
      })
      .default({})
      .describe('Which rollbacks it is about.'),
    approvals: z.int().min(1, 'must be at least 1').max(10, 'must be at most 10').describe('How many people must approve.'),
    roles: z.array(z.enum(approverRoles)).default(['ic', 'tl']).describe('Incident roles whose holders may approve.'),
    groups: z.array(Handle).max(20).default([]).describe('User groups whose members may approve, each in quotes.'),
    owners: z.boolean().default(true).describe('Whether the owners of the service may approve as well.'),
    requesterCounts: RequesterCounts.describe('Only false is allowed; written down so that nobody has to wonder.'),
    approveWithin: duration('1m').prefault('15m').describe('How long a request waits for approvals.'),
    executeWithin: duration('1m').prefault('10m').describe('How long an approval stays good before execution begins.'),
    typeServiceName: z
      .boolean()
      .optional()
      .describe('Whether the approver types the name of the service. Default: for SEV1 and for plans with a database step.'),
    start: z
      .enum(['at-once', 'separate'])
      .optional()
      .describe('Whether the last approval starts it (the default), or somebody has to press Start as well.'),
    escalateAfter: DurationOrNone.prefault('5m').describe('When everybody who could approve is called; none is never.'),
  })
  .superRefine(({ approvals, roles, groups, owners }, context) => {
    if (groups.length > 0 || owners || new Set(roles).size >= approvals) return;
    const message = `can never be met: ${approvals} approvals, but at most ${new Set(roles).size} people may give one; add groups or owners: true`;
    context.addIssue({ code: 'custom', path: ['approvals'], message });
  })
  .transform(({ match, approveWithin, executeWithin, escalateAfter, typeServiceName, start, requesterCounts: _, ...rest }) => ({
    ...rest,
    match: given(match),
    approveWithinMs: approveWithin,
    executeWithinMs: executeWithin,
    ...given({ typeServiceName, start, escalateAfterMs: escalateAfter }),
  }));
export type Policy = z.output<typeof Policy>;
