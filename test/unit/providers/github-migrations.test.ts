import { describe, expect, it } from '@jest/globals';
import { fitsAny } from '../../../src/providers/glob.ts';
import { migrationChecks, migrationOf, migrationPaths } from '../../../src/providers/github-actions/migrations.ts';
import { Target } from '../../../src/providers/github-actions/schema.ts';
import { classOfSql } from '../../../src/providers/github-actions/sql-class.ts';

const targetWith = (migrations: object = {}): Target =>
  Target.parse({ repository: 'acme/shop', workflow: 'rollback.yml', deployments: { environment: 'production' }, migrations });

describe('a path pattern', () => {
  it.each([
    ['db/migrate/001.sql', 'db/migrate/**', true],
    ['db/migrate/2026/001.sql', 'db/migrate/**', true],
    ['src/db/migrate/001.sql', 'db/migrate/**', false],
    ['src/db/migrate/001.sql', '**/migrate/**', true],
    ['migrate/001.sql', '**/migrate/**', true],
    ['.env.production', '.env*', true],
    ['services/shop/.env', '.env*', true],
    ['src/environment.ts', '.env*', false],
    ['config/a/b.yml', 'config/*', false],
    ['config/a.yml', '/config/?.yml', true],
    ['configXa.yml', 'config/a.yml', false],
    ['a+b(c)/x', 'a+b(c)/*', true],
  ])('%s against %s: %s', (path, pattern, fits) => expect(fitsAny(path, [pattern])).toBe(fits));
});

describe('the class of a migration, by its SQL', () => {
  it.each([
    ['create table a (id int primary key, name text not null);', 'expand'],
    ['create index concurrently i on a (b)', 'expand'],
    ['create unique index i on a (b)', 'contract'],
    ['alter table a add column b text', 'expand'],
    ['ALTER TABLE IF EXISTS ONLY public."a" ADD b numeric(10, 2), ADD c text', 'expand'],
    ['alter table a add column b text not null', 'contract'],
    ["alter table a add column b text not null default 'x; drop table y'", 'expand'],
    ['alter table a add column b bigserial', 'expand'],
    ['alter table a add column b int, drop column c', 'contract'],
    ['alter table a add constraint c check (b > 0)', 'contract'],
    ['alter table a rename to b', 'contract'],
    ['alter table a rename column b to c', 'contract'],
    ['alter table a alter column b set not null', 'contract'],
    ['alter table a alter column b type bigint', 'contract'],
    ['alter table a alter b set data type bigint', 'contract'],
    ['alter table a alter column b set default 1', 'expand'],
    ["alter type mood add value 'sad'", 'expand'],
    ["alter type mood rename value 'sad' to 'blue'", 'contract'],
    ['drop table a', 'contract'],
    ['drop index i', 'contract'],
    ['revoke select on a from b', 'contract'],
    ['grant select on a to b', 'expand'],
    ['update a set b = 1', 'unknown'],
    ['delete from a', 'unknown'],
    ['create table a (id int); update a set id = 2', 'unknown'],
    ['update a set b = 1; drop table c', 'contract'],
    ['create or replace function f() returns int language sql as $$ drop table a $$', 'unknown'],
    ['do $x$ begin end $x$', 'unknown'],
    [String.raw`insert into a values (E'it\'s'); drop table b; --'`, 'unknown'],
    [`create table a (id int); ${' '.repeat(200_000)}`, 'unknown'],
    ["-- drop table a\n/* drop; */ comment on table a is 'drop'", 'none'],
    ['begin; set lock_timeout = 100; commit;', 'none'],
    ['', 'none'],
  ] as const)('%s is %s', (sql, expected) => expect(classOfSql(sql)).toBe(expected));
});

describe('a migration', () => {
  it('is what its own mark says, whatever else is known', () => {
    const target = targetWith({ contract: ['db/**'] });
    for (const mark of ['-- warroom: expand', '# warroom: EXPAND', '// warroom:expand', '/* warroom: expand */'])
      expect(migrationOf('db/1.sql', `${mark}\ndrop table a;`, target)).toEqual({ path: 'db/1.sql', class: 'expand', by: 'mark' });
    expect(migrationOf('db/1.sql', '-- warroom: expand\n-- warroom: irreversible', target)).toMatchObject({ class: 'irreversible' });
  });

  it('with a mark that nobody understands is unknown, not what its SQL looks like', () =>
    expect(migrationOf('db/1.sql', '-- warroom: safe\ncreate table a (id int);', targetWith())).toMatchObject({ class: 'unknown' }));

  it('is else what the configuration says, else what its SQL says, else unknown', () => {
    const target = targetWith({ paths: ['db/**'], irreversible: ['db/cleanup/**'] });
    expect(migrationOf('db/cleanup/1.sql', 'create table a (id int)', target)).toMatchObject({
      class: 'irreversible',
      by: 'configuration',
    });
    expect(migrationOf('db/1.sql', 'create table a (id int)', target)).toMatchObject({ class: 'expand', by: 'sql' });
    expect(migrationOf('db/1.rb', 'add_column :a, :b, :text', target)).toMatchObject({ class: 'unknown', by: 'nobody' });
    expect(migrationOf('db/1.sql', undefined, target)).toMatchObject({ class: 'unknown', by: 'nobody' });
  });

  it('is found by its path, or by the class that is configured for it', () => {
    const target = targetWith({ paths: ['db/**'], contract: ['legacy/*.sql'] });
    expect(migrationPaths(['src/a.ts', 'db/1.rb', 'legacy/x.sql'], target)).toEqual(['db/1.rb', 'legacy/x.sql']);
  });
});

const found = (of: 'none' | 'expand' | 'contract' | 'irreversible' | 'unknown', by: 'mark' | 'sql' | 'nobody' = 'mark') => ({
  path: `db/${of}.sql`,
  class: of,
  by,
});

describe('what migrations in between say to a rollback', () => {
  it('blocks what the older code cannot live with; a break-glass may weigh that', () => {
    const checks = migrationChecks([found('contract'), found('irreversible'), found('none')], targetWith());
    expect(checks.map(({ code, level, override }) => [code, level, override])).toEqual([
      ['migrations_contract', 'block', 'break-glass'],
      ['migrations_irreversible', 'block', 'break-glass'],
      ['migrations_none', 'pass', undefined],
    ]);
    expect(checks[0]?.text).toContain('db/contract.sql');
  });

  it('passes what is marked as safe, and warns of what only looks safe', () => {
    expect(migrationChecks([found('expand')], targetWith())).toMatchObject([{ code: 'migrations_in_range', level: 'pass' }]);
    expect(migrationChecks([found('expand', 'sql')], targetWith())).toMatchObject([
      { level: 'warn', text: expect.stringContaining('by their SQL they only add') },
    ]);
  });

  it('says unknown of what nobody knows, and blocks that where it is configured so', () => {
    const unknown = [found('unknown', 'nobody')];
    expect(migrationChecks(unknown, targetWith())).toMatchObject([
      { code: 'migrations_unknown', level: 'warn', text: expect.stringContaining('unknown') },
    ]);
    expect(migrationChecks(unknown, targetWith({ unknown: 'block' }))).toMatchObject([{ level: 'block', override: 'break-glass' }]);
  });
});
