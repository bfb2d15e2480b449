// What we configure of GitHub, and the few fields we read of its answers, in our words and units.
import { z } from 'zod';
import type { Order, Preview } from '../../ports.ts';

export type Version = Order['to'];
export type Check = Preview['checks'][number];
export type Change = NonNullable<Preview['change']>;

export const Settings = z.object({
  apiUrl: z.url({ protocol: /^https?$/ }).default('https://api.github.com'),
  token: z.string().min(1),
  allowPrivate: z.boolean().default(false),
  /** Time between two looks at a run. */
  pollMs: z.number().positive().default(2_000),
  /** What GitHub signs its calls to `/hooks/github-actions` with. Without it that address does not exist. */
  webhookSecret: z.string().min(16, 'is shorter than 16 characters').optional(),
  timeouts: z.object({ connectMs: z.number().optional(), callMs: z.number().optional() }).optional(),
});
export type Settings = z.output<typeof Settings>;

const InputName = z.string().regex(/^[\w-]+$/);

const Paths = z.array(z.string().min(1));

export const Target = z
  .object({
    repository: z.string().regex(/^[\w.-]+\/[\w.-]+$/),
    workflow: z.string().min(1),
    ref: z.string().min(1).default('main'),
    inputs: z.object({ target: InputName, operation: InputName }).default({ target: 'target', operation: 'operation' }),
    deployments: z.object({ environment: z.string().min(1) }),
    deployWorkflow: z.string().min(1).optional(),
    migrations: z
      .object({
        paths: Paths.default(['**/migrations/**', '**/migration/**', '**/migrate/**']),
        none: Paths.default([]),
        expand: Paths.default([]),
        contract: Paths.default([]),
        irreversible: Paths.default([]),
        /** What to do about a migration nobody knows the class of. */
        unknown: z.enum(['warn', 'block']).default('warn'),
      })
      .prefault({}),
    configuration: Paths.default(['config/**', '.env*', 'k8s/**', 'helm/**']),
  })
  .refine(({ workflow, deployWorkflow }) => workflow !== deployWorkflow, {
    path: ['deployWorkflow'],
    message: 'is the workflow that rolls back; a freeze that switches it off would stop the rollback as well',
  });
export type Target = z.output<typeof Target>;

const Time = z.iso.datetime({ offset: true }).transform((text) => Date.parse(text));
const Link = z.string().nullish();

export const Deployments = z.array(
  z
    .object({
      id: z.number(),
      ref: z.string(),
      sha: z.string(),
      created_at: Time,
      creator: z.object({ login: z.string() }).nullish(),
    })
    .transform(({ created_at: createdAt, creator, ...rest }) => ({ ...rest, createdAt, by: creator?.login })),
);

