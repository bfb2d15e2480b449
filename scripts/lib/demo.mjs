import { runToEnd } from './processes.mjs';

/** Starts the local workspace, the local production and Warroom; needs nothing but Node. */
export function demo(args) {
  return runToEnd(process.execPath, ['--import', 'tsx', 'sandbox/demo.ts', ...args]);
}
