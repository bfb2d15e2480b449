import { afterAll, afterEach, beforeAll, beforeEach, expect, it, jest } from '@jest/globals';
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';
import type { View } from '../../sandbox/slack/client-api.ts';
import { startStandIn, view, type StandIn } from '../sandbox/page/support/stand-in.ts';
import { describeLane, serverAddress } from '../support/lanes.ts';

jest.setTimeout(30_000);

const plain = (text: string) => ({ type: 'plain_text', text });
const declare: View = view({
  blocks: [
    { type: 'input', block_id: 'what', label: plain('What is broken?'), element: { type: 'plain_text_input', action_id: 'title' } },
    {
      type: 'input',
      block_id: 'sev',
      label: plain('How bad is it?'),
      element: {
        type: 'static_select',
        action_id: 'severity',
        options: [
          { text: plain('Critical'), value: '1' },
          { text: plain('Minor'), value: '3' },
        ],
      },
    },
  ],
});

const approval = [
  { type: 'section', block_id: 's', text: { type: 'mrkdwn', text: '*RB-7* by <@U0ADA>' } },
  {
    type: 'actions',
    block_id: 'decide',
    elements: [
      {
        type: 'button',
        action_id: 'approve',
        value: 'rb-7',
        style: 'primary',
        text: plain('Approve'),
        confirm: { title: plain('Roll back api to v41?'), text: plain('At once.'), confirm: plain('Roll back'), deny: plain('Not yet') },
      },
    ],
  },
];

