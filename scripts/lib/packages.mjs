// What a machine lacks is installed from its own distribution, if we may; WARROOM_NO_INSTALL=1 forbids it.
import { say, since } from './log.mjs';
import { runQuietly } from './processes.mjs';

let listsRefreshed = false;

/** Installs Debian packages when we are root on Debian or Ubuntu. Tells whether that worked. */
export function installDebian(packages) {
  if (!mayInstall()) return false;
  const start = Date.now();
  say(`installing ${packages.join(', ')} with apt-get …`);
  const done = apt(packages) || (refreshLists() && apt(packages));
  say(done ? `${packages.join(', ')} installed in ${since(start)}` : `apt-get could not install ${packages.join(', ')}`);
  return done;
}

function mayInstall() {
  if (process.env.WARROOM_NO_INSTALL) return false;
  return process.platform === 'linux' && process.getuid?.() === 0 && runQuietly('apt-get', ['--version']).ok;
}

function apt(packages) {
  return aptGet(['install', '-y', '--no-install-recommends', ...packages]);
}

function refreshLists() {
  if (listsRefreshed) return false;
  listsRefreshed = true;
  return aptGet(['update']);
}

function aptGet(args) {
  // RUNLEVEL=1 keeps the packages from starting their system services: we run private instances only.
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' };
  return runQuietly('apt-get', ['-o', 'DPkg::Lock::Timeout=180', ...args], { env, stdio: ['ignore', 'pipe', 'pipe'], timeout: 600_000 }).ok;
}
