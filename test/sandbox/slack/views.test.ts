import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { WebAPICallResult, WebClient } from '@slack/web-api';
import type { Workspace } from '../../../sandbox/slack/workspace.ts';
import { clientFor, probeWorkspace, socketApp } from './probe.ts';

const plain = (text: string) => ({ type: 'plain_text' as const, text });
const field = (id: string) => ({
  type: 'input' as const,
  block_id: id,
  label: plain(id),
  element: { type: 'plain_text_input' as const, action_id: 'v' },
});
const view = (title: string, part: object = {}) => ({
  type: 'modal' as const,
  callback_id: title,
  title: plain(title),
  submit: plain('Next'),
  blocks: [field('name')],
  ...part,
});

let slack: Workspace;
let client: WebClient;
let app: { stop: () => Promise<void> };
/** What the app answers to a submission, by callback_id. */
let answers: Record<string, unknown>;
const triggers: string[] = [];

beforeEach(async () => {
  answers = {};
  slack = await probeWorkspace();
  client = clientFor(slack);
  app = await socketApp(slack, (bolt) => {
    bolt.command('/probe', async ({ ack, body }) => {
      triggers.push(body.trigger_id);
      await ack();
    });
    bolt.view(/.*/, async ({ ack, body }) => {
      if (body.type === 'view_submission') await ack(answers[body.view.callback_id] as never);
      else await ack();
    });
    bolt.view({ type: 'view_closed', callback_id: /.*/ }, async ({ ack }) => ack());
    bolt.action(/.*/, async ({ ack, body }) => {
      if (body.type === 'block_actions') triggers.push(body.trigger_id);
      await ack();
    });
  });
});

afterEach(async () => {
  await app.stop();
  await slack.stop();
});

async function trigger(): Promise<string> {
  await slack.api.as('ada').slash('#incidents', '/probe');
  return triggers.at(-1) ?? '';
}

async function answer(call: Promise<WebAPICallResult>): Promise<WebAPICallResult> {
  return call.catch((error: { data?: WebAPICallResult }) => error.data ?? Promise.reject(error as Error));
}

const open = async (title: string, part: object = {}) => client.views.open({ trigger_id: await trigger(), view: view(title, part) });
const titles = async () => (await slack.api.as('ada').snapshot()).modals.map((modal) => modal.title);

describe('a trigger id', () => {
  it('opens one view, within three seconds', async () => {
    const trigger_id = await trigger();
    expect(await answer(client.views.open({ trigger_id, view: view('One') }))).toMatchObject({ ok: true });
    expect(await answer(client.views.open({ trigger_id, view: view('Two') }))).toMatchObject({ error: 'exchanged_trigger_id' });
    const late = await trigger();
    await slack.api.advanceClock(3001);
    expect(await answer(client.views.open({ trigger_id: late, view: view('Late') }))).toMatchObject({ error: 'expired_trigger_id' });
    expect(await answer(client.views.open({ trigger_id: 'made-up', view: view('X') }))).toMatchObject({ error: 'invalid_trigger_id' });
    expect(await titles()).toEqual(['One']);
  });
});

const more = [
  { type: 'actions' as const, block_id: 'more', elements: [{ type: 'button' as const, action_id: 'go', text: plain('More') }] },
];

async function push(title: string): Promise<WebAPICallResult> {
  await slack.api.as('ada').click('modal', 'More');
  return answer(client.views.push({ trigger_id: triggers.at(-1) ?? '', view: view(title, { blocks: more }) }));
}

describe('the stack of views', () => {
  it('grows to three, shrinks by one on an empty ack, and is cleared at once', async () => {
    const ada = slack.api.as('ada');
    await open('One');
    answers = { One: { response_action: 'push', view: view('Two') }, Two: { response_action: 'push', view: view('Three') } };
    for (const name of ['a', 'b']) {
      await ada.fill({ name });
      await ada.submit();
    }
    expect(await titles()).toEqual(['One', 'Two', 'Three']);
    expect((await ada.snapshot()).modals.at(-1)).toMatchObject({ values: { name: { v: { value: null } } } });
    await ada.fill({ name: 'c' });
    await ada.submit();
    expect(await titles()).toEqual(['One', 'Two']);
    answers = { Two: { response_action: 'clear' } };
    await ada.submit();
    expect(await titles()).toEqual([]);
  });

  it('refuses a fourth view', async () => {
    await open('One', { blocks: more, submit: undefined });
    expect(await push('Two')).toMatchObject({ ok: true, view: { previous_view_id: expect.any(String) } });
    expect(await push('Three')).toMatchObject({ ok: true });
    expect(await push('Four')).toMatchObject({ error: 'push_limit_reached' });
  });

  it('keeps what was typed when a view is redrawn with the same ids', async () => {
    const opened = await open('One', { external_id: 'form-1' });
    await slack.api.as('ada').fill({ name: 'typed' });
    const hash = opened.view?.hash ?? '';
    const blocks = [field('name'), field('more')];
    expect(
      await answer(client.views.update({ external_id: 'form-1', hash, view: view('One', { blocks, external_id: 'form-1' }) })),
    ).toMatchObject({ ok: true });
    expect((await slack.api.as('ada').modal())?.values).toMatchObject({ name: { v: { value: 'typed' } }, more: { v: { value: null } } });
    expect(await answer(client.views.update({ view_id: opened.view?.id ?? '', hash, view: view('One') }))).toMatchObject({
      error: 'hash_conflict',
    });
    expect(await answer(client.views.update({ view_id: 'V0GONE', view: view('One') }))).toMatchObject({ error: 'not_found' });
  });
});

