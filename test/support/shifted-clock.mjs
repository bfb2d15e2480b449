// Loaded before Warroom (`node --import`): lets a test move the clock of that process forward, as if the time had passed.
import { readFileSync } from 'node:fs';

const realNow = Date.now.bind(Date);
const file = process.env.TEST_CLOCK_FILE;
let offsetMs = 0;

function look() {
  try {
    offsetMs = Number(readFileSync(file, 'utf8'));
  } catch {
    // Nobody has moved it yet.
  }
}

if (file !== undefined) setInterval(look, 20).unref();
Date.now = () => realNow() + offsetMs;
