// A browser for the browser lane. Nothing is started here: playwright-core starts it.
import { installDebian } from './packages.mjs';
import { firstRunnable } from './processes.mjs';

const howToGet = 'install Chromium or Chrome (Debian: apt-get install chromium), or set TEST_CHROMIUM to its path';
const programs = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
];

/** Gives `{ url }`, the path of a browser, or `{ missing }` with the way to get one. */
export function provideChromium() {
  const given = process.env.TEST_CHROMIUM;
  if (given) return firstRunnable([given]) ? { url: given } : { missing: 'TEST_CHROMIUM is set, but does not start' };
  const program = firstRunnable(programs) ?? (installDebian(['chromium']) ? firstRunnable(programs) : undefined);
  return program ? { url: program } : { missing: howToGet };
}
