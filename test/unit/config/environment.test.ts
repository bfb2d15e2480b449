import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { readEnvironment } from '../../../src/config/environment.ts';

const socket = { SLACK_BOT_TOKEN: 'xoxb-local', SLACK_APP_TOKEN: 'xapp-local' };
const servers = { DATABASE_URL: 'postgres://warroom:pw@db/warroom', REDIS_URL: 'redis://redis:6379' };
const production = { ...socket, ...servers, NODE_ENV: 'production' };

function told(env: Record<string, string>): string[] {
  return readEnvironment(env).problems.map(({ severity, path, message }) => `${severity} ${path} ${message}`);
}

describe('the environment', () => {
  it('needs only tokens, and then tries out on the embedded database, seen by this machine alone', () => {
    expect(readEnvironment(socket)).toEqual({
      problems: [],
      environment: {
        production: false,
        role: 'all',
        slack: { botToken: 'xoxb-local', mode: 'socket', appToken: 'xapp-local' },
        store: { kind: 'embedded', folder: '.warroom/data' },
        web: { host: '127.0.0.1', port: 3000 },
        configFile: 'warroom.yml',
        logLevel: 'info',
        leaseMs: 15_000,
        sweepMs: 5_000,
        allowSandbox: false,
      },
    });
  });

  it('selects HTTP by the signing secret, and servers by their addresses', () => {
    const { environment } = readEnvironment({
      ...servers,
      SLACK_BOT_TOKEN: 'xoxb-local',
      SLACK_SIGNING_SECRET: 'signing-secret',
      NODE_ENV: 'production',
      WARROOM_ROLE: 'worker',
      WARROOM_LEASE_SECONDS: '1',
      WARROOM_SWEEP_SECONDS: '0.2',
      PORT: '0',
    });

    expect(environment).toMatchObject({
      production: true,
      role: 'worker',
      slack: { mode: 'http', signingSecret: 'signing-secret' },
      store: { kind: 'servers', databaseUrl: servers.DATABASE_URL, redisUrl: servers.REDIS_URL },
      web: { host: '0.0.0.0', port: 0 },
      leaseMs: 1_000,
      sweepMs: 200,
    });
  });

  it('takes Socket Mode when both modes are given, and says so', () => {
    const { environment, problems } = readEnvironment({ ...socket, SLACK_SIGNING_SECRET: 'signing-secret' });

    expect(environment?.slack.mode).toBe('socket');
    expect(problems).toMatchObject([{ severity: 'warning', path: 'SLACK_SIGNING_SECRET' }]);
  });

  it('counts an empty variable as absent', () => {
    expect(readEnvironment({ ...socket, DATABASE_URL: '', REDIS_URL: ' ', SLACK_API_URL: '' }).problems).toEqual([]);
  });

  it('names everything that is wrong at once', () => {
    const env = {
      SLACK_BOT_TOKEN: 'xapp-swapped',
      PORT: '70000',
      LOG_LEVEL: 'loud',
      WARROOM_ROLE: 'both',
      WARROOM_LEASE_SECONDS: '0.5',
      WARROOM_SWEEP_SECONDS: 'often',
      WARROOM_ALLOW_EMBEDDED: 'yes',
    };

    expect(readEnvironment(env).problems.map(({ path }) => path)).toEqual(expect.arrayContaining([...Object.keys(env), 'SLACK_APP_TOKEN']));
  });

  it.each([
    ['no token', {}, 'error SLACK_BOT_TOKEN is missing'],
    ['neither mode', { SLACK_BOT_TOKEN: 'xoxb-local' }, 'error SLACK_APP_TOKEN is missing, and so is SLACK_SIGNING_SECRET'],
    [
      'PostgreSQL without Redis',
      { ...socket, DATABASE_URL: servers.DATABASE_URL },
      'error REDIS_URL is missing, though DATABASE_URL is set',
    ],
    ['Redis without PostgreSQL', { ...socket, REDIS_URL: servers.REDIS_URL }, 'error DATABASE_URL is missing, though REDIS_URL is set'],
    ['another kind of database', { ...socket, ...servers, DATABASE_URL: 'mysql://db/x' }, 'error DATABASE_URL is not an address such as'],
    ['several processes on one embedded database', { ...socket, WARROOM_ROLE: 'web' }, 'error WARROOM_ROLE must be all'],
    [
      'a real token for another address than Slack',
      { ...socket, SLACK_BOT_TOKEN: 'xoxb-123-456-abc', SLACK_API_URL: 'http://127.0.0.1:1/api/' },
      'error SLACK_API_URL would send a real bot token',
    ],
    [
      'production on a local workspace',
      { ...production, SLACK_API_URL: 'http://127.0.0.1:1/api/' },
      'error SLACK_API_URL points production',
    ],
    [
      'production on the embedded database',
      { ...socket, NODE_ENV: 'production' },
      'error DATABASE_URL is missing; production does not run',
    ],
  ])('refuses %s', (_what, env, expected) => {
    expect(told(env)).toEqual(expect.arrayContaining([expect.stringContaining(expected)]));
    expect(readEnvironment(env).environment).toBeUndefined();
  });

  it('lets production do both when told so explicitly', () => {
    const env = { ...socket, NODE_ENV: 'production', SLACK_API_URL: 'http://127.0.0.1:1/api/' };

    expect(told({ ...env, WARROOM_ALLOW_EMBEDDED: '1', WARROOM_ALLOW_SANDBOX: '1' })).toEqual([]);
  });

  it('asks whether a misspelt variable was meant, and only remarks on a strange one', () => {
    const { problems } = readEnvironment({ ...socket, WARROOM_SWEEP_SECOND: '1', WARROOM_BANANA_PEEL: '1' });

    expect(problems).toMatchObject([
      { severity: 'error', path: 'WARROOM_SWEEP_SECOND', suggestion: 'did you mean WARROOM_SWEEP_SECONDS?' },
      { severity: 'warning', path: 'WARROOM_BANANA_PEEL' },
    ]);
  });

  it('overlooks what Kubernetes adds for a Service called warroom', () => {
    const links = {
      WARROOM_SERVICE_HOST: '10.0.0.1',
      WARROOM_SERVICE_PORT: '80',
      WARROOM_PORT: 'tcp://10.0.0.1:80',
      WARROOM_PORT_80_TCP_ADDR: 'x',
    };

    expect(told({ ...socket, ...links })).toEqual([]);
  });
});

describe('a secret in a file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'warroom-secret-'));
  const path = join(folder, 'bot-token');
  writeFileSync(path, 'xoxb-from-file\n');

  it('is read without its line break', () => {
    const { environment } = readEnvironment({ SLACK_BOT_TOKEN_FILE: path, SLACK_APP_TOKEN: 'xapp-local' });

    expect(environment?.slack.botToken).toBe('xoxb-from-file');
  });

  it.each([
    ['is missing', { SLACK_BOT_TOKEN_FILE: join(folder, 'nowhere') }, 'gives ENOENT'],
    ['is given directly as well', { SLACK_BOT_TOKEN_FILE: path, SLACK_BOT_TOKEN: 'xoxb-local' }, 'is given twice'],
    ['is a folder', { SLACK_BOT_TOKEN_FILE: folder }, 'gives EISDIR'],
  ])('is one problem, not two, when it %s', (_what, env, expected) => {
    expect(told({ SLACK_APP_TOKEN: 'xapp-local', ...env }).filter((text) => text.includes('SLACK_BOT_TOKEN '))).toEqual([
      expect.stringContaining(expected),
    ]);
  });
});
