// What is deployed, where, how it is rolled back and how we measure that it works again.
import { z } from 'zod';
import { PeakHours } from './calendar-schema.ts';
import { codeOf, codeWith } from './code-schema.ts';
import { environmentClasses } from './defaults.ts';
import { Verification } from './verification-schema.ts';
import { Handle, HttpUrl, Name } from './words.ts';

/** Names of feature flags; what a flag may be called is its own system's business. */
export const Flags = z.array(z.string().trim().min(1, 'is empty').max(100)).max(50);

function environmentFields(codeProviders: readonly string[]) {
  return z.strictObject({
    class: z.enum(environmentClasses).describe('What kind of environment this is; policies match on it.'),
    code: codeWith(codeProviders),
    verify: z.array(Verification).max(20).default([]).describe('What must be measured before a rollback counts as recovered.'),
    autoSync: z
      .boolean()
      .default(false)
      .describe('Whether something keeps shipping what git says (GitOps): a rollback of code lasts only while that is paused.'),
    flags: Flags.default([]).describe('Feature flags whose code goes back with the code; a rollback names them.'),
    peakHours: PeakHours.optional(),
  });
}

const Links = z
  .record(Name, HttpUrl.describe('An address to open.'))
  .default({})
  .describe('Shown as bookmarks of the war room: runbook, dashboard and so on.');

/** A service with its environments; names become ids, so that lists can be walked without trusting keys. */
export function servicesWith(codeProviders: readonly string[]) {
  return z
    .record(
      Name,
      z.strictObject({
        owner: Handle.describe('Slack user group or person who answers for the service, in quotes.'),
        links: Links,
        environments: z.record(Name, environmentFields(codeProviders)).describe('Where the service runs, by name.'),
      }),
    )
    .describe('What can be rolled back, by name.')
    .transform((services) =>
      Object.entries(services).map(([id, { owner, links, environments }]) => ({
        id,
        owner,
        links: Object.entries(links).map(([name, url]) => ({ name, url })),
        environments: Object.entries(environments).map(([name, environment]) => namedEnvironment(name, environment)),
      })),
    );
}
export type Services = z.output<ReturnType<typeof servicesWith>>;

function namedEnvironment(id: string, fields: z.output<ReturnType<typeof environmentFields>>) {
  const { code, autoSync, flags, peakHours, ...rest } = fields;
  return {
    id,
    ...rest,
    code: codeOf(code, id),
    ...(autoSync && { autoSync }),
    ...(flags.length > 0 && { flags }),
    ...(peakHours && { peakHours }),
  };
}
