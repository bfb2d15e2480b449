import type { Kysely } from 'kysely';
import { sql } from 'kysely';
import type { Memberships } from '../ports.ts';
import type { Database } from './schema.ts';

/** What Slack last said about people. Two answers at the same time: the newer one stays. */
export function createMemberships(db: Kysely<Database>): Memberships {
  return {
    rememberPerson: async (user, { standing, name }, at) => {
      await sql`insert into membership (user_id, name, standing, standing_at, groups)
        values (${user}, ${name}, ${standing}, ${String(at)}, '{}')
        on conflict (user_id) do update set name = excluded.name, standing = excluded.standing, standing_at = excluded.standing_at
        where membership.standing_at <= excluded.standing_at`.execute(db);
    },
    // The answer about a group may be the first that is heard of a person; nothing is known of their standing then.
    rememberGroup: async (user, group, answer) => {
      const groups = JSON.stringify({ [group]: answer });
      await sql`insert into membership (user_id, name, standing, standing_at, groups)
        values (${user}, ${user}, 'unknown', 0, ${groups}::jsonb)
        on conflict (user_id) do update set groups = membership.groups || excluded.groups
        where coalesce((membership.groups -> ${group}::text ->> 'at')::bigint, 0) <= ${String(answer.at)}::bigint`.execute(db);
    },
    recall: async (user) => {
      const row = await db.selectFrom('membership').selectAll().where('user_id', '=', user).executeTakeFirst();
      return row && { name: row.name, standing: row.standing, standingAt: Number(row.standing_at), groups: row.groups };
    },
    names: async () => {
      const rows = await db.selectFrom('membership').select(['user_id', 'name']).where('standing', '<>', 'unknown').execute();
      return new Map(rows.map(({ user_id: user, name }) => [user, name]));
    },
  };
}
