// A dry run and everything known beside it. Whatever a procedure does in here is taken back.
import { digestOf, sha256 } from '../../lib/canonical.ts';
import type { Preview } from '../../ports.ts';
import { classChecks, databaseOf, rowChecks, rowsText, rowText, unknownTarget, wayBackCheck } from './checks.ts';
import { argumentProblems, callProcedure, readProcedure, type Place } from './registry.ts';
import { procedureProblems, roleChecks } from './role.ts';
import type { Check, Procedure, Result, Target, Version } from './schema.ts';
import { inDryRun, type Session, type Work } from './session.ts';
import { resultVersion, rowsDigest, rowsVersion, runsSoFar, wayTo, type Way } from './versions.ts';

/** The step: which procedure, with what, and how the database is reached. */
export interface Step {
  work: Work;
  place: Place;
  target: Target;
}

/** Everything known about a run, or about taking one back. @throws ProviderError */
export const preview = (step: Step, asked: string | undefined): Promise<Preview> =>
  inDryRun(step.work, (session) => look(session, step, asked));

/** The digest of what decides whether a plan still holds: the same parts as in the preview, read now. @throws ProviderError */
export async function fingerprint(step: Step, from: Version, to: Version): Promise<string> {
  const seen = await preview(step, to.id);
  return seen.current?.id === from.id ? seen.fingerprint : digestOf({ from: from.id, to: to.id, now: seen.fingerprint });
}

/** What is in effect: the procedure's result while nothing is left for it to change, else the rows as they are. @throws ProviderError */
export const effective = (step: Step): Promise<Version | undefined> =>
  inDryRun(step.work, async (session) => {
    const { place, target } = step;
    const procedure = await readProcedure(session, place);
    if (!procedure || procedureProblems(procedure, place).length > 0) return undefined;
    const { standing, newest } = await runsSoFar(session, { ...step, procedure });
    if (newest && !standing) return rowsVersion(place, target, newest.result);
    // Only a reversion can tell by the rows that it is done; of the others the log is the best witness.
    if (standing && target.class !== 'logical-reversion') return resultVersion(place, target);
    const result = await dryRun(session, step, { to: resultVersion(place, target), parameters: target.parameters });
    return standing && result.affected === 0 ? resultVersion(place, target) : rowsVersion(place, target, result);
  });

const dryRun = (session: Session, { place, target }: Step, { parameters }: Way): Promise<Result> =>
  callProcedure(session, place, { parameters, dryRun: true, operation: 'dry run', maxRows: target.maxRows });

async function look(session: Session, step: Step, asked: string | undefined): Promise<Preview> {
  const { place, target } = step;
  const procedure = await readProcedure(session, place);
  const role = await roleChecks(session, place);
  const database = databaseOf(procedure, target);
  const [missing] = procedureProblems(procedure, place);
  if (!procedure || missing !== undefined)
    return unseen([{ code: 'procedure_missing', level: 'block', text: `Missing: ${missing}.` }, ...role], database);

  const way = await wayTo(session, { ...step, procedure }, asked);
  if (!way) return unseen([unknownTarget(resultVersion(place, target).label), ...role], database);
  const problems = argumentProblems(procedure, way.parameters);
  const checks: Check[] = [
    { code: 'procedure_registered', level: 'pass', text: `${place.full} is registered: ${procedure.description.slice(0, 150)}` },
    ...problems.map((text): Check => ({ code: 'parameters_wrong', level: 'block', text: `For ${place.name} ${text}.` })),
    ...classChecks(procedure, target),
    wayBackCheck(procedure, place),
    ...role,
  ];
  // A restore is never run from here, not even to see what it would do.
  if (problems.length > 0 || database.class === 'restore') return { ...unseen(checks, database), target: way.to };
  return { ...(await tried({ session, step, procedure, way, checks })), database };
}

/** Nothing can be run, so nothing is known of the rows; the checks say why. */
const unseen = (checks: Check[], database: Preview['database'] = {}): Preview => ({
  current: undefined,
  candidates: [],
  lastKnownGood: undefined,
  target: undefined,
  change: undefined,
  checks,
  fingerprint: digestOf(checks.map(({ code }) => code)),
  database,
});

interface Found {
  session: Session;
  step: Step;
  procedure: Procedure;
  way: Way;
  checks: Check[];
}

async function tried({ session, step, procedure, way, checks }: Found): Promise<Preview> {
  const { place, target } = step;
  const result = await dryRun(session, step, way);
  const { standing } = await runsSoFar(session, { ...step, procedure });
  const isDone = result.affected === 0 && standing !== undefined && way.undoes === undefined;
  const current = way.undoes !== undefined || isDone ? resultVersion(place, target) : rowsVersion(place, target, result);
  return {
    current,
    candidates: current.id === way.to.id ? [] : [way.to],
    lastKnownGood: undefined, // nobody measured how the rows fared in either state
    target: way.to,
    change: { summary: summaryOf(place, result), commits: [] },
    checks: [...rowChecks(result, target, isDone), ...checks],
    fingerprint: digestOf({
      from: current.id,
      to: way.to.id,
      definition: sha256(procedure.definition ?? ''),
      class: procedure.class,
      parameters: way.parameters,
      rows: rowsDigest(result),
    }),
    estimateSeconds: 1 + Math.ceil(result.affected / 10_000),
  };
}

function summaryOf({ name }: Place, { affected, skipped, sample }: Result): string {
  const first = sample.find((row) => row.skipped === undefined);
  const example = first ? `, for example ${rowText(first)}` : '';
  return `${name} changes ${rowsText(affected)} and leaves ${rowsText(skipped)} that changed since${example}`;
}
