// What the role may do: too little to run the procedure, or more than that.
import { z } from 'zod';
import { ProviderError } from '../../ports.ts';
import { readProcedure, signature, type Place } from './registry.ts';
import type { Check, Procedure } from './schema.ts';
import { inDryRun, type Session, type Work } from './session.ts';

const Powers = z.object({
  role: z.string(),
  all: z.boolean(),
  roles: z.array(z.string()),
  tables: z.array(z.string()),
  schemas: z.array(z.string()),
  functions: z.array(z.string()),
});
type Powers = z.output<typeof Powers>;

/** Everything the role could do besides running procedures. Owners count as able to write what they own. */
const powersQuery = (registry: string): string => `
  with others as (select oid, nspname from pg_namespace where nspname not in ('pg_catalog', 'information_schema') and nspname !~ '^pg_(toast|temp)')
  select current_user::text as role,
    (r.rolsuper or r.rolcreaterole or r.rolbypassrls or r.rolreplication) as all,
    array(select o.rolname::text from pg_roles o where o.oid <> r.oid and not r.rolsuper and pg_has_role(r.oid, o.oid, 'member') limit 4) as roles,
    array(select format('%s.%s', n.nspname, c.relname) from pg_class c join others n on n.oid = c.relnamespace
      where c.relkind in ('r', 'p', 'v', 'm', 'f') and (has_table_privilege(c.oid, 'insert, update, delete, truncate')
        or has_any_column_privilege(c.oid, 'insert, update')) order by 1 limit 4) as tables,
    array(select n.nspname::text from others n where has_schema_privilege(n.oid, 'create') order by 1 limit 4) as schemas,
    array(select format('%s.%s', n.nspname, f.proname) from pg_proc f join others n on n.oid = f.pronamespace
      where f.prosecdef and f.prorettype <> 'trigger'::regtype and has_function_privilege(f.oid, 'execute')
        and has_schema_privilege(n.oid, 'usage')
        and format('%s.%s', n.nspname, f.proname) not in (select name from "${registry}".procedure) order by 1 limit 4) as functions
  from pg_roles r where r.rolname = current_user`;

/** Does the role have more rights than it needs? A mistake of ours, or somebody else's in Slack, would reach that far. */
export async function roleChecks({ rows }: Session, { registry }: Place): Promise<Check[]> {
  const [powers] = await rows(Powers, powersQuery(registry));
  return powers ? judged(powers) : [];
}

function judged({ role, all, roles, tables, schemas, functions }: Powers): Check[] {
  if (all) {
    const text = `The role ${role} may do anything in this database (superuser or close to it); give Warroom one that may run the procedures only.`;
    return [{ code: 'role_superuser', level: 'block', text }];
  }
  const more = [
    tables.length > 0 && `write ${listed(tables)} directly`,
    functions.length > 0 && `run ${listed(functions)}, which is not registered`,
    schemas.length > 0 && `create objects in ${listed(schemas)}`,
    roles.length > 0 && `become ${listed(roles)}`,
  ].filter((part) => part !== false);
  return more.length > 0
    ? [
        {
          code: 'role_too_powerful',
          level: 'warn',
          text: `The role ${role} may do more than run procedures: ${more.join('; ')}. Take that away.`,
        },
      ]
    : [{ code: 'role_limited', level: 'pass', text: `The role ${role} may run registered procedures and change nothing else.` }];
}

const listed = (names: readonly string[]): string => `${names.slice(0, 3).join(', ')}${names.length > 3 ? ' and more' : ''}`;

const Grant = z.object({ there: z.boolean(), allowed: z.boolean() });

/** Can the step work with this role, and which grant is missing? Reads only; never throws for what the database answers. */
export async function checkAccess(work: Work, place: Place): Promise<{ ok: boolean; missing: string[] }> {
  try {
    const missing = await inDryRun(work, (session) => missingGrants(session, place));
    return { ok: missing.length === 0, missing };
  } catch (error) {
    if (error instanceof ProviderError) return { ok: false, missing: [error.message] };
    throw error;
  }
}

async function missingGrants(session: Session, place: Place): Promise<string[]> {
  const { registry, schema } = place;
  const grants: string[] = [];
  // One after the other: it is one connection.
  for (const name of new Set([registry, schema])) grants.push(...(await schemaProblems(session, name)));
  for (const table of ['procedure', 'operation']) grants.push(...(await tableProblems(session, registry, table)));
  if (grants.length > 0) return grants;
  return procedureProblems(await readProcedure(session, place), place);
}

async function schemaProblems({ rows }: Session, name: string): Promise<string[]> {
  const statement = `select true as there, has_schema_privilege(oid, 'usage') as allowed from pg_namespace where nspname = $1`;
  const [grant] = await rows(Grant, statement, [name]);
  if (!grant) return [`the schema ${name}: it is not there`];
  return grant.allowed ? [] : [`grant usage on schema ${name}`];
}

async function tableProblems({ rows }: Session, schema: string, table: string): Promise<string[]> {
  const statement = `select true as there, has_table_privilege(c.oid, 'select') as allowed
    from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname = $1 and c.relname = $2`;
  const [grant] = await rows(Grant, statement, [schema, table]);
  if (!grant) return [`the table ${schema}.${table}: it is not there`];
  return grant.allowed ? [] : [`grant select on ${schema}.${table}`];
}

/** Why the procedure cannot be run at all, in the words of what a database owner does about it. */
export function procedureProblems(procedure: Procedure | undefined, { registry, full }: Place): string[] {
  if (!procedure) return [`the procedure ${full}: it is not registered in ${registry}.procedure`];
  if (procedure.definition === null) return [`the function ${full}(${signature}): it is not there`];
  return procedure.executable === true ? [] : [`grant execute on function ${full}(${signature})`];
}
