import { isBuiltin } from 'node:module';
import { posix } from 'node:path';
import { readModule } from './module.ts';
import type { Module } from './module.ts';
import { filesUnder, manifestOf, sourceFiles, textOf } from './project.ts';

/** Packages that work without being named anywhere, and why. */
const silentHelpers: Readonly<Record<string, string>> = {
  'oxlint-tsgolint': 'oxlint loads it for its type-aware rules',
  '@types/node': 'types of the platform',
  '@types/jest': 'types of the test runner',
};

type Project = { readonly root: string; readonly modules: ReadonlyMap<string, Module> };

/** Files nobody reaches, exported names nobody takes, packages nobody imports. */
export function findUnused(root: string): string[] {
  const modules = new Map(sourceFiles(root).map((path) => [path, readModule(root, path)]));
  const project = { root, modules };
  return [...unusedFiles(project), ...unusedExports(project), ...unusedPackages(project)];
}

function unusedFiles(project: Project): string[] {
  const paths = [...project.modules.keys()];
  const started = startedByHand(project);
  const everywhere = reached(project, [...started, ...paths.filter(isEntry)]);
  const inProduct = reached(project, started);
  return paths.flatMap((path) => {
    if (!everywhere.has(path)) return [`${path}: nothing reaches this file; use it or delete it`];
    if (path.startsWith('src/') && !inProduct.has(path))
      return [`${path}: only tests reach this file; wire it into the product or delete it`];
    return [];
  });
}

/** Test files and the configuration files at the top are read by tools. */
function isEntry(path: string): boolean {
  return /\.test\.tsx?$/.test(path) || !path.includes('/');
}

/** Programs that package.json, the image and the build start. */
function startedByHand({ root, modules }: Project): string[] {
  const { bin = {}, scripts = {} } = manifestOf(root);
  const files = ['Dockerfile', 'docker-compose.yml', ...filesUnder(root, '.ci'), ...filesUnder(root, '.github')];
  const text = [...Object.values(bin), ...Object.values(scripts), ...files.map((path) => textOf(root, path))].join('\n');
  const named = text.match(/[\w./-]+\.[mc]?[jt]sx?/g) ?? [];
  const found = named.flatMap((name) => findFile(modules, name) ?? []);
  return [...found, ...[...modules.keys()].filter((path) => path.startsWith('bin/'))];
}

function reached({ modules }: Project, from: readonly string[]): ReadonlySet<string> {
  const seen = new Set<string>();
  const waiting = [...from];
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    const module = modules.get(path);
    if (module === undefined || seen.has(path)) continue;
    seen.add(path);
    waiting.push(...neighbours(modules, module));
  }
  return seen;
}

function neighbours(modules: Project['modules'], { path, imports, passesOn, strings }: Module): string[] {
  const imported = [...imports.map(({ from }) => from), ...passesOn].flatMap((from) => resolveImport(modules, path, from) ?? []);
  const named = strings.filter((text) => /\.[mc]?[jt]sx?$/.test(text)).map((text) => text.replace('<rootDir>/', ''));
  return [
    ...imported,
    ...named.flatMap((text) => findFile(modules, text) ?? findFile(modules, posix.join(posix.dirname(path), text)) ?? []),
  ];
}

function unusedExports({ modules }: Project): string[] {
  const taken = takenNames(modules);
  return [...modules.values()]
    .filter(({ path }) => path.includes('/'))
    .flatMap(({ path, exports }) => {
      const names = taken.get(path) ?? new Set();
      const calledByTool = /^test\/global-\w+\.mjs$/.test(path);
      const unused = exports.filter(({ name }) => !names.has(name) && !names.has('*') && !calledByTool);
      // A type that an exported signature mentions may be exported with it; a value has no such reason.
      return unused
        .filter(({ isType, usedHere }) => !(isType && usedHere))
        .map(({ name, usedHere }) => {
          return `${path}: nobody imports ${name}; ${usedHere ? 'drop the word export' : 'delete it'}`;
        });
    });
}

