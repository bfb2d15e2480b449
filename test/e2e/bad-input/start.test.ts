import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { startApp, type AppOptions } from '../../../sandbox/app.ts';
import { startWorkspace, type Workspace } from '../../../sandbox/slack/workspace.ts';
import { copyTemplate, houseTimeoutMs, writeConfiguration } from '../../support/house.ts';

jest.setTimeout(houseTimeoutMs);

/** A production that is not asked anything before somebody declares. */
const nowhere = 'http://127.0.0.1:9';
const systems = { balancerUrl: nowhere, balancerToken: 'test', flagsUrl: nowhere, flagsToken: 'test' };
const production = { githubUrl: nowhere, prometheusUrl: nowhere, ...systems };

describe('starting with something wrong', () => {
  const folder = mkdtempSync(join(tmpdir(), 'warroom-start-'));
  let workspace: Workspace;
  let right: AppOptions;
  beforeAll(async () => {
    workspace = await startWorkspace();
    const store = { folder: copyTemplate(join(folder, 'data')) };
    right = { workspace, production, githubToken: 'test', store, configFile: writeConfiguration(folder) };
  });
  afterAll(async () => {
    await workspace.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  /** What it prints for the person who starts it, after a start that must fail with exit code 1. Log lines are left out. */
  async function complaint(part: Partial<AppOptions>): Promise<string> {
    const printed = await startApp({ ...right, ...part }).then(
      async (app) => {
        await app.stop();
        return 'it started';
      },
      (error: Error) => error.message,
    );
    const [first = '', ...lines] = printed.split('\n');
    expect(first).toBe('Warroom ended with code 1:');
    return lines.filter((line) => !line.startsWith('{')).join('\n');
  }

  it('says in one line which token Slack does not take', async () => {
    const bot = await complaint({ env: { SLACK_BOT_TOKEN: 'xoxb-somebody-elses' } });
    expect(bot).toBe('Warroom did not start: Slack says that SLACK_BOT_TOKEN is not valid.');
    const app = await complaint({ env: { SLACK_APP_TOKEN: 'xapp-somebody-elses' } });
    expect(app).toBe('Warroom did not start: Slack says that SLACK_APP_TOKEN is not valid.');
    const http = await complaint({ mode: 'http', env: { SLACK_BOT_TOKEN: 'xoxb-somebody-elses' } });
    expect(http).toBe(bot);
    expect(bot + app).not.toContain('somebody-elses');
  });

  it('says where it looked for Slack when nobody answers there', async () => {
    const said = await complaint({ env: { SLACK_API_URL: 'http://127.0.0.1:4/api/' } });
    expect(said).toMatch(/^Warroom did not start: Slack cannot be reached at http:\/\/127\.0\.0\.1:4\/api\/: .*ECONNREFUSED/);
  });

  it('names every missing variable at once, and what each is for', async () => {
    const said = await complaint({ env: { SLACK_BOT_TOKEN: '', SLACK_APP_TOKEN: '' } });
    expect(said).toContain('environment: error: SLACK_BOT_TOKEN is missing');
    expect(said).toContain('environment: error: SLACK_APP_TOKEN is missing, and so is SLACK_SIGNING_SECRET');
    expect(said).toContain('not ok: 2 errors');
  });

  it('does not take one server without the other', async () => {
    expect(await complaint({ env: { REDIS_URL: 'redis://127.0.0.1:4' } })).toContain('DATABASE_URL is missing, though REDIS_URL is set');
  });

  it('says that the database does not answer', async () => {
    const said = await complaint({ store: { databaseUrl: 'postgres://127.0.0.1:4/warroom', redisUrl: 'redis://127.0.0.1:4' } });
    expect(said).toBe('Warroom did not start: The database does not answer; see DATABASE_URL. (connect ECONNREFUSED 127.0.0.1:4)');
  });

  it('does not run production on the embedded database or against a local workspace', async () => {
    const said = await complaint({ env: { NODE_ENV: 'production' } });
    expect(said).toContain('SLACK_API_URL points production at a local workspace');
    expect(said).toContain('DATABASE_URL is missing; production does not run on the embedded database');
  });

  it('names the process that has the data folder, and the port that is taken, and leaves both alone', async () => {
    const first = await startApp(right);
    try {
      const folderTaken = await complaint({});
      expect(folderTaken).toContain(`is in use by process ${first.pid}. Stop that one first, or choose another folder with WARROOM_DATA.`);
      const portTaken = await complaint({ port: first.port, store: { folder: copyTemplate(join(folder, 'other')) } });
      expect(portTaken).toContain(`Port ${first.port} on 127.0.0.1 is taken. Stop what uses it or set PORT.`);
      expect((await fetch(`${first.url}/readyz`)).status).toBe(200);
    } finally {
      await first.stop();
    }
  });
});
