import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { LogEntry } from '../../../sandbox/slack/client-api.ts';
import { WebSocket } from 'ws';
import { record, text } from '../../../sandbox/slack/state/json.ts';
import { connectTestApi } from '../../../sandbox/slack/test-api.ts';
import type { Workspace } from '../../../sandbox/slack/workspace.ts';
import { clientFor, httpApp, probeWorkspace, socketApp } from './probe.ts';

let slack: Workspace;
const stops: (() => Promise<unknown>)[] = [];

beforeEach(async () => {
  slack = await probeWorkspace({ ackTimeoutMs: 1000 });
});

afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
  await slack.stop();
});

const events = async () => (await slack.api.deliveries('app_mention')).map((entry) => (entry.request as { retry?: object }).retry);
const mention = () => slack.api.as('ada').post('#incidents', 'hey @probe');

describe('with nobody listening', () => {
  it('a command fails the way Slack shows it', async () => {
    const message = '/probe failed with the error "dispatch_failed"';
    expect(await slack.api.as('ada').slash('#incidents', '/probe')).toMatchObject({ ok: false, error: 'dispatch_failed', message });
    expect(await slack.api.as('ada').slash('#incidents', '/nothing')).toMatchObject({ error: 'unknown_command' });
    expect((await slack.api.as('ada').snapshot()).app).toMatchObject({ connected: false, mode: 'none' });
  });

  it('an event is tried four times in all, by the workspace clock', async () => {
    await mention();
    await slack.core.hub.idle();
    expect(await events()).toEqual([undefined, { attempt: 1, reason: 'dispatch_failed' }]);
    await slack.api.advanceClock(60_000);
    await slack.core.hub.idle();
    expect((await events()).length).toBe(3);
    await slack.api.advanceClock(300_000);
    await slack.core.hub.idle();
    await slack.api.advanceClock(3_600_000);
    await slack.core.hub.idle();
    expect((await events()).at(-1)).toEqual({ attempt: 3, reason: 'dispatch_failed' });
    expect((await events()).length).toBe(4);
  });
});

describe('an app that does not ack', () => {
  it('lets commands and buttons fail, but the socket stays', async () => {
    const app = await socketApp(slack, (bolt) => bolt.command('/raw', async ({ ack }) => ack('ok')));
    stops.push(app.stop);
    const elements = [{ type: 'button' as const, action_id: 'dead', text: { type: 'plain_text' as const, text: 'Dead' } }];
    await clientFor(slack).chat.postMessage({ channel: 'C0INCIDENTS', text: 'b', blocks: [{ type: 'actions', elements }] });
    const seen: unknown[] = [];
    slack.core.changes.subscribe('U0ADA00000', (change) => change.type === 'trouble' && seen.push(change));
    const ada = slack.api.as('ada');
    const [command, button] = await Promise.all([ada.slash('#incidents', '/probe'), ada.click('#incidents', 'Dead')]);
    expect(command).toMatchObject({ error: 'no_ack', message: '/probe failed because the app did not respond' });
    expect(button).toMatchObject({ ok: false, error: 'no_ack' });
    expect(await ada.slash('#incidents', '/raw')).toMatchObject({ ok: true, response: { text: 'ok' } });
    expect(seen).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ where: 'composer' }),
        expect.objectContaining({ where: 'button', actionId: 'dead' }),
      ]),
    );
  });

  it('gets events again with the retry headers, until it says no', async () => {
    const requests: IncomingMessage['headers'][] = [];
    const server = createServer((request, response) => {
      requests.push(request.headers);
      response.writeHead(500, request.headers['x-slack-retry-num'] === '1' ? { 'x-slack-no-retry': '1' } : {}).end();
    });
    slack.setRequestUrl(await listening(server));
    await mention();
    await slack.core.hub.idle();
    await slack.api.advanceClock(600_000);
    await slack.core.hub.idle();
    // The post is a `message` and an `app_mention`: two events, each sent twice.
    expect(requests.map((headers) => headers['x-slack-retry-num'] ?? '0').toSorted((a, b) => Number(a) - Number(b))).toEqual([
      '0',
      '0',
      '1',
      '1',
    ]);
    expect(requests.at(-1)).toMatchObject({ 'x-slack-retry-reason': 'http_error', 'content-type': 'application/json' });
  });
});