/** Which names of each file the others take. */
function takenNames(modules: Project['modules']): Map<string, Set<string>> {
  const taken = new Map<string, Set<string>>();
  const take = (path: string, name: string): void => {
    const names = taken.get(path) ?? new Set();
    if (names.has(name)) return;
    taken.set(path, names.add(name));
    const module = modules.get(path);
    if (module === undefined || module.exports.some((found) => found.name === name)) return;
    for (const from of module.passesOn) follow(path, from, name);
  };
  const follow = (path: string, from: string, name: string): void => {
    const target = resolveImport(modules, path, from);
    if (target !== undefined) take(target, name);
  };
  for (const { path, imports } of modules.values()) {
    for (const { from, names } of imports) for (const name of names) follow(path, from, name);
  }
  return taken;
}

function unusedPackages(project: Project): string[] {
  const { dependencies = {}, devDependencies = {}, scripts = {} } = manifestOf(project.root);
  const importers = packageImporters(project.modules);
  const texts = [...project.modules.values()].flatMap(({ strings }) => strings).concat(Object.values(scripts));
  const settings = ['.swcrc', 'tsconfig.json', '.oxlintrc.json'].map((path) => textOf(project.root, path)).join('\n');

  const inProduct = (name: string): boolean => [...(importers.get(name) ?? [])].some((path) => /^(src|bin)\//.test(path));
  const called = (name: string): boolean =>
    texts.some((text) => text.split(/[\s/]/).includes(name) || text.includes(name + '/') || text === name);
  const used = (name: string): boolean => importers.has(name) || name in silentHelpers || called(commandOf(name)) || called(name);
  const typesFor = (name: string): boolean => name.startsWith('@types/') && importers.has(name.slice('@types/'.length));
  const configured = (name: string): boolean => settings.includes(`"${name}"`);
  return [
    ...Object.keys(dependencies)
      .filter((name) => !inProduct(name))
      .map((name) => `package.json: src never imports ${name}; remove it, or move it to devDependencies if tests or the sandbox do`),
    ...Object.keys(devDependencies)
      .filter((name) => !used(name) && !typesFor(name) && !configured(name))
      .map((name) => `package.json: nobody uses ${name}; remove it`),
    ...[...importers]
      .filter(([name]) => !(name in dependencies) && !(name in devDependencies))
      .map(([name, [path]]) => `${path ?? ''}: imports ${name}, which package.json does not name`),
  ];
}

function commandOf(name: string): string {
  return { typescript: 'tsc', 'dependency-cruiser': 'depcruise' }[name] ?? name;
}

function packageImporters(modules: Project['modules']): Map<string, Set<string>> {
  const importers = new Map<string, Set<string>>();
  for (const { path, imports, passesOn } of modules.values()) {
    for (const from of [...imports.map((taken) => taken.from), ...passesOn]) {
      const name = packageName(from);
      if (name !== undefined) importers.set(name, (importers.get(name) ?? new Set()).add(path));
    }
  }
  return importers;
}

function packageName(from: string): string | undefined {
  if (from === '' || from.startsWith('.') || from.startsWith('/') || isBuiltin(from)) return undefined;
  return from
    .split('/')
    .slice(0, from.startsWith('@') ? 2 : 1)
    .join('/');
}

function resolveImport(modules: Project['modules'], importer: string, from: string): string | undefined {
  if (!from.startsWith('.')) return undefined;
  return findFile(modules, posix.join(posix.dirname(importer), from));
}

/** A path as somebody wrote it, as the file it means: built files stand for their source. */
function findFile(modules: Project['modules'], written: string): string | undefined {
  const path = posix.normalize(written).replace(/^dist\//, 'src/');
  const bare = path.replace(/\.[mc]?jsx?$/, '');
  return [path, `${bare}.ts`, `${bare}.tsx`, `${path}.ts`, `${path}/index.ts`].find((candidate) => modules.has(candidate));
}