describeLane('chromium', 'the workspace page', () => {
  let browser: Browser;
  let room: StandIn;
  let errors: string[];

  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: serverAddress('chromium'), args: ['--no-sandbox'] });
  }, 30_000);
  afterAll(() => browser.close());
  beforeEach(async () => {
    errors = [];
    room = await startStandIn();
  });
  afterEach(async () => {
    for (const context of browser.contexts()) await context.close();
    await room.close();
    if (errors.length > 0) throw new Error(`The page complained: ${errors.join('; ')}`);
  });

  async function open(query: string, options: BrowserContextOptions = {}): Promise<Page> {
    const page = await (await browser.newContext(options)).newPage();
    page.on('pageerror', (error) => errors.push(error.message));
    page.on('dialog', (dialog) => errors.push(`dialog: ${dialog.message()}`));
    await page.goto(`${room.url}${query}`);
    await page.getByTestId('composer').waitFor();
    return page;
  }

  const sent = (type: string) => room.acts.filter((act) => act.type === type);

  it('shows hostile text as text', async () => {
    const hostile = '<script>alert(1)</script> <img src=x onerror=alert(2)> <javascript:alert(3)|click> <!channel> a\u202Eb';
    room.post({ user: 'U0BEN', text: hostile, blocks: [] });
    room.post({
      text: 'x',
      blocks: [
        { type: 'section', text: { type: 'mrkdwn', text: hostile } },
        { type: hostile, text: hostile },
      ],
    });
    const page = await open('?as=U0ADA&channel=C0INCIDENTS');

    const first = page.getByRole('article').first();
    expect(await first.locator('.message-body').innerText()).toContain('<script>alert(1)</script> <img src=x onerror=alert(2)>');
    expect(await first.getByText('@channel').count()).toBe(1);
    expect(await first.getByText('U+202E').count()).toBe(1);
    expect(await page.locator('article a, article img, article script').count()).toBe(0);
    expect(await page.getByText('Unknown block').count()).toBe(1);
  });

  it('lets a second person press what the first one sees, after asking', async () => {
    room.post({ text: 'RB-7', blocks: approval });
    const ada = await open('?as=U0ADA&channel=C0INCIDENTS');
    await ada.getByTestId('act-as').selectOption({ label: 'Ben Castillo' });
    await ada.waitForURL(/as=U0BEN/);
    const approve = ada.locator('[data-block-id=decide][data-action-id=approve]');

    await approve.click();
    await ada.getByRole('button', { name: 'Not yet' }).click();
    await approve.click();
    expect(await ada.getByTestId('confirm').getByRole('heading').innerText()).toBe('Roll back api to v41?');
    await ada.getByTestId('confirm-yes').click();
    await expectSoon(() => sent('action').length === 1);

    const use = { blockId: 'decide', actionId: 'approve', value: 'rb-7' };
    expect(sent('action')).toMatchObject([{ as: 'U0BEN', channel: 'C0INCIDENTS', ...use }]);
    await ada.goBack();
    await expectSoon(async () => (await ada.getByTestId('act-as').inputValue()) === 'U0ADA');
  });

  it('redraws a message for every window without a reload, and not for others what only one may see', async () => {
    const ada = await open('?as=U0ADA&channel=C0INCIDENTS');
    const ben = await open('?as=U0BEN&channel=C0INCIDENTS');
    const message = room.post({ text: 'running' });
    room.post({ text: 'a secret', ephemeralFor: 'U0ADA' });
    await ben.getByText('running').waitFor();
    room.post({ ...message, text: 'Recovered', editedTs: message.ts });

    await ben.getByText('Recovered').waitFor();
    await ada.getByText('Recovered (edited)').waitFor();
    expect(await ada.getByText('Only visible to you').count()).toBe(1);
    expect(await ben.getByText('a secret').count()).toBe(0);
    await ada.getByRole('button', { name: 'Dismiss' }).click();
    await ada.getByText('a secret').waitFor({ state: 'detached' });
  });

  it('fills a form, shows its errors at the fields, keeps what was typed, and submits', async () => {
    const page = await open('?as=U0ADA&channel=C0INCIDENTS');
    room.modals('U0ADA', [declare]);
    const modal = page.getByTestId('modal');
    await modal.getByLabel('What is broken?').fill('x');
    await modal.locator('[data-action-id=severity]').click();
    await page.getByRole('option', { name: 'Critical' }).click();
    room.answer('submit', () => {
      room.modals('U0ADA', [{ ...declare, hash: '2', errors: { what: 'Say in a few words what is broken' } }]);
      return { ok: true };
    });
    await modal.getByTestId('modal-submit').click();
    await modal.getByRole('alert').getByText('Say in a few words').waitFor();

    const field = modal.getByLabel('What is broken?');
    expect(await field.inputValue()).toBe('x');
    expect(await page.locator('[data-action-id=title]:focus').count()).toBe(1);
    await field.fill('checkout');
    room.answer('submit', () => (room.modals('U0ADA', []), { ok: true }));
    await page.keyboard.press('Enter');
    await modal.waitFor({ state: 'detached' });
    expect(sent('submit').at(-1)).toMatchObject({ viewId: 'V1', values: { what: { title: 'checkout' }, sev: { severity: '1' } } });
  });

  it('keeps the form and says so when the app did not answer', async () => {
    const page = await open('?as=U0ADA&channel=C0INCIDENTS');
    room.answer('submit', () => ({ ok: false, error: 'no_ack', message: 'We had some trouble connecting. Try again?' }));
    room.modals('U0ADA', [declare]);
    await page.getByLabel('What is broken?').fill('checkout');
    await page.getByTestId('modal-submit').click();

    await page.getByTestId('modal-trouble').waitFor();
    expect(await page.getByLabel('What is broken?').inputValue()).toBe('checkout');
    await page.keyboard.press('Escape');
    await expectSoon(() => sent('close').length === 1);
  });

  it('keeps Tab inside the form', async () => {
    const page = await open('?as=U0ADA&channel=C0INCIDENTS');
    room.modals('U0ADA', [declare]);
    await page.getByTestId('modal').waitFor();
    for (let presses = 0; presses < 9; presses += 1) {
      await page.keyboard.press('Tab');
      expect(await page.locator('[data-testid=modal] :focus').count()).toBe(1);
    }
  });

  it('completes a command and a person by keyboard', async () => {
    const page = await open('?as=U0ADA&channel=C0INCIDENTS');
    const box = page.getByTestId('composer');
    await box.pressSequentially('/inc');
    expect(await page.locator('.offers').getByRole('option').first().innerText()).toContain('declare [title] | status | help');
    await box.press('Tab');
    await box.pressSequentially('st');
    await box.press('Enter');
    expect(await box.inputValue()).toBe('/incident status ');
    await box.press('Enter');
    await expectSoon(() => sent('slash').length === 1);
    await box.pressSequentially('hello @be');
    await box.press('Enter');
    await box.press('Enter');
    await expectSoon(() => sent('post').length === 1);

    expect(sent('slash')).toMatchObject([{ as: 'U0ADA', text: '/incident status', channel: 'C0INCIDENTS' }]);
    expect(sent('post')).toMatchObject([{ text: 'hello @ben' }]);
    await box.fill('/nonsense');
    await box.press('Enter');
    expect(await page.getByTestId('composer-problem').innerText()).toContain('/nonsense is not a command here');
  });

  it('offers message shortcuts and threads', async () => {
    const message = room.post({ user: 'U0BEN', text: 'errors everywhere' });
    const page = await open('?as=U0ADA&channel=C0INCIDENTS');
    await page.getByRole('article').hover();
    await page.getByTestId('message-more').click();
    await page.getByRole('menuitem', { name: 'Declare from message' }).click();
    await expectSoon(() => sent('message_shortcut').length === 1);
    await page.getByRole('article').hover();
    await page.getByTestId('reply').click();
    await page.getByTestId('thread-composer').fill('me too');
    await page.getByTestId('thread-send').click();
    await expectSoon(() => sent('post').length === 1);

    expect(sent('message_shortcut')).toMatchObject([{ callbackId: 'incident.declare-from-message', ts: message.ts }]);
    expect(sent('post')).toMatchObject([{ threadTs: message.ts, text: 'me too' }]);
    expect(page.url()).toContain(`thread=${message.ts}`);
  });

  it('catches up after the stream was cut', async () => {
    const page = await open('?as=U0ADA&channel=C0INCIDENTS');
    room.cut();
    room.post({ text: 'while you were away' });
    await page.getByText('while you were away').waitFor();
    expect(await page.getByText('while you were away').count()).toBe(1);
  });

  it('fits a phone: a drawer, forms on the whole screen, targets for fingers', async () => {
    room.post({ text: 'RB-7', blocks: approval });
    const page = await open('?as=U0ADA&channel=C0INCIDENTS', { viewport: { width: 375, height: 700 }, hasTouch: true, isMobile: true });
    await page.getByTestId('drawer').tap();
    await page.getByRole('button', { name: 'general' }).tap();
    await page.waitForURL(/channel=C0GENERAL/);
    await page.goBack();
    const approve = await page.locator('[data-action-id=approve]').boundingBox();
    room.modals('U0ADA', [declare]);
    const modal = await page.getByTestId('modal').boundingBox();

    expect(approve?.height).toBeGreaterThanOrEqual(44);
    expect(modal).toMatchObject({ x: 0, y: 0, width: 375, height: 700 });
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(375);
    for (const button of await page.getByTestId('modal').getByRole('button').all()) {
      expect((await button.boundingBox())?.height).toBeGreaterThanOrEqual(44);
    }
  });
});

async function expectSoon(happened: () => boolean | Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 100; tries += 1) {
    if (await happened()) return;
    await new Promise((resume) => setTimeout(resume, 30));
  }
  throw new Error('it did not happen');
}
