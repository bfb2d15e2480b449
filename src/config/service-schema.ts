// What is deployed, where, how it is rolled back and how we measure that it works again.
import { z } from 'zod';
import { environmentClasses } from './defaults.ts';
import { duration, Handle, HttpUrl, Name, Threshold } from './words.ts';

const GitHubActionsCode = z
  .strictObject({
    provider: z.literal('github-actions').describe('Who carries the rollback out.'),
    repository: z
      .string()
      .regex(/^[A-Za-z0-9][A-Za-z0-9-]{0,38}\/[A-Za-z0-9._-]{1,100}$/, 'is not a repository; write owner/name, for example acme/shop')
      .describe('The GitHub repository, as owner/name.'),
    workflow: z
      .string()
      .regex(/^[A-Za-z0-9._-]{1,100}\.ya?ml$/, 'is not a workflow file; write its file name, for example rollback.yml')
      .describe('File name of the workflow that rolls back; it needs a workflow_dispatch trigger.'),
    ref: z
      .string()
      .regex(/^[A-Za-z0-9][A-Za-z0-9._/-]{0,200}$/, 'is not a branch or tag')
      .default('main')
      .describe('Branch or tag the workflow itself is taken from.'),
    inputs: z
      .strictObject({
        target: inputName('target').describe('Name of the workflow input that receives the version to go back to.'),
        operation: inputName('operation').describe('Name of the workflow input that receives the operation id. Put it into run-name.'),
      })
      .prefault({})
      .describe('Names of the workflow inputs Warroom fills.'),
    deployments: z
      .strictObject({ environment: z.string().min(1).max(255).describe('The environment name in GitHub.') })
      .optional()
      .describe('Where GitHub records what is deployed. Default: the name of this environment.'),
  })
  .refine(({ inputs }) => inputs.target !== inputs.operation, {
    path: ['inputs', 'operation'],
    message: 'is the same workflow input as target; each needs its own',
  });

function inputName(byDefault: string) {
  return z
    .string()
    .regex(/^[A-Za-z_][A-Za-z0-9_-]{0,99}$/, 'is not the name of a workflow input')
    .default(byDefault);
}

/** How code is rolled back: one member for each provider, told apart by `provider`. */
const CodeRollback = z.discriminatedUnion('provider', [GitHubActionsCode]).describe('How code is rolled back here.');

const Query = z.string().trim().min(1, 'is empty').max(4_000, 'is longer than 4000 characters');
const defaultWindowMs = 60_000;
const usesWindow = (query: string) => query.includes('{window}');

/** One measurement that must pass before a rollback counts as recovered. */
export const Verification = z
  .strictObject({
    name: z
      .string()
      .trim()
      .min(1, 'is empty')
      .max(75, 'is longer than 75 characters')
      .describe('Shown on the card, so say what is measured.'),
    provider: Name.describe('Who measures: prometheus, or http-probe, whose query is an address.'),
    query: Query.describe('The question to ask; {window} in it is replaced by window. It must give a single number.'),
    pass: Threshold.describe("What the number must be, for example '< 0.01'."),
    window: duration('1s').optional().describe('How far back the query looks (default 1m). Short windows notice recovery sooner.'),
    settle: duration().prefault('30s').describe('How long to wait after execution before the first measurement.'),
    interval: duration('500ms').prefault('10s').describe('Time between two measurements.'),
    count: z.int().min(1).max(100).default(3).describe('How many measurements in a row must pass.'),
    failureLimit: z.int().min(1).max(100).default(3).describe('How many measurements in a row may fail before it counts as not recovered.'),
    timeout: duration('1s').prefault('10m').describe('When to give up; without a clear result it is then inconclusive.'),
    minimumTraffic: z
      .strictObject({
        query: Query.describe('How much traffic there was; {window} is replaced here too.'),
        atLeast: z.number().positive().describe('With less traffic than this a measurement says nothing and is not counted.'),
      })
      .optional()
      .describe('Guards against a service that looks healthy because nobody uses it.'),
  })
  .superRefine((verification, context) => {
    const refuse = (path: string[], message: string) => context.addIssue({ code: 'custom', path, message });
    const { query, window, settle, interval, count, timeout } = verification;

    if (window !== undefined && !usesWindow(query)) refuse(['query'], 'does not use {window}, though a window is given');
    if (settle + interval * (count - 1) > timeout)
      refuse(['timeout'], 'is over before the first possible pass (settle + interval × (count - 1))');
  })
  .transform(({ window = defaultWindowMs, settle, interval, timeout, minimumTraffic, ...rest }) => ({
    ...rest,
    windowMs: window,
    settleMs: settle,
    intervalMs: interval,
    timeoutMs: timeout,
    ...(minimumTraffic && { minimumTraffic }),
  }));

const ServiceEnvironmentFields = z.strictObject({
  class: z.enum(environmentClasses).describe('What kind of environment this is; policies match on it.'),
  code: CodeRollback,
  verify: z.array(Verification).max(20).default([]).describe('What must be measured before a rollback counts as recovered.'),
});

const Links = z
  .record(Name, HttpUrl.describe('An address to open.'))
  .default({})
  .describe('Shown as bookmarks of the war room: runbook, dashboard and so on.');

/** A service with its environments; names become ids, so that lists can be walked without trusting keys. */
export const Services = z
  .record(
    Name,
    z.strictObject({
      owner: Handle.describe('Slack user group or person who answers for the service, in quotes.'),
      links: Links,
      environments: z.record(Name, ServiceEnvironmentFields).describe('Where the service runs, by name.'),
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

function namedEnvironment(id: string, { code, ...rest }: z.output<typeof ServiceEnvironmentFields>) {
  return { id, ...rest, code: { ...code, deployments: code.deployments ?? { environment: id } } };
}