export const DeploymentStatuses = z.array(
  z
    .object({ state: z.string(), created_at: Time, log_url: Link, target_url: Link })
    .transform(({ state, created_at: at, log_url: log, target_url: target }) => ({
      state,
      at,
      url: [log, target].find((link) => link?.match(/^https?:\/\//)) ?? undefined,
    })),
);

export type DeploymentStatus = z.output<typeof DeploymentStatuses>[number];
/** A deployment with what became of it, newest status first. */
export type Deployment = z.output<typeof Deployments>[number] & { statuses: DeploymentStatus[] };

/** What the token's person may do there; an app's token tells nothing by it. */
export const Repository = z
  .object({ private: z.boolean().default(true), permissions: z.object({ pull: z.boolean(), push: z.boolean() }).nullish() })
  .transform(({ private: isPrivate, permissions }) => ({ isPrivate, mayOnlyRead: permissions?.pull === true && !permissions.push }));

/** For calls of which only the status matters. */
export const Anything = z.unknown();

export const Workflow = z.object({ state: z.string() });

/** Any file of the repository; a folder or a submodule has no content. */
export const RepositoryFile = z
  .object({ content: z.string().optional(), encoding: z.string().optional() })
  .transform(({ content, encoding }) =>
    content !== undefined && encoding === 'base64' ? Buffer.from(content, 'base64').toString('utf8') : undefined,
  );

/** What GitHub itself asks before a job may run in an environment. */
export const Environment = z
  .object({
    protection_rules: z
      .array(
        z.object({
          type: z.string(),
          wait_timer: z.number().nullish(),
          prevent_self_review: z.boolean().nullish(),
          reviewers: z
            .array(z.object({ reviewer: z.object({ login: z.string().optional(), slug: z.string().optional() }).nullish() }))
            .nullish(),
        }),
      )
      .nullish(),
    deployment_branch_policy: z.object({ protected_branches: z.boolean() }).nullish(),
  })
  .transform(({ protection_rules: rules, deployment_branch_policy: branches }) => ({
    reviewers: (rules ?? []).flatMap(({ reviewers }) =>
      (reviewers ?? []).flatMap(({ reviewer }) => reviewer?.login ?? reviewer?.slug ?? []),
    ),
    needsReview: (rules ?? []).some(({ type }) => type === 'required_reviewers'),
    waitMinutes: Math.max(0, ...(rules ?? []).map(({ wait_timer: minutes }) => minutes ?? 0)),
    branches:
      branches === null || branches === undefined ? undefined : branches.protected_branches ? ('protected' as const) : ('named' as const),
  }));
export type Environment = z.output<typeof Environment>;

export const WorkflowFile = z.object({ content: z.string() }).transform(({ content }) => Buffer.from(content, 'base64').toString('utf8'));

export const WorkflowRun = z
  .object({
    id: z.number(),
    display_title: z.string().nullish(),
    status: z.string().nullish(),
    conclusion: z.string().nullish(),
    html_url: z.string(),
    run_started_at: Time.nullish(),
    updated_at: Time,
    actor: z.object({ login: z.string() }).nullish(),
  })
  .transform(
    ({ id, display_title: title, status, conclusion, html_url: url, run_started_at: startedAt, updated_at: updatedAt, actor }) => ({
      id,
      title: title ?? '',
      status: status ?? 'unknown',
      conclusion: conclusion ?? undefined,
      url,
      startedAt: startedAt ?? undefined,
      updatedAt,
      by: actor?.login,
    }),
  );
export type WorkflowRun = z.output<typeof WorkflowRun>;

export const WorkflowRuns = z.object({ workflow_runs: z.array(WorkflowRun) }).transform(({ workflow_runs: runs }) => runs);

export const Jobs = z
  .object({
    jobs: z.array(
      z.object({
        name: z.string(),
        status: z.string(),
        conclusion: z.string().nullish(),
        steps: z.array(z.object({ name: z.string(), status: z.string(), conclusion: z.string().nullish() })).nullish(),
      }),
    ),
  })
  .transform(({ jobs }) => jobs.map(({ steps, ...job }) => ({ ...job, steps: steps ?? [] })));
export type Job = z.output<typeof Jobs>[number];

export const Comparison = z
  .object({
    status: z.string(),
    html_url: z.string(),
    total_commits: z.number(),
    commits: z.array(
      z
        .object({
          sha: z.string(),
          author: z.object({ login: z.string().optional() }).nullish(),
          commit: z.object({ message: z.string(), author: z.object({ name: z.string().optional() }).nullish() }),
        })
        .transform(({ sha, author, commit }) => ({
          sha,
          title: (commit.message.split('\n')[0] ?? '').slice(0, 200),
          author: author?.login ?? commit.author?.name ?? 'unknown',
        })),
    ),
    files: z.array(z.object({ filename: z.string() })).nullish(),
  })
  .transform(({ status, html_url: url, total_commits: total, commits, files }) => ({
    status,
    url,
    total,
    commits,
    paths: (files ?? []).map(({ filename }) => filename),
  }));
export type Comparison = z.output<typeof Comparison>;

export const CommitSha = z.object({ sha: z.string() }).transform(({ sha }) => sha);

export const Artifacts = z.object({ artifacts: z.array(z.object({ expired: z.boolean() })) }).transform(({ artifacts }) => artifacts);

/** The answer to a dispatch; servers older than 2026 answer 204 without one. */
export const Dispatched = z
  .object({ workflow_run_id: z.number(), html_url: z.string() })
  .transform(({ workflow_run_id: id, html_url: url }) => ({ ref: String(id), url }));
