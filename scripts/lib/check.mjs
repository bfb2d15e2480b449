import { runToEnd } from './processes.mjs';

/** Runs every check of scripts/check, which is TypeScript and may use the dependencies installed by now. */
export function check(args) {
  return runToEnd(process.execPath, ['--import', 'tsx', 'scripts/check/main.ts', ...args]);
}
