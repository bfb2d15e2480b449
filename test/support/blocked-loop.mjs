// Loaded before Warroom (`node --import`): lets a test block the event loop of that process, as an endless computation would.
import { readFileSync, rmSync } from 'node:fs';

const file = process.env.TEST_BLOCK_FILE;

function look() {
  let ms = 0;
  try {
    ms = Number(readFileSync(file, 'utf8'));
    rmSync(file);
  } catch {
    return; // Nobody wants it.
  }
  const until = performance.now() + ms;
  while (performance.now() < until);
}

if (file !== undefined) setInterval(look, 20).unref();
