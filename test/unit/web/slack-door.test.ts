import { createHmac } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { App, HTTPReceiver } from '@slack/bolt';
import { boltLogger } from '../../../src/slack/bolt-logger.ts';
import { refusalOf, type SlackHttp } from '../../../src/web/slack-door.ts';
import { sendRaw, startWeb, type TestWeb } from '../../support/web-server.ts';

const secret = 'the-signing-secret';
const nowSeconds = (): number => Math.floor(Date.now() / 1000);

function signature(timestamp: number | string, body: string): string {
  return `v0=${createHmac('sha256', secret).update(`v0:${timestamp}:${body}`).digest('hex')}`;
}

const withHeaders = (timestamps: string[] | undefined, signatures: string[] | undefined) => ({
  headersDistinct: {
    ...(timestamps && { 'x-slack-request-timestamp': timestamps }),
    ...(signatures && { 'x-slack-signature': signatures }),
  },
});

describe('the look at a request before Bolt', () => {
  const now = 1_700_000_000_000;
  const good = signature(1_700_000_000, '');
  it.each(['1700000000', '1700000060', '1699999700'])('lets timestamp %s pass: a minute ahead or five behind is a clock', (timestamp) => {
    expect(refusalOf(withHeaders([timestamp], [good]), now)).toBeUndefined();
  });

  it.each([
    ['no timestamp', withHeaders(undefined, [good]), 'timestamp'],
    ['two timestamps', withHeaders(['1700000000', '1700000000'], [good]), 'timestamp'],
    ['a timestamp in words', withHeaders(['now'], [good]), 'timestamp'],
    ['a timestamp with a fraction', withHeaders(['1700000000.5'], [good]), 'timestamp'],
    ['a timestamp in the future', withHeaders(['1700000061'], [good]), 'in_the_future'],
    ['an old timestamp', withHeaders(['1699999699'], [good]), 'too_old'],
    ['no signature', withHeaders(['1700000000'], undefined), 'signature'],
    ['two signatures', withHeaders(['1700000000'], [good, good]), 'signature'],
    ['a signature of another version', withHeaders(['1700000000'], [good.replace('v0', 'v1')]), 'signature'],
    ['half a signature', withHeaders(['1700000000'], [good.slice(0, 40)]), 'signature'],
  ] as const)('refuses %s', (_what, request, refusal) => {
    expect(refusalOf(request, now)).toBe(refusal);
  });
});

