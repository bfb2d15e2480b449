import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { WebAPICallResult, WebClient } from '@slack/web-api';
import { startWorkspace, type Workspace } from '../../../sandbox/slack/workspace.ts';
import { clientFor, probeWorkspace } from './probe.ts';

let slack: Workspace;
let client: WebClient;

beforeAll(async () => {
  slack = await probeWorkspace();
  client = clientFor(slack);
});

afterAll(() => slack.stop());

/** What Slack answered, refusals included. */
async function answer(call: Promise<WebAPICallResult>): Promise<WebAPICallResult> {
  return call.catch((error: { data?: WebAPICallResult }) => error.data ?? Promise.reject(error as Error));
}

const room = async (name: string) => (await client.conversations.create({ name })).channel?.id ?? '';

describe('tokens and scopes', () => {
  it('knows its two tokens and what each is for', async () => {
    const open = 'apps.connections.open';
    expect(await answer(clientFor(slack, 'xoxb-other').auth.test())).toMatchObject({ error: 'invalid_auth' });
    expect(await answer(clientFor(slack, slack.tokens.app).auth.test())).toMatchObject({ error: 'not_allowed_token_type' });
    expect(await answer(client.apiCall(open))).toMatchObject({ error: 'not_allowed_token_type' });
    expect(await (await fetch(`${slack.apiUrl}auth.test`)).json()).toEqual({ ok: false, error: 'not_authed' });
    expect(await answer(clientFor(slack, slack.tokens.app).apiCall(open))).toMatchObject({ ok: true, url: expect.stringMatching(/^ws:/) });
    expect(await answer(client.apiCall('stars.add'))).toMatchObject({ error: 'unknown_method' });
  });

  it('asks for the scope the manifest forgot', async () => {
    const real = await startWorkspace();
    const timestamp = '1.1';
    const refused = await answer(clientFor(real).reactions.add({ channel: 'C0INCIDENTS', timestamp, name: 'eyes' }));
    expect(refused).toMatchObject({ error: 'missing_scope', needed: 'reactions:write', provided: expect.stringContaining('chat:write') });
    await real.stop();
  });

  it('takes forms, JSON and multipart alike', async () => {
    const headers = { authorization: `Bearer ${slack.tokens.bot}` };
    const send = async (body: string | FormData, type?: string) => {
      const response = await fetch(`${slack.apiUrl}users.info`, {
        method: 'POST',
        body,
        headers: { ...headers, ...(type && { 'content-type': type }) },
      });
      return { scopes: response.headers.get('x-accepted-oauth-scopes'), ...((await response.json()) as object) };
    };
    const form = new FormData();
    form.set('user', 'U0ADA00000');
    const expected = { ok: true, scopes: 'users:read', user: { name: 'ada', tz: 'Europe/London' } };
    expect(await send('user=U0ADA00000', 'application/x-www-form-urlencoded')).toMatchObject(expected);
    expect(await send('{"user":"U0ADA00000"}', 'application/json; charset=utf-8')).toMatchObject(expected);
    expect(await send(form)).toMatchObject(expected);
  });
});

