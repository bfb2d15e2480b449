// What is found before a procedure is run, each with its reason, in words for the card.
import type { Preview } from '../../ports.ts';
import type { Place } from './registry.ts';
import type { Check, Procedure, ProcedureClass, Result, Row, Target } from './schema.ts';

const pass = (code: string, text: string): Check => ({ code, level: 'pass', text });
const warn = (code: string, text: string): Check => ({ code, level: 'warn', text });
const block = (code: string, text: string): Check => ({ code, level: 'block', text });

/** Is it what the configuration says it is? When it may run, by its class and how well it was drilled, is the house's to judge. */
export function classChecks({ class: registered }: Procedure, target: Target): Check[] {
  if (registered !== target.class) {
    return [block('class_differs', `The step says ${target.class}, the database has it registered as ${registered}; make them agree.`)];
  }
  return [classCheck(registered)];
}

/** The class as rules shall take it: where step and registry differ, the one that is worse to get wrong. */
export function databaseOf(procedure: Procedure | undefined, target: Target): NonNullable<Preview['database']> {
  const told = [target.class, ...(procedure ? [procedure.class] : [])];
  const worst = (['restore', 'schema-down'] as const).find((one) => told.includes(one)) ?? target.class;
  if (!procedure) return { class: worst };
  const { automated, drilledAt } = procedure;
  return { class: worst, automated, ...(drilledAt !== null && { drilledAt }) };
}

function classCheck(kind: ProcedureClass): Check {
  switch (kind) {
    case 'logical-reversion':
      return pass('database_class', 'logical-reversion: writes back what was there before, row by row.');
    case 'flag-off-path':
      return pass('database_class', 'flag-off-path: takes the data out of the path of the code.');
    case 'forward-fix':
      return pass('database_class', 'forward-fix: repairs the data by going forward.');
    case 'schema-down':
      return warn('database_class', 'schema-down: takes a migration of the schema back; data that only fits the new schema is lost.');
    case 'restore':
      return block('database_class', 'restore: never run from here; follow the runbook with the people who keep the backups.');
  }
}

/** How much would change, and is that as much as was allowed? */
export function rowChecks({ affected, skipped, sample }: Result, { maxRows }: Target, isDone: boolean): Check[] {
  const stays = sample.filter((row) => row.skipped !== undefined);
  const goes = sample.filter((row) => row.skipped === undefined);
  return [
    ...(affected === 0 ? [nothing(isDone)] : []),
    affected > maxRows
      ? block('row_cap', `${rowsText(affected)} would change and at most ${maxRows} may (maxRows).`)
      : pass('row_cap', `${rowsText(affected)} would change, at most ${maxRows} may.`),
    ...(goes.length > 0 ? [pass('rows_changed', `For example ${goes.slice(0, 5).map(rowText).join('; ')}.`)] : []),
    ...(skipped > 0
      ? [warn('rows_skipped', `${rowsText(skipped)} would stay as ${skipped === 1 ? 'it is' : 'they are'}${reasons(stays)}.`)]
      : []),
  ];
}

const nothing = (isDone: boolean): Check =>
  isDone
    ? block('target_is_current', 'The procedure ran before with these parameters, and nothing is left to change.')
    : block('nothing_to_change', 'No row holds what the procedure would change; are the parameters right?');

const reasons = (rows: readonly Row[]): string =>
  rows.length === 0
    ? ''
    : `: ${rows
        .slice(0, 3)
        .map(({ key, skipped = '' }) => `${cut(key)} (${skipped.slice(0, 60)})`)
        .join('; ')}`;

/** `200 rows`, `1 row` */
export const rowsText = (count: number): string => (count === 1 ? '1 row' : `${count} rows`);

/** `sku-001: 1 → 1001` */
export const rowText = ({ key, from, to }: Row): string => `${cut(key)}: ${valueText(from)} → ${valueText(to)}`;

function valueText(value: unknown): string {
  if (value === null || value === undefined) return 'no row';
  return cut(typeof value === 'string' ? value : JSON.stringify(value));
}

const cut = (text: string): string => (text.length > 30 ? `${text.slice(0, 30)}…` : text);

/** Can it be undone by an order back? */
export function wayBackCheck({ undoParameter }: Procedure, { name }: Place): Check {
  return undoParameter === null
    ? warn('no_way_back', `${name} has no undo_parameter in the registry: what it did cannot be taken back by a step.`)
    : pass('way_back', `What it does is tagged with the operation and can be taken back by ${name} itself.`);
}

/** What was asked for is nothing that this procedure leads to. */
export const unknownTarget = (label: string): Check =>
  block('target_never_deployed', `This procedure leads to one place only: ${label.slice(0, 150)}. Leave the target out.`);
