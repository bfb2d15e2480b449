import { afterAll, afterEach, beforeAll, beforeEach, expect, it, jest } from '@jest/globals';
import { chromium, type Browser, type Page } from 'playwright-core';
import { pageRoutes } from '../../sandbox/page/routes.ts';
import { startWorkspace, type Workspace } from '../../sandbox/slack/workspace.ts';
import { describeLane, serverAddress } from '../support/lanes.ts';

jest.setTimeout(30_000);

// The page on the real workspace server, with no app connected: what people do among themselves.
describeLane('chromium', 'the page on the local workspace', () => {
  let browser: Browser;
  let workspace: Workspace;

  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: serverAddress('chromium'), args: ['--no-sandbox'] });
  }, 30_000);
  afterAll(() => browser.close());
  beforeEach(async () => {
    workspace = await startWorkspace({ pageRoutes, notice: 'for trying out' });
  });
  afterEach(async () => {
    for (const context of browser.contexts()) await context.close();
    await workspace.stop();
  });

  async function open(query: string): Promise<Page> {
    const page = await (await browser.newContext()).newPage();
    await page.goto(`${workspace.url}/${query}`);
    await page.getByTestId('composer').waitFor();
    return page;
  }

  it('opens as somebody, says that the app is missing, and shows the notice', async () => {
    const page = await open('');

    expect(page.url()).toMatch(/as=U0ADA\w+&channel=C0INCIDENTS/);
    expect(await page.getByTestId('connection').innerText()).toBe('Warroom is not connected');
    expect(await page.getByTestId('notice').innerText()).toBe('for trying out');
  });

  it('opens as somebody when the address names nobody we know', async () => {
    const page = await open('?as=U0NOBODY&channel=C0NOWHERE');

    expect(page.url()).toMatch(/as=U0ADA\w+&channel=C0INCIDENTS/);
  });

  it('carries words, mentions, reactions and replies from one person to another', async () => {
    const ada = await open('?as=U0ADA00000');
    const ben = await open('?as=U0BEN00000');
    await say(ada, 'Can you look, @ben? <b>30 %</b> & rising');
    const seen = ben.getByRole('article').filter({ hasText: 'Can you look' });
    await seen.getByText('@Ben Castillo').waitFor();
    await seen.hover();
    await seen.getByTestId('add-reaction').click();
    await ben.getByRole('button', { name: 'eyes' }).click();
    await seen.hover();
    await seen.getByTestId('reply').click();
    await ben.getByTestId('thread-composer').fill('On it');
    await ben.getByTestId('thread-composer').press('Enter');
    await ada.getByTestId('open-thread').click();

    await ada.locator('#thread').getByText('On it').waitFor();
    expect(await seen.locator('.message-body').first().innerText()).toBe('Can you look, @Ben Castillo? <b>30 %</b> & rising');
    expect(await ada.locator('#messages').getByTestId('reaction').innerText()).toMatch(/👀\s*1/);
  });

  it('keeps a command in the box when no app is there to answer it', async () => {
    const page = await open('?as=U0ADA00000');
    await say(page, '/incident declare api is down');
    await page.getByText('/incident failed with the error "dispatch_failed"').waitFor();

    expect(await page.getByTestId('composer').inputValue()).toBe('/incident declare api is down');
  });

  it('lists what happened in the inspector and sets faults', async () => {
    const page = await open('?as=U0ADA00000&pane=inspector');
    await say(page, '/incident status');
    await page.getByTestId('log-line').filter({ hasText: '/incident' }).click();
    await page.getByRole('tab', { name: 'Faults' }).click();
    await page.getByLabel('Enforce the tiers of each method').check();
    await page.getByRole('button', { name: 'Channel name is taken' }).click();
    await page.getByText('conversations.create: error name_taken, 1 more').waitFor();

    expect(workspace.core.faults.current()).toMatchObject({ rateLimits: true, rules: [{ method: 'conversations.create' }] });
  });
});

async function say(page: Page, text: string): Promise<void> {
  await page.getByTestId('composer').fill(text);
  await page.getByTestId('composer').press('Enter');
}
