// npm test [lane or path …] [jest options]: every lane with the servers it needs.
import { readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { provideChromium } from './chromium.mjs';
import { inCi, say } from './log.mjs';
import { providePostgres } from './postgres.mjs';
import { onFinish, runToEnd } from './processes.mjs';
import { provideRedis } from './redis.mjs';

/** What may be asked for by name, and where its tests are. */
const lanes = {
  architecture: 'test/architecture.test.ts',
  unit: 'test/unit/',
  features: 'test/features/',
  contract: 'test/contract/',
  e2e: 'test/e2e/',
  browser: 'test/browser/',
  sandbox: 'test/sandbox/',
  reliability: 'test/reliability/',
};
const serverless = ['architecture', 'unit'];
/** Of this run alone: two runs in one checkout do not read each other's result. */
const resultFile = join(tmpdir(), `warroom-jest-${process.pid}.json`);
const jest = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning', 'node_modules/jest/bin/jest.js'];

const needsServers = (asked) => asked.some((lane) => !serverless.includes(lane));
const needsBrowser = (asked) => asked.some((lane) => ['all', 'browser'].includes(lane));

/** How each server is provided, under which name the tests find it, and for which lanes. */
const servers = {
  redis: { variable: 'TEST_REDIS_URL', provide: provideRedis, wanted: needsServers },
  postgres: { variable: 'TEST_DATABASE_URL', provide: providePostgres, wanted: needsServers },
  chromium: { variable: 'TEST_CHROMIUM', provide: provideChromium, wanted: needsBrowser },
};

/** Runs jest and gives its exit code; in CI a server that cannot be had is a failure by itself. */
export async function test(args) {
  const { env, missing } = await provideServers(askedLanes(args));
  onFinish(() => rmSync(resultFile, { force: true }));

  const paths = args.map((arg) => lanes[arg] ?? arg);
  const watching = args.some((arg) => arg.startsWith('--watch'));
  const report = watching ? [] : ['--json', `--outputFile=${resultFile}`];
  const code = await runToEnd(process.execPath, [...jest, ...report, ...paths], { env });
  if (watching) return code;

  const failedByServers = inCi() ? missing : [];
  for (const { name, reason } of missing) say(`${inCi() ? 'FAILED' : 'left out'}: tests that need ${name}: ${reason}`);
  return close(code, failedByServers.length);
}

/** Which lanes the arguments ask for; a path inside a lane asks for that lane, anything else may be anywhere. */
function askedLanes(args) {
  const paths = args.filter((arg) => !arg.startsWith('-'));
  if (paths.length === 0) return ['all'];
  return paths.map((path) => Object.keys(lanes).find((lane) => path === lane || path.includes(lanes[lane])) ?? 'all');
}

async function provideServers(asked) {
  // What the shell points at is handed on under the test names only, so no test can reach it by accident.
  const { REDIS_URL: _redis, DATABASE_URL: _database, ...env } = process.env;
  const missing = [];
  for (const [name, { variable, provide, wanted }] of Object.entries(servers)) {
    if (!wanted(asked)) continue;
    const { url, missing: reason } = await provide();
    if (url) env[variable] = url;
    else missing.push({ name, reason });
  }
  return { env, missing };
}

/** The closing line, in a form that machines can read, and an exit code that agrees with it. */
function close(code, missingServers) {
  const { passed, failed, skipped } = counts();
  const allFailed = failed + missingServers;
  const shown = allFailed === 0 && code !== 0 ? 1 : allFailed;
  const leftOut = skipped > 0 ? ` (${skipped} left out)` : '';
  process.stdout.write(`${passed} passed, ${shown} failed${leftOut}\n`);
  return shown > 0 ? code || 1 : 0;
}

function counts() {
  try {
    const result = JSON.parse(readFileSync(resultFile, 'utf8'));
    const { numPassedTests: passed, numFailedTests, numRuntimeErrorTestSuites, numPendingTests: skipped } = result;
    return { passed, failed: numFailedTests + numRuntimeErrorTestSuites, skipped };
  } catch {
    // jest did not get as far as writing its result.
    return { passed: 0, failed: 1, skipped: 0 };
  }
}
