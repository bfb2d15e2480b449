// Embedded PostgreSQL takes seconds and 800 MB to create a data folder, and a fraction of a second to open a copy of one.
// So one folder is made per PGlite version, in a process of its own, and every test copies it from TEST_PGLITE_TEMPLATE.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const root = new URL('..', import.meta.url).pathname;
const cache = join(root, 'node_modules/.cache/warroom');
const makeFolder = `import { PGlite } from '@electric-sql/pglite'; const db = await PGlite.create(process.argv[1]); await db.close();`;

export default function globalSetup() {
  const { version } = JSON.parse(readFileSync(join(root, 'node_modules/@electric-sql/pglite/package.json'), 'utf8'));
  const template = join(cache, `pglite-${version}`);
  if (!existsSync(template)) make(template);
  process.env.TEST_PGLITE_TEMPLATE = template;
}

function make(template) {
  mkdirSync(cache, { recursive: true });
  // Made beside and renamed into place: an interrupted run leaves no half template, and of two runs at once either may win.
  const draft = mkdtempSync(join(cache, 'draft-'));
  execFileSync(process.execPath, ['--input-type=module', '--eval', makeFolder, join(draft, 'data')], { cwd: root, stdio: 'inherit' });
  try {
    renameSync(join(draft, 'data'), template);
  } catch (error) {
    if (!existsSync(template)) throw error;
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}
