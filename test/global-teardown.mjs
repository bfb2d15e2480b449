import { readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';

const cache = new URL('../node_modules/.cache/warroom', import.meta.url).pathname;
const hour = 3_600_000;

/** Removes drafts of the PGlite template that an interrupted run left behind; younger ones may belong to a run beside us. */
export default function globalTeardown() {
  for (const name of readdirSync(cache)) {
    const path = join(cache, name);
    if (name.startsWith('draft-') && statSync(path).mtimeMs < Date.now() - hour) rmSync(path, { recursive: true, force: true });
  }
}
