// The clock of Warroom's own process, for deadlines that no test can wait for.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface ProcessClock {
  /** For the process to be started with. */
  env: Readonly<Record<string, string>>;
  /** So much later than it really is. Never back. */
  setAhead: (ms: number) => void;
}

/** @param folder where the time is told */
export function processClock(folder: string): ProcessClock {
  const file = join(folder, 'clock');
  const program = fileURLToPath(new URL('shifted-clock.mjs', import.meta.url));
  return {
    env: { NODE_OPTIONS: `--import=${program}`, TEST_CLOCK_FILE: file },
    setAhead: (ms) => writeFileSync(file, String(ms)),
  };
}
