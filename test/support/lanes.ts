import { describe, it } from '@jest/globals';

/** A server that `npm test` provides, and under which name the tests find it. */
const variables = { redis: 'TEST_REDIS_URL', postgres: 'TEST_DATABASE_URL', chromium: 'TEST_CHROMIUM' } as const;

export type Server = keyof typeof variables;

/** The address of a server (for chromium: the path of the browser). Call it inside `describeLane` only. */
export function serverAddress(server: Server): string {
  const address = process.env[variables[server]];
  if (address === undefined) throw new Error(`${server} is not there: wrap the suite in describeLane('${server}', …)`);
  return address;
}

/**
 * A suite that needs servers. Without them it is left out by name on a laptop and fails in CI, so it never passes by not running.
 * The body is not even collected then: it may read `serverAddress` wherever it likes.
 */
export function describeLane(needs: Server | Server[], title: string, body: () => void): void {
  const missing = [needs].flat().filter((server) => process.env[variables[server]] === undefined);
  if (missing.length === 0) {
    describe(title, () => {
      body();
    });
    return;
  }

  const reason = `left out, it needs ${missing.join(' and ')}: start the tests with \`npm test\`, which says how to get it`;
  describe(title, () => {
    if (inCi()) {
      it(reason, () => {
        throw new Error(`In CI nothing is left out, and this suite needs ${missing.join(' and ')}.`);
      });
    } else {
      it.skip(reason, () => undefined);
    }
  });
}

function inCi(): boolean {
  const { CI = '' } = process.env;
  return !['', '0', 'false'].includes(CI);
}
