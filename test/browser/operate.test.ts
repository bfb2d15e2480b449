import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { chromium, devices, type Browser, type Page } from 'playwright-core';
import { describeLane, serverAddress } from '../support/lanes.ts';
import { operators, secretOf } from '../support/operators.ts';
import { startWeb, type TestWeb } from '../support/web-server.ts';

jest.setTimeout(30_000);

describeLane('chromium', 'the page for the days without Slack, on a phone', () => {
  let browser: Browser;
  let web: TestWeb;
  let phone: Page;
  const complaints: string[] = [];
  const { operate, acted } = operators();

  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: serverAddress('chromium'), args: ['--no-sandbox'] });
    web = await startWeb({ operate });
    phone = await (await browser.newContext(devices['Pixel 7'])).newPage();
    phone.on('console', (message) => void (message.type() === 'error' && complaints.push(message.text())));
    phone.on('pageerror', (error) => complaints.push(error.message));
  }, 30_000);
  afterAll(async () => {
    await browser.close();
    await web.web.stop();
  });

  const fits = async (): Promise<boolean> => phone.evaluate('document.documentElement.scrollWidth <= window.innerWidth');

  it('lets somebody in, and shows what waits', async () => {
    await phone.goto(web.url('/operate'));
    await phone.getByLabel('Your key').fill(secretOf('UADA'));
    await phone.getByRole('button', { name: 'Come in' }).click();
    await phone.getByRole('heading', { name: 'Waiting for an approval' }).waitFor();
    expect(await fits()).toBe(true);
    await phone.getByRole('link', { name: 'RB-7' }).click();
    expect(await phone.getByText('asked by @Ben').isVisible()).toBe(true);
    expect(await fits()).toBe(true);
  });

  it('asks before it approves, and wants the key again', async () => {
    const approve = phone.getByRole('button', { name: 'Approve: RB-7' });
    expect(await approve.isVisible()).toBe(false);
    await phone.getByText('Approve…').click();
    expect(await phone.getByText('Roll back shop (production) from v42 to v41?').isVisible()).toBe(true);
    await phone.getByLabel('Your key once more').fill('wrong');
    await approve.click();
    await phone.getByRole('alert').filter({ hasText: 'Not recorded' }).waitFor();
    expect(acted).toEqual([]);

    await phone.getByText('Approve…').click();
    await phone.getByLabel('Your key once more').fill(secretOf('UADA'));
    await approve.click();
    await phone.waitForURL('**/operate/RB-7');
    expect(acted).toMatchObject([{ by: { user: 'UADA' }, rollback: 'RB-7', command: { verb: 'approve', planHash: 'plan-1' } }]);
  });

  it('keeps to its own rules of what a page may do', () => {
    // The wrong key is answered with 401, which the console tells; nothing else was blocked or broken.
    expect(complaints.filter((text) => !text.includes('401'))).toEqual([]);
  });
});
