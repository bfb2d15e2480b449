// Migrations between two versions: which there are, of which class each is, and what that means for older code on a newer schema.
import { fitsAny } from '../glob.ts';
import type { Check, Target } from './schema.ts';
import { classOfSql } from './sql-class.ts';

type MigrationClass = 'none' | 'expand' | 'contract' | 'irreversible';
const classes: readonly MigrationClass[] = ['irreversible', 'contract', 'expand', 'none'];

/** A migration and what is known of it. `unknown` is as bad as irreversible could be, and nobody said so. */
export interface Migration {
  path: string;
  class: MigrationClass | 'unknown';
  /** Who says so: the file itself, the configuration, or its SQL as we read it. */
  by: 'mark' | 'configuration' | 'sql' | 'nobody';
}

/** More files than these are not read: so many migrations in one range are for people to look at. */
export const migrationsRead = 20;

/** The paths that are migrations, in order. */
export const migrationPaths = (paths: readonly string[], { migrations }: Target): string[] =>
  paths.filter((path) => fitsAny(path, migrations.paths) || classes.some((one) => fitsAny(path, migrations[one])));

/** The class of one migration: its own mark counts first, then the configuration, then its SQL. */
export function migrationOf(path: string, text: string | undefined, { migrations }: Target): Migration {
  const marks = [...(text ?? '').matchAll(/(?:--|#|\/\/|\/\*|<!--)\s*warroom:\s*(\w+)/gi)].map(([, word = '']) => word.toLowerCase());
  const marked = classes.find((one) => marks.includes(one));
  if (marked !== undefined) return { path, class: marked, by: 'mark' };
  if (marks.length > 0) return { path, class: 'unknown', by: 'mark' };
  const configured = classes.find((one) => fitsAny(path, migrations[one]));
  if (configured !== undefined) return { path, class: configured, by: 'configuration' };
  const read = text !== undefined && /\.sql$/i.test(path) ? classOfSql(text) : 'unknown';
  return { path, class: read, by: read === 'unknown' ? 'nobody' : 'sql' };
}

/** What the migrations in between say to a rollback of the code, the worst first. The database itself does not go back. */
export function migrationChecks(found: readonly Migration[], { migrations }: Target): Check[] {
  const of = (wanted: Migration['class']) => found.filter((one) => one.class === wanted);
  const [contract, irreversible, unknown, expand, none] = [of('contract'), of('irreversible'), of('unknown'), of('expand'), of('none')];
  return [
    ...check(contract, {
      code: 'migrations_contract',
      level: 'block',
      text: (names) =>
        `The schema is newer than the older code allows: ${names} took something away that it needs. Bring it back first, or go forward.`,
    }),
    ...check(irreversible, {
      code: 'migrations_irreversible',
      level: 'block',
      text: (names) => `${names} cannot be taken back, so the older code meets data it has never seen.`,
    }),
    ...check(unknown, {
      code: 'migrations_unknown',
      level: migrations.unknown,
      text: (names) =>
        `Migrations lie in between whose class is unknown (${names}): the code goes back, the database does not. Look at them; a comment "warroom: expand" in the file says it for the next time.`,
    }),
    ...check(expand, {
      code: 'migrations_in_range',
      level: expand.every(({ by }) => by !== 'sql') ? 'pass' : 'warn',
      text: (names) => {
        const told = expand.every(({ by }) => by !== 'sql') ? 'marked as expand' : 'by their SQL they only add';
        return `Migrations lie in between that are safe (${names}, ${told}): the code goes back, the database stays, and the older code does not mind.`;
      },
    }),
    ...check(none, { code: 'migrations_none', level: 'pass', text: (names) => `${names} changes nothing that the code sees.` }),
  ];
}

interface Finding {
  code: string;
  level: Check['level'];
  text: (names: string) => string;
}

/** Every block here weighs the old code against the bad one; that a break-glass may do. */
function check(found: readonly Migration[], { code, level, text }: Finding): Check[] {
  if (found.length === 0) return [];
  return [{ code, level, text: text(listed(found.map(({ path }) => path))), ...(level === 'block' && { override: 'break-glass' }) }];
}

/** The first three by name, the others by number. */
export const listed = (names: readonly string[]): string =>
  `${names.slice(0, 3).join(', ')}${names.length > 3 ? ` and ${names.length - 3} more` : ''}`;
