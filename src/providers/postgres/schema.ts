// What we configure of a database, and what we read of its answers, in our words and units.
import { z } from 'zod';
import type { Order, Preview } from '../../ports.ts';

export type Version = Order['to'];
export type Check = Preview['checks'][number];

const name = '[a-z_][a-z0-9_]{0,62}';
const SchemaName = z.string().regex(new RegExp(`^${name}$`));

export const Settings = z.strictObject({
  /** With the password of a role that may run the registered procedures and nothing else: a secret. */
  url: z.url({ protocol: /^postgres(ql)?$/ }),
  /** Where the registry and the log are, and procedures named without a schema. */
  schema: SchemaName.default('warroom'),
  timeouts: z.object({ connectMs: z.number().positive().optional() }).optional(),
});
export type Settings = z.output<typeof Settings>;

export const ProcedureClass = z.enum(['logical-reversion', 'flag-off-path', 'forward-fix', 'schema-down', 'restore']);
export type ProcedureClass = z.output<typeof ProcedureClass>;

const unitMs = { ms: 1, s: 1_000, m: 60_000 } as const;
const isUnit = (unit: string): unit is keyof typeof unitMs => Object.hasOwn(unitMs, unit);

/** `500ms`, `10s`, `2m`, or milliseconds; at most ten minutes, because others wait behind what is locked. */
const Duration = z
  .union([z.number(), z.string().regex(/^\d{1,6}(ms|s|m)$/, 'Write a duration such as 500ms, 10s or 2m')])
  .transform((value) => {
    if (typeof value === 'number') return value;
    const unit = value.replace(/^\d+/, '');
    return Number.parseInt(value, 10) * (isUnit(unit) ? unitMs[unit] : Number.NaN);
  })
  .pipe(z.number().int().min(1).max(600_000));

const Argument = z.union([z.string().max(1_000), z.number(), z.boolean()]);
export type Arguments = Readonly<Record<string, z.output<typeof Argument>>>;

export const Target = z.strictObject({
  provider: z.literal('postgres').optional(),
  procedure: z.string().regex(new RegExp(`^${name}(\\.${name})?$`)),
  class: ProcedureClass,
  parameters: z.record(z.string().regex(new RegExp(`^${name}$`)), Argument).default({}),
  maxRows: z.number().int().min(1).max(10_000_000),
  lockTimeout: Duration.default(500),
  statementTimeout: Duration.default(10_000),
});
export type Target = z.output<typeof Target>;

const Instant = z.date().transform((at) => at.getTime());

/** A procedure as registered, and its function as it stands in the database. */
export const Procedure = z
  .object({
    class: ProcedureClass,
    description: z.string(),
    parameters: z.record(z.string(), z.string()),
    undo_parameter: z.string().nullable(),
    automated: z.boolean(),
    drilled_at: Instant.nullable(),
    definition: z.string().nullable(),
    executable: z.boolean().nullable(),
  })
  .transform(({ undo_parameter: undoParameter, drilled_at: drilledAt, ...rest }) => ({ ...rest, undoParameter, drilledAt }));
export type Procedure = z.output<typeof Procedure>;

const Row = z.object({ key: z.string(), from: z.unknown(), to: z.unknown(), skipped: z.string().optional() });
export type Row = z.output<typeof Row>;

/** What a procedure answers: how many rows, some of them, and a digest of all that it would change. */
export const Result = z.object({
  affected: z.number().int().min(0),
  skipped: z.number().int().min(0),
  sample: z
    .array(Row)
    .transform((rows) => rows.slice(0, 50))
    .default([]),
  digest: z.string().max(200).optional(),
});
export type Result = z.output<typeof Result>;

/** A line of the operation log. */
export const Operation = z
  .object({ operation_id: z.string(), procedure: z.string(), parameters: z.record(z.string(), z.unknown()), result: Result, at: Instant })
  .transform(({ operation_id: id, ...rest }) => ({ id, ...rest }));
export type Operation = z.output<typeof Operation>;
