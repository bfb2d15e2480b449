// The one door for every chore: node scripts/run.mjs <demo|test|bench|chaos|check> [args]
// Node built-ins only, here and in lib/: this must run on a fresh clone, before anything is installed.
import { installDependencies, requireNode } from './lib/install.mjs';
import { say } from './lib/log.mjs';
import { finishWith } from './lib/processes.mjs';

const chores = {
  demo: async (args) => (await import('./lib/demo.mjs')).demo(args),
  test: async (args) => (await import('./lib/test.mjs')).test(args),
  bench: async (args) => (await import('./lib/bench.mjs')).bench(args),
  chaos: async (args) => (await import('./lib/chaos.mjs')).chaos(args),
  check: async (args) => (await import('./lib/check.mjs')).check(args),
};

const [name = '', ...args] = process.argv.slice(2);
const chore = chores[name];
if (!chore) {
  say(`usage: node scripts/run.mjs <${Object.keys(chores).join('|')}> [args]`);
  process.exit(2);
}

process.chdir(new URL('..', import.meta.url).pathname);
requireNode();
await installDependencies();
await finishWith(() => chore(args));