describe('submitting', () => {
  it('is held back while a required field is empty', async () => {
    await open('One');
    expect(await slack.api.as('ada').submit()).toMatchObject({ ok: false, error: 'required' });
    expect(await slack.api.deliveries('view_submission')).toEqual([]);
  });

  it('shows the trouble and keeps the form when the app answers nonsense', async () => {
    await open('One');
    const ada = slack.api.as('ada');
    await ada.fill({ name: 'x' });
    answers = { One: { response_action: 'errors', errors: { nowhere: 'no such field' } } };
    expect(await ada.submit()).toMatchObject({
      ok: false,
      error: 'invalid_block_id',
      message: 'We had some trouble connecting. Try again?',
    });
    answers = { One: { response_action: 'update', view: view('x'.repeat(25)) } };
    expect(await ada.submit()).toMatchObject({ ok: false, error: 'invalid_arguments' });
    expect(await titles()).toEqual(['One']);
  });
});

describe('a form whose app went away', () => {
  it('stays open with what was typed', async () => {
    await open('One');
    const ada = slack.api.as('ada');
    await ada.fill({ name: 'kept' });
    await slack.api.sockets('cut');
    await slack.api.waitFor(() => !slack.core.sockets.ready);
    expect(await ada.submit()).toMatchObject({
      ok: false,
      error: 'dispatch_failed',
      message: 'We had some trouble connecting. Try again?',
    });
    expect(await ada.modal()).toMatchObject({ title: 'One', values: { name: { v: { value: 'kept' } } } });
    await slack.api.waitFor(() => slack.core.sockets.ready);
    expect(await ada.submit()).toMatchObject({ ok: true });
    expect(await titles()).toEqual([]);
  });
});

describe('a field with dispatch_action', () => {
  it('tells the app at once, others do not', async () => {
    await open('One', { blocks: [{ ...field('loud'), dispatch_action: true }, field('quiet')] });
    await slack.api.as('ada').fill({ quiet: 'a', loud: 'b' });
    const actions = (await slack.api.deliveries('block_actions')).map((entry) => entry.request);
    expect(actions).toMatchObject([
      { actions: [{ type: 'plain_text_input', block_id: 'loud', action_id: 'v', value: 'b' }], view: { callback_id: 'One' } },
    ]);
    expect(actions[0]).not.toHaveProperty('response_url');
    expect(actions[0]).not.toHaveProperty('channel');
  });
});

describe('closing', () => {
  it('is told to the app when it asked for it, one by one or all at once', async () => {
    const ada = slack.api.as('ada');
    await open('One', { notify_on_close: true });
    await ada.close();
    await open('Two', { notify_on_close: true });
    await ada.close({ all: true });
    await slack.core.hub.idle();
    const closed = await slack.api.deliveries('view_closed');
    expect(closed.map((entry) => entry.request)).toMatchObject([
      { view: { callback_id: 'One' }, is_cleared: false },
      { view: { callback_id: 'Two' }, is_cleared: true },
    ]);
  });
});

const home = (words: string) => ({ type: 'home' as const, blocks: [{ type: 'header' as const, text: plain(words) }] });

describe('App Home', () => {
  it('is published with an eye on the hash', async () => {
    const user_id = 'U0ADA00000';
    const first = await client.views.publish({ user_id, view: home('One') });
    await client.views.publish({ user_id, view: home('Two') });
    expect(await answer(client.views.publish({ user_id, hash: first.view?.hash ?? '', view: home('Three') }))).toMatchObject({
      error: 'hash_conflict',
    });
    expect(await slack.api.as('ada').waitForHome('Two')).toMatchObject({ id: first.view?.id });
    expect(await slack.api.as('ben').home()).toBeUndefined();
  });
});
