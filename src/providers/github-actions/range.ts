// What lies between two versions, read side by side: commits, files, migrations, configuration, and the target's build.
import { fitsAny } from '../glob.ts';
import { ProviderError } from '../../ports.ts';
import { ifThere, type Api } from './api.ts';
import { listed, migrationChecks, migrationOf, migrationPaths, migrationsRead, type Migration } from './migrations.ts';
import type { Check, Comparison, Target, Version } from './schema.ts';

const pass = (code: string, text: string): Check => ({ code, level: 'pass', text });
const warn = (code: string, text: string): Check => ({ code, level: 'warn', text });

/** The two versions: what runs, and what would run. */
export interface Range {
  current: Version | undefined;
  to: Version;
}

/** What would be taken out, and what of it a rollback of code does not undo. Nothing when there is no change. */
export async function readRange(
  api: Api,
  target: Target,
  { current, to }: Range,
): Promise<{ comparison: Comparison | undefined; checks: Check[] }> {
  if (current === undefined || current.id === to.id) return { comparison: undefined, checks: [] };
  const [, run] = /\/actions\/runs\/(\d+)/.exec(to.url ?? '') ?? [];
  const [{ comparison, checks }, artifacts] = await Promise.all([
    readChange(api, target, { from: current.id, to: to.id }),
    run === undefined ? undefined : ifThere(api.artifacts(run)),
  ]);
  return { comparison, checks: [...checks, ...artifactChecks(artifacts, to)] };
}

async function readChange(api: Api, target: Target, { from, to }: { from: string; to: string }) {
  const comparison = await ifThere(api.compare(to, from));
  if (!comparison) {
    return {
      comparison,
      checks: [warn('not_comparable', 'GitHub cannot compare the two versions; one may have been removed from the history.')],
    };
  }
  const paths = migrationPaths(comparison.paths, target);
  const migrations = await Promise.all(
    paths.map((path, index) => readMigration(api, target, { path, commit: index < migrationsRead ? from : undefined })),
  );
  return { comparison, checks: changeChecks(comparison, migrations, target) };
}

/** A file that is gone by now, too large, or that the token may not read is of a class nobody knows. */
async function readMigration(api: Api, target: Target, { path, commit }: { path: string; commit: string | undefined }): Promise<Migration> {
  if (commit === undefined) return migrationOf(path, undefined, target);
  try {
    return migrationOf(path, await ifThere(api.file(path, commit)), target);
  } catch (error) {
    if (error instanceof ProviderError && (error.kind === 'unauthorized' || error.kind === 'refused'))
      return migrationOf(path, undefined, target);
    throw error;
  }
}

/** GitHub lists no more files of a comparison than this. */
const filesListed = 300;

function changeChecks({ status, paths }: Comparison, migrations: readonly Migration[], target: Target): Check[] {
  return [
    ...directionChecks(status),
    ...migrationChecks(migrations, target),
    ...configurationChecks(paths, target),
    ...(paths.length >= filesListed
      ? [warn('too_many_files', `More than ${filesListed} files differ; look for migrations and configuration among the others yourself.`)]
      : migrations.length === 0
        ? [pass('no_migrations', 'No migrations lie in between.')]
        : []),
  ];
}

function directionChecks(status: string): Check[] {
  if (status === 'diverged')
    return [warn('diverged', 'The two versions are on different lines of history: the target has commits the current one has not.')];
  if (status === 'behind') return [warn('goes_forward', 'The target is newer than what runs now: this goes forward, not back.')];
  return [];
}

/** Values and bindings that changed with the code: they may live outside of it, and stay. */
function configurationChecks(paths: readonly string[], { configuration }: Target): Check[] {
  const changed = paths.filter((path) => fitsAny(path, configuration));
  if (changed.length === 0) return [];
  const text = `Configuration or bindings changed in between (${listed(changed)}): does the older code find what it needs?`;
  return [warn('configuration_changed', text)];
}

/** Are the files of the target's build still there? Says nothing when that is not known. */
function artifactChecks(artifacts: readonly { expired: boolean }[] | undefined, { label }: Version): Check[] {
  if (!artifacts || artifacts.length === 0) return [];
  return artifacts.every(({ expired }) => expired)
    ? [warn('artifact_expired', `The build of ${label} has expired at GitHub; the workflow must build it again or take it from elsewhere.`)]
    : [pass('artifact_there', `The build of ${label} is still there.`)];
}
