// The procedures that may be run, and the log of what was.
import { z } from 'zod';
import { Operation, Procedure, Result, type Arguments, type Settings, type Target } from './schema.ts';
import type { Session } from './session.ts';
import { refusal } from './trouble.ts';

/** A procedure's place: both parts were checked against a strict pattern when the configuration was read. */
export interface Place {
  /** Of the registry and the log. */
  registry: string;
  schema: string;
  name: string;
  /** As the registry has it: with its schema. */
  full: string;
}

export function placeOf({ schema }: Settings, { procedure }: Target): Place {
  const [first = '', second] = procedure.split('.');
  const [within, name] = second === undefined ? [schema, first] : [first, second];
  return { registry: schema, schema: within, name, full: `${within}.${name}` };
}

/** No name that passed the pattern needs this; none that did not would get through. */
const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** The form that every procedure has: parameters, dry run, operation, row cap. */
export const signature = 'jsonb, boolean, text, integer';

/** The procedure if it is registered, with what its function is now. */
export async function readProcedure({ rows }: Session, { registry, schema, name, full }: Place): Promise<Procedure | undefined> {
  const [procedure] = await rows(
    Procedure,
    `select r.class, r.description, r.parameters, r.undo_parameter, r.automated, r.drilled_at,
       pg_get_functiondef(f.oid) as definition, has_function_privilege(f.oid, 'execute') as executable
     from ${quoted(registry)}.procedure r
     left join (pg_proc f join pg_namespace n on n.oid = f.pronamespace)
       on n.nspname = $2 and f.proname = $3 and f.prokind = 'f' and oidvectortypes(f.proargtypes) = $4
     where r.name = $1`,
    [full, schema, name, signature],
  );
  return procedure;
}

/** Runs the function itself. */
export async function callProcedure(
  { rows }: Session,
  { schema, name }: Place,
  call: { parameters: Arguments; dryRun: boolean; operation: string; maxRows: number },
): Promise<Result> {
  const [answer] = await rows(
    z.object({ result: Result }),
    `select ${quoted(schema)}.${quoted(name)}($1::jsonb, $2::boolean, $3::text, $4::integer) as result`,
    [JSON.stringify(call.parameters), call.dryRun, call.operation, call.maxRows],
  );
  if (!answer) throw refusal(`${name} gave no answer`);
  return answer.result;
}

const columns = 'operation_id, procedure, parameters, result, at';

/** The log's line of one operation. */
export async function readOperation({ rows }: Session, { registry, full }: Place, id: string): Promise<Operation | undefined> {
  const statement = `select ${columns} from ${quoted(registry)}.operation where operation_id = $1 and procedure = $2`;
  const [operation] = await rows(Operation, statement, [id, full]);
  return operation;
}

/** What this procedure did with these parameters, newest first. */
export const operationsWith = ({ rows }: Session, { registry, full }: Place, parameters: Arguments): Promise<Operation[]> =>
  rows(
    Operation,
    `select ${columns} from ${quoted(registry)}.operation where procedure = $1 and parameters = $2::jsonb order by at desc limit 20`,
    [full, JSON.stringify(parameters)],
  );

/** What is wrong with the parameters, each in a sentence: unknown, missing, or of another type than registered. */
export function argumentProblems({ parameters: types }: Procedure, given: Arguments): string[] {
  const unknown = Object.keys(given).filter((name) => !Object.hasOwn(types, name));
  const known = Object.keys(types).join(', ');
  return [
    ...unknown.map((name) => `there is no parameter ${name}; known are: ${known === '' ? 'none' : known}`),
    ...Object.entries(types).flatMap(([name, type]) => {
      const wanted = type.replace(/\?$/, '');
      const value = Object.hasOwn(given, name) ? given[name] : undefined;
      if (value === undefined) return type.endsWith('?') ? [] : [`the parameter ${name} (${wanted}) is missing`];
      return typeof value === wanted ? [] : [`the parameter ${name} must be a ${wanted} and is a ${typeof value}`];
    }),
  ];
}