describe('Slack over HTTP, with the real Bolt', () => {
  const heard: string[] = [];
  const boltSaid: string[] = [];
  const write = (fields: object, message: string): void => void boltSaid.push(`${message} ${JSON.stringify(fields)}`);
  let receiver: HTTPReceiver;
  let web: TestWeb;

  beforeAll(async () => {
    const logger = boltLogger({ info: write, warn: write, error: write });
    receiver = new HTTPReceiver({ signingSecret: secret, logger });
    const app = new App({ receiver, logger, authorize: () => Promise.resolve({ botToken: 'none', botId: 'B1', botUserId: 'U1' }) });
    app.command('/incident', async ({ ack, command }) => {
      heard.push(command.text);
      await ack('heard');
    });
    web = await startWeb({ slackHttp: { listener: receiver.requestListener }, timeouts: { stop: 50 } });
  });
  afterAll(() => web.web.stop());
  beforeEach(() => void heard.splice(0));
  afterEach(() => void boltSaid.splice(0));

  const body = 'command=%2Fincident&text=list&team_id=T1&user_id=U2&channel_id=C1&trigger_id=1.2.3&response_url=http%3A%2F%2Fx';
  const post = (headers: Record<string, string>, text = body): Promise<Response> =>
    fetch(web.url('/slack/events'), {
      method: 'POST',
      body: text,
      headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
    });
  const signed = (timestamp: number | string, text = body) => ({
    'x-slack-request-timestamp': String(timestamp),
    'x-slack-signature': signature(timestamp, text),
  });

  it('a signed command arrives and is acknowledged', async () => {
    const answer = await post(signed(nowSeconds()));
    expect([answer.status, await answer.text()]).toEqual([200, 'heard']);
    expect(heard).toEqual(['list']);
  });

  it.each([
    ['an old one, captured and sent again', () => signed(nowSeconds() - 301)],
    ['one from the future', () => signed(nowSeconds() + 90)],
    ['one whose timestamp is no number', () => signed('soon')],
    ['one without a signature', () => ({ 'x-slack-request-timestamp': String(nowSeconds()) })],
    ['one without any header', () => ({})],
    ['one signed for another body', () => signed(nowSeconds(), 'command=%2Fhelp')],
    ['one signed with the wrong secret', () => ({ ...signed(nowSeconds()), 'x-slack-signature': `v0=${'0'.repeat(64)}` })],
  ])('%s gets 401, no word why, and nobody hears or logs it', async (_what, headers) => {
    const answer = await post(headers(), body);
    expect([answer.status, await answer.text()]).toEqual([401, '']);
    expect(heard).toEqual([]);
    expect(boltSaid.join() + web.logged()).not.toMatch(/list|trigger_id/);
  });

  it('a timestamp given twice gets 401', async () => {
    const headers = Object.entries(signed(nowSeconds())).map(([name, value]) => `${name}: ${value}\r\n`);
    const request = `POST /slack/events HTTP/1.1\r\nHost: x\r\n${headers[0]}${headers.join('')}Content-Length: ${body.length}\r\n\r\n${body}`;
    expect(await sendRaw(web.port, request)).toMatch(/^HTTP\/1\.1 401 /);
    expect(heard).toEqual([]);
  });

  it('refusals before Bolt are counted by their reason', async () => {
    await post({});
    expect(await web.metricsText()).toMatch(/warroom_slack_requests_refused_total\{reason="timestamp"\} [1-9]/);
  });

  it.each(['GET', 'PUT', 'DELETE', 'OPTIONS'])('%s is not how Slack speaks', async (method) => {
    const answer = await fetch(web.url('/slack/events'), { method });
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'POST']);
  });

  it('a query or another spelling of the path leads to the same door', async () => {
    const paths = ['/slack/events?x=1', '/slack/./events', '/x/../slack/events'];
    const answers = await Promise.all(
      paths.map((path) => sendRaw(web.port, `POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n`)),
    );
    for (const answer of answers) expect(answer).toMatch(/^HTTP\/1\.1 401 /);
  });

  it('every other path is the pages', async () => {
    const [health, missing] = await Promise.all([fetch(web.url('/healthz')), fetch(web.url('/slack/install'), { method: 'POST' })]);
    expect([health.status, missing.status]).toEqual([200, 404]);
  });

  it('a path that Bolt does not serve goes to the pages, and a listener that throws gives 500', async () => {
    const logger = boltLogger({ info: write, warn: write, error: write });
    const elsewhere = new HTTPReceiver({ signingSecret: secret, endpoints: '/elsewhere', logger });
    const listeners = [elsewhere.requestListener, throws];
    expect(await Promise.all(listeners.map((listener) => statusWith({ listener })))).toEqual([404, 500]);
  });

  async function statusWith(slackHttp: SlackHttp): Promise<number> {
    const own = await startWeb({ slackHttp, timeouts: { stop: 50 } });
    const answer = await fetch(own.url('/slack/events'), { method: 'POST', body, headers: signed(nowSeconds()) });
    await own.web.stop();
    return answer.status;
  }
});

function throws(): never {
  throw new Error('bug');
}

describe("Bolt's logger", () => {
  const lines: [level: string, fields: object, message: string][] = [];
  const writer = (level: string) => (fields: object, message: string) => void lines.push([level, fields, message]);
  const logger = boltLogger({ info: writer('info'), warn: writer('warn'), error: writer('error') });
  beforeEach(() => void lines.splice(0));

  it('writes into our log, with what came along as details', () => {
    const trouble = new Error('x');
    logger.warn('socket closed', { code: 1006 });
    logger.error(trouble);
    expect(lines).toEqual([
      ['warn', { source: 'slack', details: [{ code: 1006 }] }, 'socket closed'],
      ['error', { source: 'slack', details: [trouble] }, 'Slack library'],
    ]);
  });

  it('drops debug lines, which hold what people said', () => {
    logger.debug('request body', { text: 'we are down' });
    expect(lines).toEqual([]);
  });

  it('knows its name, and takes no other level', () => {
    logger.setLevel('debug' as never);
    logger.setName('socket-mode');
    logger.info('connected');
    expect(logger.getLevel()).toBe('info');
    expect(lines).toEqual([['info', { source: 'slack', logger: 'socket-mode' }, 'connected']]);
  });
});
