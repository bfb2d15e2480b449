import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { connectTestApi, type TestApi } from '../../../sandbox/slack/test-api.ts';

let program: ChildProcess;
let api: TestApi;
let said = '';

beforeAll(async () => {
  program = spawn(process.execPath, ['--import', 'tsx', 'sandbox/slack/main.ts'], {
    env: { ...process.env, PORT: '0' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  program.stdout?.setEncoding('utf8').on('data', (part: string) => (said += part));
  while (!said.includes('SLACK_SIGNING_SECRET')) await once(program.stdout ?? program, 'data');
  api = connectTestApi(/http:\/\/[\d.:]+/.exec(said)?.[0] ?? '');
}, 20_000);

afterAll(async () => {
  program.kill('SIGTERM');
  if (program.exitCode === null) await once(program, 'exit');
});

describe('the workspace as a program of its own', () => {
  it('says what the app needs to know, in tokens that cannot be taken for real ones', () => {
    expect(said).toMatch(/SLACK_API_URL=http:\/\/127\.0\.0\.1:\d+\/api\/\nSLACK_BOT_TOKEN=xoxb-sandbox\nSLACK_APP_TOKEN=xapp-sandbox\n/);
  });

  it('is driven over its port by the same test API', async () => {
    const ada = api.as('ada');
    await ada.post('#general', 'anybody here?');
    const { ts } = await api.as('ben').waitForMessage('#general', 'anybody');
    await api.as('ben').react('#general', ts, 'wave');
    await ada.waitForMessage('#general', (message) => message.reactions.length === 1);
    await api.break({ method: 'auth.test', kind: 'error', error: 'fatal_error' });
    expect((await ada.snapshot()).faults.rules).toEqual([{ method: 'auth.test', kind: 'error', error: 'fatal_error' }]);
    await expect(ada.channel('#nowhere')).rejects.toThrow('There is no #nowhere');
    expect((await api.addPerson({ name: 'ivy' })).id).toMatch(/^U0IVY/);
    expect((await api.waitForChannel(/^inc/)).name).toBe('incidents');
  });
});
