// How the code of an environment is rolled back: by GitHub Actions, described here, or by any other provider, which describes itself.
import { z } from 'zod';

const WorkflowFile = z
  .string()
  .regex(/^[A-Za-z0-9._-]{1,100}\.ya?ml$/, 'is not a workflow file; write its file name, for example rollback.yml');

const Paths = z.array(z.string().min(1, 'is empty').max(200)).max(50).meta({ title: 'list of path patterns' });

const Migrations = z
  .strictObject({
    paths: Paths.optional().describe(
      "Where migrations are, for example 'db/migrate/**'. Default: every folder migrations, migration, migrate.",
    ),
    none: Paths.optional().describe('Those that change nothing the code sees.'),
    expand: Paths.optional().describe('Those that only add: the older code does not mind.'),
    contract: Paths.optional().describe('Those that take something away or forbid it: the older code would miss it.'),
    irreversible: Paths.optional().describe('Those that cannot be taken back.'),
    unknown: z
      .enum(['warn', 'block'])
      .default('warn')
      .describe('What to do about a migration that nobody marked and that cannot be told by its SQL.'),
  })
  .optional()
  .describe('Which migrations there are, and of which class. A comment `-- warroom: expand` in the file itself counts first.');

const GitHubActionsCode = z
  .strictObject({
    provider: z.literal('github-actions').describe('Who carries the rollback out.'),
    repository: z
      .string()
      .regex(/^[A-Za-z0-9][A-Za-z0-9-]{0,38}\/[A-Za-z0-9._-]{1,100}$/, 'is not a repository; write owner/name, for example acme/shop')
      .describe('The GitHub repository, as owner/name.'),
    workflow: WorkflowFile.describe('File name of the workflow that rolls back; it needs a workflow_dispatch trigger.'),
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
    deployWorkflow: WorkflowFile.optional().describe('File name of the workflow that deploys: what a freeze may switch off, and on again.'),
    migrations: Migrations,
    configuration: Paths.optional().describe(
      "Files whose change in between is named as a change of configuration. Default: 'config/**', '.env*', 'k8s/**', 'helm/**'.",
    ),
  })
  .refine(({ inputs }) => inputs.target !== inputs.operation, {
    path: ['inputs', 'operation'],
    message: 'is the same workflow input as target; each needs its own',
  })
  .refine(({ workflow, deployWorkflow }) => workflow !== deployWorkflow, {
    path: ['deployWorkflow'],
    message: 'is the workflow that rolls back; a freeze that switches it off would stop the rollback as well',
  });
type GitHubActionsCode = z.output<typeof GitHubActionsCode>;

function inputName(byDefault: string) {
  return z
    .string()
    .regex(/^[A-Za-z_][A-Za-z0-9_-]{0,99}$/, 'is not the name of a workflow input')
    .default(byDefault);
}

/** Providers whose targets are described here; the others describe theirs themselves. */
export const describedCode: readonly string[] = ['github-actions'];

/** One member for each provider, told apart by `provider`. What stands beside it, for those not described here, they check themselves. */
export function codeWith(providers: readonly string[]) {
  const others = providers
    .filter((id) => !describedCode.includes(id))
    .map((id) => z.looseObject({ provider: z.literal(id).describe('Who carries the rollback out.') }));
  return z
    .discriminatedUnion('provider', [GitHubActionsCode, ...others])
    .describe('How code is rolled back here: the provider, and beside it what it needs to know; for github-actions that is told below.');
}

export type Code = z.output<ReturnType<typeof codeWith>>;

/** The code of an environment, with what follows from the environment's own name. */
export function codeOf(code: Code, environment: string): Readonly<Record<string, unknown>> & { readonly provider: string } {
  return isDescribed(code) ? { ...code, deployments: code.deployments ?? { environment } } : code;
}

const isDescribed = (code: Code): code is GitHubActionsCode => code.provider === 'github-actions';