describe('channels', () => {
  it.each([
    ['', 'invalid_name_required'],
    ['With Space', 'invalid_name_specials'],
    ['UPPER', 'invalid_name_specials'],
    ['--__', 'invalid_name_punctuation'],
    ['x'.repeat(81), 'invalid_name_maxlength'],
    ['general', 'name_taken'],
  ])('cannot be called %p', async (name, error) => {
    expect(await answer(client.conversations.create({ name }))).toMatchObject({ ok: false, error });
  });

  it('keep their name when they are archived', async () => {
    const channel = await room('once');
    await client.conversations.archive({ channel });
    expect(await answer(client.conversations.create({ name: 'once' }))).toMatchObject({ error: 'name_taken' });
    expect(await answer(client.conversations.archive({ channel }))).toMatchObject({ error: 'already_archived' });
    expect(await answer(client.chat.postMessage({ channel, text: 'late' }))).toMatchObject({ error: 'is_archived' });
    expect(await answer(client.conversations.setTopic({ channel, topic: 'x' }))).toMatchObject({ error: 'is_archived' });
  });

  it('let nobody in twice, nor guests, nor strangers, unless forced to take the rest', async () => {
    const channel = await room('invitations');
    const invite = (users: string, force = false) => answer(client.conversations.invite({ channel, users, force }));
    expect(await invite('U0ADA00000')).toMatchObject({ ok: true });
    expect(await invite('U0ADA00000')).toMatchObject({ error: 'already_in_channel' });
    expect(await invite('U0FINN0000')).toMatchObject({ error: 'user_is_restricted' });
    expect(await invite('U0NOBODY')).toMatchObject({ error: 'user_not_found' });
    const mixed = await invite('U0BEN00000,U0FINN0000', true);
    expect(mixed).toMatchObject({ ok: true, errors: [{ user: 'U0FINN0000', ok: false, error: 'user_is_restricted' }] });
    expect((await client.conversations.members({ channel })).members).toContain('U0BEN00000');
  });

  it('write topic, joins and archiving into their history', async () => {
    const channel = await room('chronicle');
    expect(await answer(client.conversations.setTopic({ channel, topic: 'x'.repeat(251) }))).toMatchObject({ error: 'too_long' });
    await client.conversations.setTopic({ channel, topic: 'calm' });
    await client.conversations.rename({ channel, name: 'chronicles' });
    const { messages } = await client.conversations.history({ channel });
    expect(messages?.map((message) => message.subtype)).toEqual(['channel_name', 'channel_topic', 'channel_join']);
    expect((await client.conversations.info({ channel })).channel).toMatchObject({ name: 'chronicles', topic: { value: 'calm' } });
  });

  it('are listed page by page', async () => {
    const names: string[] = [];
    for await (const part of client.paginate('conversations.list', { limit: 2 })) {
      const { channels } = part as WebAPICallResult & { channels: { name: string }[] };
      expect(channels.length).toBeLessThanOrEqual(2);
      names.push(...channels.map((channel) => channel.name));
    }
    expect(names).toEqual(expect.arrayContaining(['general', 'incidents', 'support', 'partners', 'random']));
    expect(await answer(client.conversations.list({ cursor: 'nonsense' }))).toMatchObject({ error: 'invalid_cursor' });
  });

  it('that are private exist only for their members', async () => {
    const channel = (await client.conversations.create({ name: 'quiet', is_private: true })).channel?.id ?? '';
    const seen = async (who: string) => (await slack.api.as(who).snapshot()).channels.some((one) => one.id === channel);
    expect(await seen('ada')).toBe(false);
    await client.conversations.invite({ channel, users: 'U0ADA00000' });
    expect(await seen('ada')).toBe(true);
    expect(await seen('ben')).toBe(false);
  });
});

