// What is found before a rollback, each with its reason, in words for the card.
import type { History } from './deployments.ts';
import type { Check, Deployment, Target, Version, WorkflowRun } from './schema.ts';

const pass = (code: string, text: string): Check => ({ code, level: 'pass', text });
const warn = (code: string, text: string): Check => ({ code, level: 'warn', text });
const block = (code: string, text: string): Check => ({ code, level: 'block', text });
/** A block where waiting can be worse than going. */
const risk = (code: string, text: string): Check => ({ code, level: 'block', text, override: 'break-glass' });

/** Why there is no target to plan with. */
export function missingTarget(history: History, { asked, environment }: { asked: string | undefined; environment: string }): Check {
  const known = history.candidates.slice(0, 5).map(({ label }) => label);
  const choice = known.length > 0 ? `Deployed before: ${known.join(', ')}` : 'Nothing else was deployed there before';
  if (asked === undefined || asked === 'previous') {
    return block('no_known_good', `No earlier version is known to have worked on ${environment}; name one. ${choice}.`);
  }
  return block('target_never_deployed', `${shortened(asked)} was never deployed to ${environment}. ${choice}.`);
}

/** Several versions fit what was asked for. */
export function ambiguousTarget(asked: string): Check {
  return block('target_ambiguous', `${shortened(asked)} fits several versions; name one by its full label or sha.`);
}

/** Is this a version worth going back to? */
export function targetChecks({ current, rolledBack, failedSince }: History, target: Version): Check[] {
  const { id, label, deployedAt, health } = target;
  if (id === current?.id) return [block('target_is_current', `${label} is what runs now; there is nothing to roll back.`)];
  if (health === 'failed') return [block('target_failed', `${label} was deployed before and its deployment failed.`)];
  if (rolledBack.has(id)) return [warn('target_rolled_back', `${label} itself was rolled back from before.`)];

  const when = deployedAt === undefined ? '' : ` on ${minute(deployedAt)}`;
  const verdict =
    health === 'healthy'
      ? pass('target_healthy', `${label} was deployed here${when}, and that went well.`)
      : warn('target_unproven', `${label} was deployed here${when}, but nothing says how that went.`);
  const failedAt = failedSince.get(id);
  return failedAt === undefined
    ? [verdict]
    : [verdict, warn('target_failed_lately', `The last try to deploy ${label} failed at ${minute(failedAt)}.`)];
}

/** A deployment is news for this long: whoever asks for a rollback may not have seen it. */
const newsMs = 10 * 60_000;

/** Does the environment tell what runs, since when, and by whom? */
export function currentChecks({ current, failedSince }: History, environment: string, now: number): Check[] {
  if (!current) {
    return [block('current_unknown', `GitHub records no finished deployment to ${environment}, so it is not known what runs there.`)];
  }
  const { label, deployedAt = 0, by } = current; // its address stands behind its name on the card already
  const shipped = `${label} was deployed to ${environment}${details({ by, at: deployedAt, url: undefined })}`;
  const failedAt = Math.max(...failedSince.values());
  return [
    now - deployedAt < newsMs
      ? warn('newer_deploy', `${shipped}, minutes ago: is it the version that you mean to roll back?`)
      : pass('current_known', `${shipped}.`),
    ...(failedAt > deployedAt
      ? [warn('deploy_failed', `A deployment failed at ${minute(failedAt)}, after ${label}; parts of it may be live.`)]
      : []),
  ];
}

/** ` by ada at 2026-05-04 09:12 UTC (https://…)`, as far as it is known. */
function details({ by, at, url }: { by: string | undefined; at: number | undefined; url: string | undefined }): string {
  return `${by === undefined ? '' : ` by ${by}`}${at === undefined ? '' : ` at ${minute(at)}`}${url === undefined ? '' : ` (${url})`}`;
}

/** State of the workflow at GitHub: `missing` when it is not there. */
export function workflowChecks(state: string, { workflow, ref, inputs }: Target, file: string | undefined): Check[] {
  if (state === 'missing') return [block('workflow_missing', `The workflow ${workflow} does not exist, or the token may not see it.`)];
  if (state !== 'active' && !/^(disabled|deleted)/.test(state)) {
    const text = `GitHub calls the workflow ${workflow} ${shortened(state)}, a state not known here; it may refuse the start.`;
    return [risk('workflow_state_unknown', text)];
  }
  if (state !== 'active') {
    return [block('workflow_disabled', `The workflow ${workflow} is switched off at GitHub (${state.replaceAll('_', ' ')}); enable it.`)];
  }
  if (file === undefined) return [pass('workflow_active', `The workflow ${workflow} is active.`)];
  if (!file.includes('workflow_dispatch')) {
    return [block('workflow_not_dispatchable', `${workflow} on ${ref} has no workflow_dispatch trigger, so nobody can start it.`)];
  }
  const missing = Object.values(inputs).find(
    (input) => !new RegExp(`\\binputs\\b.*\\b${input}\\b|^\\s*['"]?${input}['"]?\\s*:`, 'm').test(file),
  );
  if (missing !== undefined)
    return [warn('workflow_input_missing', `${workflow} on ${ref} seems to have no input ${missing}; GitHub would refuse the start.`)];
  const runName = /^run-name:.*$/m.exec(file)?.[0] ?? '';
  return runName.includes(inputs.operation)
    ? [pass('workflow_active', `The workflow ${workflow} is active and can be started.`)]
    : [
        warn(
          'workflow_run_name',
          `run-name of ${workflow} does not contain inputs.${inputs.operation}: a run whose answer got lost cannot be found again.`,
        ),
      ];
}

/** What runs at GitHub besides: runs of the rollback workflow, and of the one that deploys where it is known. */
export interface Running {
  rollbacks: readonly WorkflowRun[];
  deploys: readonly WorkflowRun[];
}

/** Is something under way that would get into the rollback's way? */
export function pendingChecks({ open }: History, { rollbacks, deploys }: Running): Check[] {
  const run = rollbacks.find(isRunning);
  if (run) return [risk('pending_operation', `A run of the rollback workflow has not ended${started(run)}.`)];
  const deploy = deploys.find(isRunning);
  if (deploy) return [risk('pending_operation', `A newer deploy is running${started(deploy)}.`)];
  const [deployment] = open;
  if (!deployment) return [pass('nothing_pending', 'No other deployment or rollback is under way.')];
  return [risk('pending_operation', `A deployment of ${deployment.ref.slice(0, 40)} has not ended${begun(deployment)}.`)];
}

const isRunning = ({ status }: WorkflowRun): boolean => status !== 'completed';
const started = ({ by, startedAt, url }: WorkflowRun): string => `: started${details({ by, at: startedAt, url })}`;

const begun = ({ by, createdAt, statuses }: Deployment): string =>
  `: begun${details({ by, at: createdAt, url: statuses.find(({ url }) => url !== undefined)?.url })}`;

const shortened = (text: string): string => (text.length > 60 ? `${text.slice(0, 60)}…` : text);
const minute = (at: number): string => `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
