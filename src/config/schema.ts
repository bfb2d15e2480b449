// warroom.yml: what may be written, and the words it becomes. Every field describes itself; docs and editors read the same text.
import { z } from 'zod';
import { Freezes } from './calendar-schema.ts';
import { defaultPolicies } from './defaults.ts';
import { Plans, resolvePlans } from './plan-schema.ts';
import { Audiences, BreakGlass, Policy, Severities } from './people-schema.ts';
import { servicesWith } from './service-schema.ts';
import { Channel, duration, HttpUrl } from './words.ts';

const placeholders = ['number', 'date', 'slug'];

const ChannelName = z
  .string()
  .max(60, 'is longer than 60 characters')
  .regex(/^[a-z0-9_{}-]+$/, 'may hold lower case letters, digits, hyphens, underscores and the placeholders {number}, {date}, {slug}')
  .superRefine((text, context) => {
    const used = [...text.matchAll(/\{([^{}]*)\}/g)].map(([, name = '']) => name);
    const unknown = used.find((name) => !placeholders.includes(name));
    if (unknown !== undefined) context.addIssue({ code: 'custom', message: `uses the unknown placeholder {${unknown}}` });
    if (!used.includes('number')) context.addIssue({ code: 'custom', message: 'must use {number}, or two rooms would share a name' });
  });

const Slack = z
  .strictObject({
    digest: Channel.default('#incidents').describe('The one public channel where each incident has its headline.'),
    channelName: ChannelName.default('inc-{number}-{date}-{slug}').describe('How war rooms are named.'),
    announce: z.enum(['none', 'here', 'channel']).default('none').describe('Whom a new headline in the digest channel wakes.'),
  })
  .prefault({})
  .describe('Where Warroom speaks.');

const Secret = z.string().trim().min(1, 'is empty').max(4_000);

const described = {
  'github-actions': z
    .strictObject({
      apiUrl: HttpUrl.default('https://api.github.com').describe('The address of the API; another one for GitHub Enterprise.'),
      token: Secret.describe('A fine-grained token with actions: write on the repositories above. Write ${GITHUB_TOKEN}.'),
      allowPrivate: z.boolean().default(false).describe('Whether the address may be one of the private network.'),
      poll: duration('200ms').optional().describe('Time between two looks at a running workflow (default 2s).'),
      webhookSecret: Secret.min(16, 'is shorter than 16 characters; make a long random one')
        .optional()
        .describe(
          'What GitHub signs its calls to /hooks/github-actions with; they bring the next look forward. Write ${GITHUB_WEBHOOK_SECRET}. Without it that address does not exist.',
        ),
    })
    .transform(({ poll, webhookSecret, ...rest }) => ({
      ...rest,
      ...(poll !== undefined && { pollMs: poll }),
      ...(webhookSecret !== undefined && { webhookSecret }),
    }))
    .optional()
    .describe('Runs rollback workflows and knows what was deployed.'),
  prometheus: z
    .strictObject({
      url: HttpUrl.describe('Address of the server, without /api/v1.'),
      token: Secret.optional().describe('Bearer token, when the server wants one. Write ${PROMETHEUS_TOKEN}.'),
      allowPrivate: z.boolean().default(false).describe('Whether the address may be one of the private network.'),
    })
    .transform(({ token, ...rest }) => ({ ...rest, ...(token !== undefined && { token }) }))
    .optional()
    .describe('Measures.'),
};

/** Providers whose settings are described here; the others describe theirs themselves. */
export const describedProviders: readonly string[] = Object.keys(described);

/** The sections described here, and those that providers describe themselves. */
function providersWith(sections: ReadonlyMap<string, z.ZodType>) {
  const others = Object.fromEntries([...sections].map(([id, section]) => [id, section.optional()]));
  return z
    .strictObject({ ...others, ...described })
    .prefault({})
    .describe('The systems Warroom talks to. Secrets come from the environment, as ${NAME}.')
    .transform(({ 'github-actions': githubActions, prometheus, ...rest }) => ({
      ...(rest as Record<string, unknown>),
      ...(githubActions && { 'github-actions': githubActions }),
      ...(prometheus && { prometheus }),
    }));
}

const Template = z.string().trim().min(1, 'is empty').max(4_000, 'is longer than 4000 characters');

const Templates = z
  .strictObject({
    internal: Template.optional().describe('Liquid text for the team.'),
    external: Template.optional().describe(
      'Liquid text for customers and partners; host names, versions and names are refused before posting.',
    ),
    support: Template.optional().describe('Liquid text for customer-facing teams.'),
  })
  .prefault({})
  .describe('Texts that replace the built-in first drafts of updates.')
  .transform(({ internal, external, support }) => ({
    ...(internal !== undefined && { internal }),
    ...(external !== undefined && { external }),
    ...(support !== undefined && { support }),
  }));

/** The whole file, for a build whose providers describe these sections under `providers` themselves, and roll code back. */
export function configurationWith(sections: ReadonlyMap<string, z.ZodType>, codeProviders: readonly string[] = []) {
  return z
    .strictObject({
      slack: Slack,
      services: servicesWith(codeProviders).prefault({}),
      plans: Plans,
      freezes: Freezes,
      providers: providersWith(sections),
      policies: z
        .array(Policy)
        .max(50)
        .default([])
        .describe(
          'Who may approve what. All that match apply: each of their requirements has to be met, and of each time the shorter holds.',
        ),
      breakGlass: BreakGlass,
      severities: Severities,
      audiences: Audiences,
      templates: Templates,
    })
    .transform(({ audiences, policies, plans, ...rest }) => ({
      ...rest,
      plans: resolvePlans(plans, rest.services),
      policies: [...policies, ...defaultsBeside(policies)],
      audiences: { ...audiences, internal: { channels: audiences.internal.channels ?? [rest.slack.digest] } },
    }));
}
export const Configuration = configurationWith(new Map());
export type Configuration = DeepReadonly<z.output<typeof Configuration>>;

export type Plan = Configuration['plans'][number];
export type PolicyRule = Configuration['policies'][number];

export type DeepReadonly<T> = T extends readonly (infer Item)[]
  ? readonly DeepReadonly<Item>[]
  : T extends object
    ? { readonly [Key in keyof T]: DeepReadonly<T[Key]> }
    : T;

/** The built-in policies, cut down to what the file's own do not match: added to those they would tighten them unasked. */
function defaultsBeside(policies: readonly Policy[]): Policy[] {
  return defaultPolicies.flatMap(({ match: { environment, severity }, approvals }) => {
    const uncovered = severity.filter((id) => !policies.some(({ match }) => matches(match, environment, id)));
    return uncovered.length > 0 ? [Policy.parse({ match: { environment, severity: uncovered }, approvals })] : [];
  });
}

function matches(match: Policy['match'], environment: string, severity: string): boolean {
  if (match.kind !== undefined || match.risk !== undefined) return false; // such a rule comes on top of those for everything
  const environmentFits = match.environment === undefined || match.environment === environment;
  return environmentFits && (match.severity === undefined || match.severity.some((id) => id === severity));
}
