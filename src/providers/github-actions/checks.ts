// What is found before a rollback, each with its reason, in words for the card.
import type { History } from './deployments.ts';
import type { Check, Comparison, Target, Version, WorkflowRun } from './schema.ts';

const pass = (code: string, text: string): Check => ({ code, level: 'pass', text });
const warn = (code: string, text: string): Check => ({ code, level: 'warn', text });
const block = (code: string, text: string): Check => ({ code, level: 'block', text });

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

/** Does the environment tell what runs? */
export function currentChecks({ current, failedSince }: History, environment: string): Check[] {
  if (!current) {
    return [block('current_unknown', `GitHub records no finished deployment to ${environment}, so it is not known what runs there.`)];
  }
  const failedAt = Math.max(...failedSince.values());
  const isLater = failedAt > (current.deployedAt ?? 0);
  return isLater
    ? [warn('deploy_failed', `A deployment failed at ${minute(failedAt)}, after ${current.label}; parts of it may be live.`)]
    : [];
}

/** State of the workflow at GitHub: `missing` when it is not there. */
export function workflowChecks(state: string, { workflow, ref, inputs }: Target, file: string | undefined): Check[] {
  if (state === 'missing') return [block('workflow_missing', `The workflow ${workflow} does not exist, or the token may not see it.`)];
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

/** Is something under way that would get into the rollback's way? */
export function pendingChecks({ open }: History, runs: readonly WorkflowRun[]): Check[] {
  const run = runs.find(({ status }) => status !== 'completed');
  if (run) return [block('pending_operation', `A run of the rollback workflow has not ended: ${run.url}`)];
  const [deployment] = open;
  if (!deployment) return [pass('nothing_pending', 'No other deployment or rollback is under way.')];
  const url = deployment.statuses.find((status) => status.url !== undefined)?.url;
  return [
    block('pending_operation', `A deployment of ${deployment.ref.slice(0, 40)} has not ended${url === undefined ? '.' : `: ${url}`}`),
  ];
}

/** GitHub lists no more files of a comparison than this. */
const filesListed = 300;

/** What lies between the two versions that a rollback of code does not undo. */
export function changeChecks(comparison: Comparison | undefined): Check[] {
  if (!comparison) return [warn('not_comparable', 'GitHub cannot compare the two versions; one may have been removed from the history.')];
  const { status, paths } = comparison;
  const migrations = paths.filter((path) => /(^|\/)migrations?\//i.test(path));
  const direction: Check[] =
    status === 'diverged'
      ? [warn('diverged', 'The two versions are on different lines of history: the target has commits the current one has not.')]
      : status === 'behind'
        ? [warn('goes_forward', 'The target is newer than what runs now: this goes forward, not back.')]
        : [];
  if (migrations.length > 0) {
    const named = migrations.slice(0, 3).join(', ');
    const more = migrations.length > 3 ? ` and ${migrations.length - 3} more` : '';
    return [
      ...direction,
      warn('migrations_in_range', `Migrations lie in between (${named}${more}): the code goes back, the database does not.`),
    ];
  }
  if (paths.length >= filesListed) {
    return [...direction, warn('migrations_unknown', `More than ${filesListed} files differ; look for migrations yourself.`)];
  }
  return [...direction, pass('no_migrations', 'No migrations lie in between.')];
}

/** Are the files of the target's build still there? Says nothing when that is not known. */
export function artifactChecks(artifacts: readonly { expired: boolean }[] | undefined, { label }: Version): Check[] {
  if (!artifacts || artifacts.length === 0) return [];
  return artifacts.every(({ expired }) => expired)
    ? [warn('artifact_expired', `The build of ${label} has expired at GitHub; the workflow must build it again or take it from elsewhere.`)]
    : [pass('artifact_there', `The build of ${label} is still there.`)];
}

const shortened = (text: string): string => (text.length > 60 ? `${text.slice(0, 60)}…` : text);
const minute = (at: number): string => `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
