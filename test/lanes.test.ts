import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

const house = join(import.meta.dirname, '..');
const folder = mkdtempSync(join(tmpdir(), 'warroom-lanes-'));

const suite = `
  import { expect, it } from '@jest/globals';
  import { describeLane, serverAddress } from '${join(house, 'test/support/lanes.ts')}';

  describeLane(['redis', 'postgres'], 'the queue', () => {
    const address = serverAddress('redis');
    it('reaches its server', () => expect(address).toBe('redis://127.0.0.1:1'));
  });`;

const settings = {
  rootDir: folder,
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '[.]ts$': join(house, 'node_modules/@swc/jest/index.js') },
  moduleDirectories: ['node_modules', join(house, 'node_modules')],
};

beforeAll(() => {
  writeFileSync(join(folder, 'queue.test.ts'), suite);
  writeFileSync(join(folder, 'jest.config.json'), JSON.stringify(settings));
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** Runs the suite above in a jest of its own, where only these variables tell about servers and CI. */
function runSuite(variables: Readonly<Record<string, string>>): { readonly code: number | null; readonly output: string } {
  const args = ['--experimental-vm-modules', join(house, 'node_modules/jest/bin/jest.js'), '--config', join(folder, 'jest.config.json')];
  const env = { PATH: process.env['PATH'], ...variables };
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: house, env, encoding: 'utf8' });
  return { code: status, output: stdout + stderr };
}

describe('a suite that needs servers', () => {
  it('runs when they are there', () => {
    const { code, output } = runSuite({ TEST_REDIS_URL: 'redis://127.0.0.1:1', TEST_DATABASE_URL: 'postgres://127.0.0.1:2' });

    expect(output).toMatch(/Tests: +1 passed, 1 total/);
    expect(code).toBe(0);
  });

  it('is left out by name on a laptop that lacks one', () => {
    const { code, output } = runSuite({ TEST_REDIS_URL: 'redis://127.0.0.1:1' });

    expect(output).toMatch(/Tests: +1 skipped, 1 total/);
    expect(code).toBe(0);
  });

  it('fails in CI, where nothing may pass by not running', () => {
    const { code, output } = runSuite({ TEST_REDIS_URL: 'redis://127.0.0.1:1', CI: 'true' });

    expect(output).toContain('In CI nothing is left out, and this suite needs postgres.');
    expect(code).toBe(1);
  });
});
