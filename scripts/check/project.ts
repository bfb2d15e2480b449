import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative, sep } from 'node:path';

/** Folders that hold our own programs. */
const rooms = ['src', 'sandbox', 'test', 'bench', 'scripts', 'bin'];
/** Generated, fetched by a browser, or data for tests: nobody imports these. */
const notSource = /(^|\/)(node_modules|dist|coverage|public|__fixtures__)(\/|$)/;
const program = /\.[mc]?[jt]sx?$/;

/** All programs of a project, as paths from its root with forward slashes. */
export function sourceFiles(root: string): string[] {
  const inRooms = rooms.flatMap((room) => filesUnder(root, room));
  const atTop = readdirSync(root).filter((name) => statSync(join(root, name)).isFile());
  return [...inRooms, ...atTop].filter((path) => program.test(path) && !path.endsWith('.d.ts')).toSorted();
}

/** All files of a folder, however deep; none when there is no such folder. */
export function filesUnder(root: string, folder: string): string[] {
  const top = join(root, folder);
  if (!existsSync(top)) return [];
  return readdirSync(top, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .filter((path) => !notSource.test(path));
}

/** The text of a file, or nothing when it is not there. */
export function textOf(root: string, path: string): string {
  const full = join(root, path);
  return existsSync(full) ? readFileSync(full, 'utf8') : '';
}

export type Manifest = {
  readonly bin?: Record<string, string>;
  readonly scripts?: Record<string, string>;
  readonly dependencies?: Record<string, string>;
  readonly devDependencies?: Record<string, string>;
};

/** The project's package.json. */
export function manifestOf(root: string): Manifest {
  return JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Manifest;
}
