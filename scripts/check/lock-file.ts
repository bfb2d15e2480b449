import { textOf } from './project.ts';

type LockedPackage = {
  readonly version?: string;
  readonly resolved?: string;
  readonly integrity?: string;
  readonly link?: boolean;
  readonly dependencies?: Record<string, string>;
  readonly devDependencies?: Record<string, string>;
  readonly optionalDependencies?: Record<string, string>;
};
type Lock = { readonly lockfileVersion?: number; readonly packages?: Record<string, LockedPackage> };
type Manifest = Pick<LockedPackage, 'dependencies' | 'devDependencies'>;

/**
 * A lock file that works elsewhere: every optional package is in it (npm leaves out what the registry of the moment did not have,
 * and `npm ci` then refuses it on another platform), it names no registry, and it belongs to package.json.
 */
export function findLockProblems(root: string): string[] {
  const lock = JSON.parse(textOf(root, 'package-lock.json') || '{}') as Lock;
  const manifest = JSON.parse(textOf(root, 'package.json')) as Manifest;
  const packages = Object.entries(lock.packages ?? {});
  if (lock.lockfileVersion !== 3 || packages.length === 0) return ['package-lock.json: missing or not of version 3; run npm install'];
  const paths = packages.map(([path]) => path);
  return [
    ...packages.flatMap(([path, entry]) => missingOptionals(paths, path, entry)),
    ...packages.flatMap(([path, entry]) => entryProblems(path, entry)),
    ...staleNames(lock, manifest),
  ];
}

function missingOptionals(paths: readonly string[], path: string, { version, optionalDependencies = {} }: LockedPackage): string[] {
  return Object.keys(optionalDependencies)
    .filter((name) => !paths.some((other) => other.endsWith(`node_modules/${name}`)))
    .map(
      (name) => `package-lock.json: ${path}@${version ?? ''} lacks its optional ${name}; pin a version whose parts the registry has all`,
    );
}

function entryProblems(path: string, { resolved, integrity, link }: LockedPackage): string[] {
  if (path === '' || link === true) return [];
  return [
    ...(resolved === undefined
      ? []
      : [`package-lock.json: ${path} names a registry; npm config set omit-lockfile-registry-resolved true, then npm install`]),
    ...(integrity === undefined ? [`package-lock.json: ${path} has no integrity`] : []),
  ];
}

function staleNames({ packages = {} }: Lock, manifest: Manifest): string[] {
  const locked: Manifest = packages[''] ?? {};
  const flat = ({ dependencies = {}, devDependencies = {} }: Manifest): Record<string, string> => ({ ...dependencies, ...devDependencies });
  const [wanted, have] = [flat(manifest), flat(locked)];
  const names = new Set([...Object.keys(wanted), ...Object.keys(have)]);
  return [...names]
    .filter((name) => wanted[name] !== have[name])
    .map(
      (name) => `package-lock.json: ${name} is ${have[name] ?? 'absent'}, package.json wants ${wanted[name] ?? 'it gone'}; run npm install`,
    );
}
