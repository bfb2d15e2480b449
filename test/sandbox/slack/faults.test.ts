import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { WebClient } from '@slack/web-api';
import { createLimiter } from '../../../sandbox/slack/state/limits.ts';
import type { Workspace } from '../../../sandbox/slack/workspace.ts';
import { clientFor, probeWorkspace } from './probe.ts';

let slack: Workspace;
let client: WebClient;

beforeEach(async () => {
  slack = await probeWorkspace();
  client = clientFor(slack);
});

afterEach(() => slack.stop());

const post = (text: string) => client.chat.postMessage({ channel: 'C0INCIDENTS', text });
const posted = async () => (await slack.api.as('ada').messages('#incidents')).map((message) => message.text);

describe('rate limits', () => {
  it('allow a burst of posts per channel, then one a second', () => {
    let now = 0;
    const limit = createLimiter(() => now);
    expect(Array.from({ length: 6 }, () => limit('chat.postMessage', 'C1'))).toEqual([0, 0, 0, 0, 0, 1]);
    expect(limit('chat.postMessage', 'C2')).toBe(0);
    now += 1000;
    expect([limit('chat.postMessage', 'C1'), limit('chat.postMessage', 'C1')]).toEqual([0, 1]);
  });

  it('allow what the tier says in a minute, and tell how long to wait', () => {
    let now = 0;
    const limit = createLimiter(() => now);
    const calls = (method: string) => Array.from({ length: 101 }, () => limit(method)).findIndex((wait) => wait > 0);
    expect([calls('conversations.create'), calls('chat.update'), calls('views.open')]).toEqual([20, 50, 100]);
    expect(limit('conversations.create')).toBe(3);
    now += 3000;
    expect(limit('conversations.create')).toBe(0);
  });

  it('answer 429 with Retry-After, only while they are switched on', async () => {
    for (const text of ['1', '2', '3', '4', '5', '6', '7']) await post(text);
    await slack.api.faults({ rateLimits: true });
    for (const text of ['a', 'b', 'c', 'd', 'e']) await post(text);
    await expect(post('f')).rejects.toMatchObject({ retryAfter: 1 });
    await slack.api.advanceClock(1000);
    expect(await post('g')).toMatchObject({ ok: true });
  });
});

describe('rules', () => {
  it('cut a call before or after it was carried out', async () => {
    await slack.api.break({ method: 'chat.postMessage', kind: 'cut_before', times: 1 });
    await expect(post('never')).rejects.toThrow('fetch failed');
    await slack.api.break({ method: 'chat.postMessage', kind: 'cut_after', times: 1 });
    await expect(post('lost answer')).rejects.toThrow('fetch failed');
    expect(await posted()).toEqual(['lost answer']);
    expect(await post('well')).toMatchObject({ ok: true });
    expect((await slack.api.apiCalls('chat.postMessage')).map((call) => call.error ?? 'ok')).toEqual(['cut_before', 'cut_after', 'ok']);
  });

  it('answer with a status, an error or a wait, as often as they were told to', async () => {
    await slack.api.break({ method: '*', kind: 'status', value: 503, times: 2 });
    await expect(post('x')).rejects.toMatchObject({ statusCode: 503 });
    await expect(client.auth.test()).rejects.toMatchObject({ statusCode: 503 });
    await slack.api.break({ method: 'chat.postMessage', kind: 'error', error: 'restricted_action', times: 1 });
    await expect(post('x')).rejects.toMatchObject({ data: { error: 'restricted_action' } });
    await slack.api.break({ method: 'chat.postMessage', kind: 'rate_limited', value: 30, times: 1 });
    await expect(post('x')).rejects.toMatchObject({ retryAfter: 30 });
    expect(await post('x')).toMatchObject({ ok: true });
    expect((await slack.api.as('ada').snapshot()).faults.rules).toEqual([]);
  });

  it('hang a call until the caller gives up', async () => {
    await slack.api.break({ method: 'auth.test', kind: 'hang' });
    const call = fetch(`${slack.apiUrl}auth.test`, { signal: AbortSignal.timeout(100) });
    await expect(call).rejects.toMatchObject({ name: 'TimeoutError' });
    await slack.api.faults({ rules: [] });
    expect(await client.auth.test()).toMatchObject({ ok: true });
  });

  it('slow down one method, or all', async () => {
    await slack.api.faults({ latencyMs: { 'auth.test': 40 } });
    await client.auth.test();
    await slack.api.faults({ latencyMs: {} });
    expect((await slack.api.apiCalls('auth.test'))[0]?.ms).toBeGreaterThanOrEqual(39);
  });
});