async function listening(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  stops.push(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/slack/events`;
}

describe('sockets', () => {
  it.each(['warning', 'cut'] as const)('come back after a %s', async (how) => {
    const app = await socketApp(slack, (bolt) => bolt.command('/probe', async ({ ack }) => ack('here')));
    stops.push(app.stop);
    await slack.api.sockets(how);
    const connections = () => slack.core.log.after(0).filter((entry) => entry.kind === 'socket' && entry.name === 'connected').length;
    await slack.api.waitFor(() => connections() === 2 && slack.core.sockets.ready);
    expect(await slack.api.as('ada').slash('#incidents', '/probe')).toMatchObject({ ok: true, response: { text: 'here' } });
  });

  it('need a fresh ticket', async () => {
    const { url = '' } = (await clientFor(slack, slack.tokens.app).apiCall('apps.connections.open')) as { url?: string };
    const first = new WebSocket(url);
    await once(first, 'open');
    const second = new WebSocket(url);
    const [refusal] = (await once(second, 'error')) as [Error];
    expect(refusal.message).toContain('401');
    first.close();
  });
});

describe('redelivery', () => {
  it('reaches the app twice with the same event id over a socket', async () => {
    const ids: string[] = [];
    const app = await socketApp(slack, (bolt) =>
      bolt.event('app_mention', ({ body }) => {
        ids.push(body.event_id);
        return Promise.resolve();
      }),
    );
    stops.push(app.stop);
    await mention();
    await slack.api.waitFor(() => ids.length === 1);
    await slack.api.settled();
    const entry = (await slack.api.deliveries('app_mention'))[0]?.id ?? 0;
    expect(await slack.api.redeliver({ entry, retry: 1 })).toMatchObject({ ok: true });
    await slack.api.waitFor(() => ids.length === 2);
    expect(new Set(ids).size).toBe(1);
  });

  it('is refused over HTTP unless the signature is right and fresh', async () => {
    const app = await httpApp(slack, (bolt) => bolt.command('/probe', async ({ ack }) => ack()));
    stops.push(app.stop);
    await slack.api.as('ada').slash('#incidents', '/probe');
    const entry = (await slack.api.deliveries('/probe'))[0]?.id ?? 0;
    const outcomes = [];
    for (const signature of ['good', 'forged', 'stale', 'missing'] as const) {
      const result = await slack.api.redeliver({ entry, signature });
      outcomes.push(result.ok ? 200 : result.status);
    }
    expect(outcomes).toEqual([200, 401, 401, 401]);
  });
});

async function responseUrl(): Promise<string> {
  const app = await socketApp(slack, (bolt) => bolt.command('/probe', async ({ ack }) => ack()));
  stops.push(app.stop);
  await slack.api.as('ada').slash('#incidents', '/probe');
  return text(record((await slack.api.deliveries('/probe'))[0]?.request)['response_url']);
}
const say = async (url: string, body: object) => (await fetch(url, { method: 'POST', body: JSON.stringify(body) })).status;

describe('a response_url', () => {
  it('speaks five times', async () => {
    const url = await responseUrl();
    const statuses = [];
    for (const words of ['1', '2', '3', '4', '5', '6']) statuses.push(await say(url, { text: words }));
    expect(statuses).toEqual([200, 200, 200, 200, 200, 404]);
    expect((await slack.api.as('ada').ephemerals('#incidents')).map((message) => message.text)).toEqual(['1', '2', '3', '4', '5']);
  });

  it('replaces and deletes what it said itself, and dies after half an hour', async () => {
    const url = await responseUrl();
    await say(url, { text: 'first' });
    await say(url, { text: 'second', replace_original: true });
    expect((await slack.api.as('ada').ephemerals('#incidents')).map((message) => message.text)).toEqual(['second']);
    await say(url, { delete_original: true });
    expect(await slack.api.as('ada').ephemerals('#incidents')).toEqual([]);
    await slack.api.advanceClock(30 * 60_000 + 1);
    expect(await say(url, { text: 'late' })).toBe(404);
  });
});

describe('a request URL', () => {
  it('is verified by sending a challenge back', async () => {
    const app = await httpApp(slack, (bolt) => bolt.command('/probe', async ({ ack }) => ack()));
    stops.push(app.stop);
    expect(await slack.api.order({ type: 'verify_request_url' })).toMatchObject({ ok: true });
    slack.setRequestUrl(await listening(createServer((_request, response) => response.end('hello'))));
    expect(await slack.api.order({ type: 'verify_request_url' })).toMatchObject({ ok: false, error: 'challenge_failed' });
  });
});

describe('typing', () => {
  it('runs the commands Slack has itself, and the app hears that it was invited', async () => {
    const ada = slack.api.as('ada');
    await ada.slash('#random', '/topic all is calm');
    expect(await ada.slash('#random', '/invite @probe')).toMatchObject({ ok: true });
    await slack.api.settled();
    expect((await slack.api.channel('#random')).topic).toBe('all is calm');
    expect((await slack.api.deliveries('member_joined_channel'))[0]?.request).toMatchObject({ event: { user: slack.store.app.botUserId } });
    expect(await ada.slash('#random', '/remove @probe')).toMatchObject({ ok: true });
    expect(await ada.slash('#general', '/archive')).toMatchObject({ error: 'cant_archive_general' });
  });

  it('names people and channels as Slack does, escaped or as typed', async () => {
    const texts: Record<string, string> = {};
    const app = await socketApp(slack, (bolt) => {
      bolt.command(/.*/, async ({ ack, body }) => {
        texts[body.command] = body.text;
        await ack();
      });
    });
    stops.push(app.stop);
    const ada = slack.api.as('ada');
    await ada.slash('#incidents', '/probe  page @ben in #support and @sre-leads ');
    await ada.slash('#incidents', '/raw page @ben');
    await ada.post('#incidents', 'a < b & @ben');
    expect(texts).toEqual({
      '/probe': 'page <@U0BEN00000|ben> in <#C0SUPPORT0|support> and <!subteam^S0SRELEADS|@sre-leads>',
      '/raw': 'page @ben',
    });
    await ada.waitForMessage('#incidents', 'a &lt; b &amp; <@U0BEN00000>');
  });
});

describe('the page’s side', () => {
  it('is closed to other sites and deaf to nonsense', async () => {
    const act = async (headers: Record<string, string>, body: object) =>
      (await fetch(`${slack.url}/client/act`, { method: 'POST', headers, body: JSON.stringify(body) })).json();
    expect(await act({ origin: 'https://evil.example' }, { type: 'read' })).toEqual({ ok: false, error: 'forbidden' });
    expect(await act({ origin: slack.url }, { type: 'dance', as: 'U0ADA00000' })).toMatchObject({ ok: false, error: 'unknown_act' });
  });

  it('shows guests only where they were invited', async () => {
    const names = (await slack.api.as('finn').snapshot()).channels.map((channel) => channel.name);
    expect(names).toEqual(['incidents']);
  });

  it('streams what one person may see, from where the snapshot ended', async () => {
    const api = connectTestApi(slack.url);
    const { seq } = await api.as('ada').snapshot();
    await api.as('ben').post('#incidents', 'one');
    const response = await fetch(`${slack.url}/client/stream?as=U0ADA00000&after=${seq}`);
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    await api.as('ben').post('#incidents', 'two');
    let received = '';
    while (!received.includes('"two"')) received += (await reader?.read())?.value ?? '';
    await reader?.cancel();
    const changes = [...received.matchAll(/^data: (\{.*\})$/gm)].map(
      (match) => JSON.parse(match[1] ?? '') as { type: string; message?: { text: string } },
    );
    expect(changes.flatMap((change) => change.message?.text ?? [])).toEqual(['one', 'two']);
    const entries = ((await (await fetch(`${slack.url}/client/log`)).json()) as { entries: LogEntry[] }).entries;
    expect(Array.isArray(entries)).toBe(true);
  });
});
