// npm run check: what CI runs. Every check runs to its end, and all problems are shown together.
import { findAmbientUses } from './ambient.ts';
import { findLockProblems } from './lock-file.ts';
import { problemsOf } from './program.ts';
import { findStairsProblems } from './stairs.ts';
import { findUnused } from './unused.ts';
import { findYamlProblems } from './yaml-files.ts';

type Check = { readonly name: string; readonly what: string; readonly run: () => Promise<string[]> | string[] };

const bin = 'node_modules/.bin';
const root = process.cwd();

const checks: readonly Check[] = [
  { name: 'types', what: 'tsc', run: () => problemsOf(`${bin}/tsc`, ['--noEmit', '--pretty', 'false']) },
  { name: 'lint', what: 'oxlint, type-aware', run: () => problemsOf(`${bin}/oxlint`, ['--deny-warnings']) },
  { name: 'format', what: 'prettier', run: () => problemsOf(`${bin}/prettier`, ['--check', '--log-level', 'warn', '.']) },
  { name: 'stairs', what: 'dependency-cruiser', run: () => findStairsProblems(root) },
  { name: 'ambient', what: 'environment, clock, random', run: () => findAmbientUses(root) },
  { name: 'unused', what: 'files, exports, packages', run: () => findUnused(root) },
  { name: 'lock', what: 'package-lock.json is whole', run: () => findLockProblems(root) },
  { name: 'yaml', what: 'manifest, compose, examples', run: () => findYamlProblems(root) },
];

type Outcome = { readonly check: Check; readonly problems: readonly string[] };

const only = process.argv.slice(2);
const unknown = only.filter((name) => !checks.some((check) => check.name === name));
if (unknown.length > 0) {
  process.stderr.write(`no check is called ${unknown.join(' or ')}; there are ${checks.map(({ name }) => name).join(', ')}\n`);
  process.exit(2);
}

const outcomes = await runSideBySide(checks.filter(({ name }) => only.length === 0 || only.includes(name)));
const failed = outcomes.filter(({ problems }) => problems.length > 0);
for (const { check, problems } of failed) process.stdout.write(`\n--- ${check.name}\n${problems.join('\n')}\n`);
process.stdout.write(`\n${outcomes.length - failed.length} checks passed, ${failed.length} failed\n`);
process.exitCode = failed.length === 0 ? 0 : 1;

/** Two at a time: the slow ones are programs of their own, and more than the usual two cores would only make them wait. */
async function runSideBySide(all: readonly Check[]): Promise<Outcome[]> {
  const waiting = [...all];
  const done: Outcome[] = [];
  const work = async (): Promise<void> => {
    for (let check = waiting.shift(); check !== undefined; check = waiting.shift()) done.push(await runOne(check));
  };
  await Promise.all([work(), work()]);
  return done;
}

async function runOne(check: Check): Promise<Outcome> {
  const start = Date.now();
  const problems = await attempt(check);
  const mark = problems.length === 0 ? 'ok  ' : 'FAIL';
  const seconds = ((Date.now() - start) / 1000).toFixed(1);
  process.stdout.write(`${mark} ${check.name.padEnd(8)} ${seconds.padStart(5)} s  ${check.what}\n`);
  return { check, problems };
}

/** A check that breaks has not passed. */
async function attempt(check: Check): Promise<string[]> {
  try {
    return await check.run();
  } catch (error) {
    return [error instanceof Error ? (error.stack ?? error.message) : String(error)];
  }
}
