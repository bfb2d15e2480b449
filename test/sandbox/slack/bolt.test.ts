import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Workspace } from '../../../sandbox/slack/workspace.ts';
import { httpApp, probeWorkspace, socketApp, type BoltApp } from './probe.ts';

const plain = (text: string) => ({ type: 'plain_text' as const, text });

/** A small bot: a form opens, a room is made, a button edits its message. */
function listen(app: BoltApp): void {
  app.command('/probe', async ({ ack, body, client }) => {
    if (body.text === 'help') return ack('Here is how');
    if (body.text === 'loud') return ack({ response_type: 'in_channel', text: 'To everybody' });
    await ack();
    const input = {
      type: 'input' as const,
      block_id: 'title',
      label: plain('Title'),
      element: { type: 'plain_text_input' as const, action_id: 'words' },
    };
    const service = {
      type: 'input' as const,
      block_id: 'service',
      optional: true,
      label: plain('Service'),
      element: { type: 'external_select' as const, action_id: 'service', min_query_length: 1 },
    };
    await client.views.open({
      trigger_id: body.trigger_id,
      view: {
        type: 'modal',
        callback_id: 'form',
        title: plain('New room'),
        submit: plain('Open'),
        notify_on_close: true,
        blocks: [input, service],
      },
    });
  });
  app.options('service', async ({ ack, options }) => {
    await ack({
      options: ['checkout', 'search']
        .filter((name) => name.includes(options.value.toLowerCase()))
        .map((name) => ({ text: plain(name.toUpperCase()), value: name })),
    });
  });
  app.view('form', async ({ ack, view, client, body }) => {
    const words = view.state.values['title']?.['words']?.value ?? '';
    if (words.length < 3) return ack({ response_action: 'errors', errors: { title: 'Longer, please' } });
    await ack();
    const room = await client.conversations.create({ name: `room-${words}` });
    const channel = room.channel?.id ?? '';
    await client.conversations.invite({ channel, users: body.user.id });
    await client.conversations.setTopic({ channel, topic: view.state.values['service']?.['service']?.selected_option?.value ?? 'none' });
    const go = { type: 'button' as const, action_id: 'go', text: plain('Go'), style: 'danger' as const };
    await client.chat.postMessage({ channel, text: `Room for ${words}`, blocks: [{ type: 'actions', elements: [go] }] });
    await client.chat.postEphemeral({ channel, user: body.user.id, text: 'Only for you' });
  });
  app.action('go', async ({ ack, body, client, respond }) => {
    await ack();
    if (body.type !== 'block_actions') return;
    await client.chat.update({
      channel: body.channel?.id ?? '',
      ts: body.message?.['ts'] ?? '',
      text: `Gone by <@${body.user.id}>`,
      blocks: [],
    });
    await respond('Heard you');
  });
  app.shortcut('probe.message', async ({ ack, respond, shortcut }) => {
    await ack();
    if (shortcut.type === 'message_action') await respond(`About: ${shortcut.message.text ?? ''}`);
  });
  app.event('app_home_opened', async ({ event, client }) => {
    await client.views.publish({ user_id: event.user, view: { type: 'home', blocks: [{ type: 'header', text: plain('Welcome home') }] } });
  });
  app.event('app_mention', async ({ event, client }) => {
    await client.chat.postMessage({ channel: event.channel, text: 'You called', thread_ts: event.ts });
  });
}

describe.each([
  ['Socket Mode', socketApp, 'socket'],
  ['signed HTTP', httpApp, 'http'],
] as const)('the unmodified Bolt app over %s', (_name, start, mode) => {
  let slack: Workspace;
  let app: { stop: () => Promise<void> };

  beforeEach(async () => {
    slack = await probeWorkspace();
    app = await start(slack, listen);
  });

  afterEach(async () => {
    await app.stop();
    await slack.stop();
  });

  it('opens a form, makes a room from it and edits its own message on a click', async () => {
    const ada = slack.api.as('ada');
    expect(await ada.slash('#incidents', '/probe new')).toMatchObject({ ok: true });
    expect((await ada.snapshot()).app).toMatchObject({ connected: true, mode });
    await ada.waitForModal('New room');
    await ada.fill({ Title: 'x' });
    await ada.submit();
    expect((await ada.modal())?.errors).toEqual({ title: 'Longer, please' });
    await ada.fill({ Title: 'api-down', Service: 'CHECKOUT' });
    expect(await ada.submit()).toMatchObject({ ok: true });
    expect(await ada.modal()).toBeUndefined();
    await ada.waitForMessage('#room-api-down', 'Room for api-down');
    await ada.waitForMessage('#room-api-down', 'Only for you');
    expect(await ada.channel('#room-api-down')).toMatchObject({ topic: 'checkout', isMember: true });
    await ada.click('#room-api-down', 'Go');
    await ada.waitForMessage('#room-api-down', /^Gone by <@U0ADA/);
    await ada.waitForMessage('#room-api-down', (message) => message.text === 'Heard you' && message.ephemeralFor !== undefined);
    expect(await slack.api.as('ben').ephemerals('#room-api-down')).toEqual([]);
  });

  it('shows what an ack carries, to one person or to all', async () => {
    await slack.api.as('ada').slash('#incidents', '/probe help');
    await slack.api.as('ada').slash('#incidents', '/probe loud');
    expect((await slack.api.as('ada').ephemerals('#incidents')).map((message) => message.text)).toEqual(['Here is how']);
    expect((await slack.api.as('ben').waitForMessage('#incidents', 'To everybody')).ephemeralFor).toBeUndefined();
  });

  it('hears mentions where it is a member, draws App Home, and answers message shortcuts', async () => {
    const ben = slack.api.as('ben');
    await ben.post('#random', 'hello @probe');
    await ben.post('#incidents', 'are you there @probe?');
    expect(await ben.waitForMessage('#incidents', 'You called')).toMatchObject({ threadTs: expect.any(String) });
    await ben.openHome();
    await ben.waitForHome('Welcome home');
    const { ts } = await ben.waitForMessage('#incidents', 'are you there');
    await ben.messageShortcut('#incidents', ts, 'probe.message');
    await ben.waitForMessage('#incidents', /^About: are you there/);
    await slack.api.settled();
    expect((await slack.api.deliveries('app_mention')).length).toBe(1);
  });

  it('logs every delivery and call without a token', async () => {
    await slack.api.as('ada').slash('#incidents', '/probe help');
    const entries = [...(await slack.api.deliveries()), ...(await slack.api.apiCalls())];
    expect(entries.find((entry) => entry.name === '/probe')).toMatchObject({ ok: true, ms: expect.any(Number) });
    expect(JSON.stringify(entries)).not.toMatch(/xoxb-|xapp-|sandbox-verification/);
  });
});
