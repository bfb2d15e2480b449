// Loaded before Warroom (`node --import`): lets a test block the event loop of that process, as an endless computation would.
import { existsSync, rmSync } from 'node:fs';

const file = process.env.TEST_BLOCK_FILE;
const longestMs = 60_000;

/** From the moment the file is there until another one says that it is enough. */
function look() {
  if (!existsSync(file)) return;
  rmSync(file);
  const until = performance.now() + longestMs;
  while (performance.now() < until && !existsSync(`${file}.enough`));
}

if (file !== undefined) setInterval(look, 20).unref();
