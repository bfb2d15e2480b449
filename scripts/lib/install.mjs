// Dependencies of this checkout: installed once per package-lock.json, never guessed to be fine.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { say, since } from './log.mjs';
import { runToEnd } from './processes.mjs';

const lockFile = 'package-lock.json';
const installedLock = 'node_modules/.package-lock.json';
const stampFile = 'node_modules/.warroom-install';
const oldestNode = [20, 19];

/** Ends the process with a clear word when Node is older than package.json asks for. */
export function requireNode(version = process.versions.node) {
  const [major, minor] = version.split('.').map(Number);
  const [wantedMajor, wantedMinor] = oldestNode;
  if (major > wantedMajor || (major === wantedMajor && minor >= wantedMinor)) return;
  say(`Node ${oldestNode.join('.')} or newer is needed, this is ${version}. Get it from https://nodejs.org or with your version manager.`);
  process.exit(1);
}

/** Runs `npm ci` when node_modules is missing or does not belong to package-lock.json. */
export async function installDependencies() {
  if (stamped()) return;
  if (installedByHand()) return stamp();

  const start = Date.now();
  say('installing dependencies (npm ci), about half a minute …');
  const stillAtIt = setInterval(() => say(`still installing, ${since(start)} …`), 15_000);
  const code = await runToEnd(...npm(['ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error']));
  clearInterval(stillAtIt);
  if (code !== 0) {
    say('npm ci failed, see above. Is the package registry reachable?');
    process.exit(code);
  }
  stamp();
  say(`dependencies installed in ${since(start)}`);
}

function stamped() {
  return existsSync(stampFile) && readFileSync(stampFile, 'utf8') === lockHash();
}

function stamp() {
  writeFileSync(stampFile, lockHash());
}

function lockHash() {
  return createHash('sha256').update(readFileSync(lockFile)).digest('hex');
}

/** npm keeps a list of what it really installed: after `npm install` by hand there is nothing left to do. */
function installedByHand() {
  if (!existsSync(installedLock)) return false;
  const installed = packagesIn(installedLock);
  return Object.entries(packagesIn(lockFile)).every(([path, wanted]) => {
    if (path === '' || wanted.optional || wanted.devOptional) return true;
    return installed[path]?.version === wanted.version;
  });
}

function packagesIn(file) {
  return JSON.parse(readFileSync(file, 'utf8')).packages ?? {};
}

/** The npm that started us when there is one, so that no other npm on PATH gets a say. */
function npm(args) {
  const { npm_execpath: cli } = process.env;
  if (cli?.endsWith('.js')) return [process.execPath, [cli, ...args]];
  return [process.platform === 'win32' ? 'npm.cmd' : 'npm', args, { shell: process.platform === 'win32' }];
}