describe('messages', () => {
  it('are refused with the reason Slack gives', async () => {
    const channel = 'C0INCIDENTS';
    const blocks = [{ type: 'section', text: { type: 'mrkdwn', text: 'x'.repeat(3001) } }];
    const problem = 'must be less than 3001 characters [json-pointer:/blocks/0/text/text]';
    expect(await answer(client.chat.postMessage({ channel, text: '' }))).toMatchObject({ error: 'no_text' });
    expect(await answer(client.chat.postMessage({ channel: 'C0NOWHERE', text: 'x' }))).toMatchObject({ error: 'channel_not_found' });
    expect(await answer(client.chat.postMessage({ channel: 'C0RANDOM00', text: 'x' }))).toMatchObject({ error: 'not_in_channel' });
    expect(await answer(client.chat.postMessage({ channel, text: 'x', blocks }))).toMatchObject({
      error: 'invalid_blocks',
      errors: [problem],
      response_metadata: { messages: [`[ERROR] ${problem}`] },
    });
    const wordy = Array.from({ length: 5 }, () => ({ type: 'section', text: { type: 'mrkdwn', text: 'x'.repeat(2900) } }));
    expect(await answer(client.chat.postMessage({ channel, text: 'x', blocks: wordy }))).toMatchObject({
      error: 'msg_blocks_too_long',
    });
  });

  it('keep their metadata for those who ask', async () => {
    const channel = await room('ledger');
    const metadata = { event_type: 'op', event_payload: { id: '42' } };
    const { ts = '' } = await client.chat.postMessage({ channel, text: 'once', metadata });
    const plain = await client.conversations.history({ channel, limit: 1 });
    const full = await client.conversations.history({ channel, limit: 1, include_all_metadata: true });
    expect(plain.messages?.[0]).not.toHaveProperty('metadata');
    expect(full.messages?.[0]).toMatchObject({ ts, metadata });
  });

  it('are changed and deleted by their author only', async () => {
    const channel = 'C0INCIDENTS';
    const posted = await slack.api.as('ada').post('#incidents', 'mine');
    const ts = posted.ok ? (posted.ts ?? '') : '';
    expect(await answer(client.chat.update({ channel, ts, text: 'yours' }))).toMatchObject({ error: 'cant_update_message' });
    expect(await answer(client.chat.delete({ channel, ts }))).toMatchObject({ error: 'cant_delete_message' });
    expect(await answer(client.chat.update({ channel, ts: '1.1', text: 'x' }))).toMatchObject({ error: 'message_not_found' });
    const own = await client.chat.postMessage({ channel, text: 'first' });
    expect(await answer(client.chat.update({ channel, ts: own.ts ?? '', text: 'x'.repeat(4001) }))).toMatchObject({
      error: 'msg_too_long',
    });
    await client.chat.update({ channel, ts: own.ts ?? '', text: 'second' });
    expect(await slack.api.as('ada').waitForMessage('#incidents', 'second')).toMatchObject({ ts: own.ts, editedTs: expect.any(String) });
  });

  it('live in threads, and count as unread for others', async () => {
    const channel = await room('threads');
    await client.conversations.invite({ channel, users: 'U0ADA00000' });
    const { ts = '' } = await client.chat.postMessage({ channel, text: 'parent' });
    await client.chat.postMessage({ channel, text: 'reply', thread_ts: ts });
    const { messages } = await client.conversations.replies({ channel, ts });
    expect(messages?.map((message) => message.text)).toEqual(['parent', 'reply']);
    expect(messages?.[0]).toMatchObject({ reply_count: 1, thread_ts: ts });
    expect((await client.conversations.history({ channel })).messages?.map((message) => message.text)).not.toContain('reply');
    const ada = slack.api.as('ada');
    expect((await ada.channel('#threads')).unread).toBe(1);
    await ada.visit('read', '#threads');
    expect((await ada.channel('#threads')).unread).toBe(0);
  });

  it('carry pins, bookmarks, reactions and files', async () => {
    const channel = await room('marks');
    const { ts: timestamp = '' } = await client.chat.postMessage({ channel, text: 'marked' });
    await client.pins.add({ channel, timestamp });
    expect(await answer(client.pins.add({ channel, timestamp }))).toMatchObject({ error: 'already_pinned' });
    expect((await client.pins.list({ channel })).items?.length).toBe(1);
    const mark = { channel_id: channel, title: 'Runbook', type: 'link' as const };
    expect(await answer(client.bookmarks.add({ ...mark, link: 'nowhere' }))).toMatchObject({ error: 'invalid_link' });
    const { bookmark } = await client.bookmarks.add({ ...mark, link: 'https://example.com/runbook' });
    await client.bookmarks.edit({ channel_id: channel, bookmark_id: bookmark?.id ?? '', title: 'Manual' });
    expect((await client.bookmarks.list({ channel_id: channel })).bookmarks?.map((one) => one.title)).toEqual(['Manual']);
    await client.reactions.add({ channel, timestamp, name: 'eyes' });
    expect(await answer(client.reactions.add({ channel, timestamp, name: 'eyes' }))).toMatchObject({ error: 'already_reacted' });
    const seen = await slack.api.as('ada').waitForMessage('#marks', 'marked');
    expect(seen).toMatchObject({ isPinned: true, reactions: [{ name: 'eyes', users: [slack.store.app.botUserId] }] });
    await client.filesUploadV2({ channel_id: channel, filename: 'a.txt', content: 'hello', initial_comment: 'the file' });
    expect((await client.conversations.history({ channel, limit: 1 })).messages?.[0]).toMatchObject({
      text: 'the file',
      files: [{ name: 'a.txt', size: expect.any(Number) }],
    });
  });

  it('reach one person by a direct message', async () => {
    const opened = await client.conversations.open({ users: 'U0GWEN0000' });
    const posted = await client.chat.postMessage({ channel: 'U0GWEN0000', text: 'psst' });
    expect(posted.channel).toBe(opened.channel?.id);
    expect(await slack.api.as('gwen').waitForMessage('@app', 'psst')).toMatchObject({ user: slack.store.app.botUserId });
    expect(await slack.api.as('ada').messages('@app')).toEqual([]);
  });
});

describe('people', () => {
  it('come, go, and stand in groups', async () => {
    const ivy = await slack.api.addPerson({ name: 'ivy', title: 'Database engineer' });
    const group = await slack.api.addUserGroup('dba', ['ivy', 'ada']);
    expect((await client.usergroups.users.list({ usergroup: group })).users).toEqual([ivy.id, 'U0ADA00000']);
    await slack.api.deactivate('ivy');
    expect((await client.users.info({ user: ivy.id })).user).toMatchObject({ deleted: true, profile: { title: 'Database engineer' } });
    expect(await answer(client.conversations.open({ users: ivy.id }))).toMatchObject({ error: 'user_disabled' });
    expect(await answer(client.users.lookupByEmail({ email: 'nobody@acme.example' }))).toMatchObject({ error: 'users_not_found' });
    expect((await client.users.lookupByEmail({ email: 'ada@acme.example' })).user?.id).toBe('U0ADA00000');
  });
});
