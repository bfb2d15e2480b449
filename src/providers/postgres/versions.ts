// A database has no versions of its own: what is there now has the digest of the rows as its name, and where a step leads is the
// procedure with its parameters.
import { digestOf } from '../../lib/canonical.ts';
import { operationsWith, type Place } from './registry.ts';
import type { Arguments, Operation, Procedure, Result, Target, Version } from './schema.ts';
import type { Session } from './session.ts';

/** Where a step leads: to the procedure's result, or back to what an earlier run of it had found. */
export interface Way {
  to: Version;
  /** What the procedure is called with for that. */
  parameters: Arguments;
  /** The run that is taken back. */
  undoes?: Operation;
}

const longestLabel = 150;
const short = (value: unknown): string => digestOf(value).slice(0, 16);

/** Where the procedure leads. */
export function resultVersion(place: Place, { class: kind, parameters }: Target): Version {
  const given = Object.entries(parameters).map(([name, value]) => ` ${name}=${String(value)}`);
  const label = `${kind === 'logical-reversion' ? 'reverted by' : 'after'} ${place.name}${given.join('')}`.replaceAll(/\s+/g, ' ');
  return { id: `run-${short({ procedure: place.full, parameters })}`, label: label.slice(0, longestLabel), health: 'unknown' };
}

/** What all rows that the procedure would change add up to. A procedure without a digest of its own is known by what it shows. */
export const rowsDigest = ({ digest, affected, skipped, sample }: Result): string => digestOf(digest ?? { affected, skipped, sample });

/** The rows as a run with this result finds or found them. */
export const rowsVersion = (place: Place, { parameters }: Target, result: Result): Version => ({
  id: `rows-${short({ procedure: place.full, parameters, rows: rowsDigest(result) })}`,
  label: 'now',
  health: 'unknown',
});

/** What a version's id or label means for this step; nothing when it leads nowhere. */
export async function wayTo(
  session: Session,
  { place, target, procedure }: { place: Place; target: Target; procedure: Procedure },
  asked: string | undefined,
): Promise<Way | undefined> {
  const result = resultVersion(place, target);
  if (asked === undefined || ['previous', result.id, result.label].includes(asked)) return { to: result, parameters: target.parameters };
  if (!/^rows-[0-9a-f]{16}$/.test(asked) || procedure.undoParameter === null) return undefined;

  const ran = await operationsWith(session, place, target.parameters);
  // Rows that changed between the preview and the run have another name; with a single run there is no doubt all the same.
  const undoes =
    ran.find((operation) => rowsVersion(place, target, operation.result).id === asked) ?? (ran.length === 1 ? ran[0] : undefined);
  if (!undoes) return undefined;
  const to: Version = { id: asked, label: `as before ${place.name} ran ${minute(undoes.at)}`, health: 'unknown' };
  return { to, parameters: { [procedure.undoParameter]: undoes.id }, undoes };
}

/** The newest run that nobody has taken back, and the newest at all. */
export async function runsSoFar(
  session: Session,
  { place, target, procedure }: { place: Place; target: Target; procedure: Procedure },
): Promise<{ standing: Operation | undefined; newest: Operation | undefined }> {
  const [newest] = await operationsWith(session, place, target.parameters);
  if (!newest || procedure.undoParameter === null) return { standing: newest, newest };
  const undone = await operationsWith(session, place, { [procedure.undoParameter]: newest.id });
  return { standing: undone.length > 0 ? undefined : newest, newest };
}

const minute = (at: number): string => `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
