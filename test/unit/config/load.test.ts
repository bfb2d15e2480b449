import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { loadConfiguration } from '../../../src/config/load.ts';
import { parseConfigurationText } from '../../../src/config/parse.ts';
import { ConfigurationError, type Problem } from '../../../src/config/problem.ts';
import { known } from '../../../src/known.ts';

const root = process.cwd();
const tokens = { SLACK_BOT_TOKEN: 'xoxb-local', SLACK_APP_TOKEN: 'xapp-local' };
const demo = {
  GITHUB_API_URL: 'http://127.0.0.1:4100',
  GITHUB_TOKEN: 'demo-token',
  PROMETHEUS_URL: 'http://127.0.0.1:4200',
  BALANCER_URL: 'http://127.0.0.1:4300',
  BALANCER_TOKEN: 'demo-balancer-token',
  FLAGS_URL: 'http://127.0.0.1:4400',
  FLAGS_TOKEN: 'demo-flags-token',
};
const example = { ...tokens, ...demo, WARROOM_CONFIG: 'examples/warroom.yml' };

function problemsOf(load: () => unknown): readonly Problem[] {
  try {
    load();
  } catch (error) {
    if (error instanceof ConfigurationError) return error.problems;
    throw error;
  }
  return [];
}

describe('loading', () => {
  it('takes the example as it is, without a warning', () => {
    const { configuration, warnings } = loadConfiguration({ env: example, cwd: root, known });

    expect(warnings).toEqual([]);
    expect(configuration.services.map(({ id }) => id)).toEqual(['shop']);
  });

  it('finds in the example the defaults that its comments claim', () => {
    const text = readFileSync(join(root, 'examples/warroom.yml'), 'utf8');
    const [before = ''] = text.split('# templates:');
    const uncommented = before.replaceAll(/^# ((policies|severities):$| {2}\S| {4,}\S)/gm, '$1');
    const options = { file: 'warroom.yml', env: demo, known };

    expect(uncommented).toMatch(/^severities:\n {2}SEV1:\n {4}impact: /m);
    expect(parseConfigurationText(uncommented, options)).toEqual(parseConfigurationText(text, options));
  });

  it('reports environment, arguments and file together', () => {
    const folder = mkdtempSync(join(tmpdir(), 'warroom-config-'));
    writeFileSync(join(folder, 'warroom.yml'), 'slack: { digst: x }\n');

    const problems = problemsOf(() => loadConfiguration({ env: {}, argv: ['--rol', 'web'], cwd: folder }));

    expect(new Set(problems.map(({ file }) => file))).toEqual(new Set(['arguments', 'environment', 'warroom.yml']));
  });

  it('says what to do when there is no file', () => {
    const problems = problemsOf(() => loadConfiguration({ env: tokens, cwd: tmpdir(), file: 'nowhere.yml' }));

    expect(problems).toMatchObject([
      { file: 'nowhere.yml', message: 'is not there', suggestion: expect.stringContaining('examples/warroom.yml') },
    ]);
  });

  it('lets --role win over the environment', () => {
    const servers = { DATABASE_URL: 'postgres://db/warroom', REDIS_URL: 'redis://redis' };
    const env = { ...example, ...servers, WARROOM_ROLE: 'all' };

    expect(loadConfiguration({ env, cwd: root, known, argv: ['--role', 'worker'] }).environment.role).toBe('worker');
  });

  it('keeps production away from a local GitHub unless told so', () => {
    const env = { ...example, NODE_ENV: 'production', WARROOM_ALLOW_EMBEDDED: '1' };

    expect(problemsOf(() => loadConfiguration({ env, cwd: root, known }))).toMatchObject([{ path: 'providers.github-actions.apiUrl' }]);
    expect(loadConfiguration({ env: { ...env, WARROOM_ALLOW_SANDBOX: '1' }, cwd: root, known }).environment.production).toBe(true);
  });

  it('knows only the providers this build has', () => {
    const others = { ...known, code: ['gitlab-ci', 'http'] };

    expect(problemsOf(() => loadConfiguration({ env: example, cwd: root, known: others }))).toMatchObject([
      { message: 'is not a provider for this', suggestion: 'known here: gitlab-ci, http' },
    ]);
  });
});

describe('warroom', () => {
  const run = promisify(execFile);
  const warroom = (args: string[], env: Record<string, string>) =>
    run(process.execPath, ['bin/warroom.js', ...args], { cwd: root, env: { PATH: process.env['PATH'], ...env } });

  it('check-config counts what it found right', async () => {
    const { stdout } = await warroom(['check-config', 'examples/warroom.yml'], demo);

    expect(stdout).toBe('ok: 1 service, 1 environment, 1 verification, 1 plan, 4 approval rules\n');
  });

  it('check-config exits 1 with the line of each problem', async () => {
    await expect(warroom(['check-config', 'examples/warroom.yml'], {})).rejects.toMatchObject({
      code: 1,
      stdout: expect.stringMatching(
        /^examples\/warroom\.yml:\d+:\d+: error: providers\.github-actions\.apiUrl needs the variable GITHUB_API_URL/m,
      ),
    });
  });

  it('check-config --environment looks at the variables too', async () => {
    await expect(warroom(['check-config', '--environment', 'examples/warroom.yml'], demo)).rejects.toMatchObject({
      stdout: expect.stringContaining('environment: error: SLACK_BOT_TOKEN is missing'),
    });
  });
});

describe('the documentation', () => {
  it('shows the plan of the example; else run scripts/generate-plan-picture.ts', async () => {
    const run = promisify(execFile);

    await expect(
      run(process.execPath, ['--import', 'tsx', 'scripts/generate-plan-picture.ts', '--check'], { cwd: root }),
    ).resolves.toBeDefined();
  });

  it('is what the schemas say; else run scripts/generate-config-docs.ts', async () => {
    const run = promisify(execFile);

    await expect(
      run(process.execPath, ['--import', 'tsx', 'scripts/generate-config-docs.ts', '--check'], { cwd: root }),
    ).resolves.toBeDefined();
  });
});
