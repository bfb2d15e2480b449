// The whole case as people see it: two browsers and a phone, the keyboard and the mouse, and what stands on the screen.
import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import type { Page } from 'playwright-core';
import { breakTheShop, choose, fillDeclaration, message, openDesk, type, type Desk } from '../support/desk.ts';
import { describeLane, serverAddress } from '../support/lanes.ts';

jest.setTimeout(120_000);

const phone = { viewport: { width: 375, height: 812 }, hasTouch: true, isMobile: true };
const card = (page: Page) => message(page, 'RB-1 · shop · production · v42 → v41');

describeLane('chromium', 'the campaign case in the browser', () => {
  let desk: Desk;
  let ada: Page;
  let ben: Page;
  let room: string;

  beforeAll(async () => {
    desk = await openDesk(serverAddress('chromium'));
    await breakTheShop(desk);
  });
  afterAll(() => desk.leave());

  // Each step stands on the one before, as the case does.
  it('opens a war room for who types the command and fills the form', async () => {
    ada = await desk.sit('ada', 'general');
    await type(ada, '/incident declare');
    const form = await fillDeclaration(ada, {
      title: 'Checkout fails for a third of customers',
      severity: /^Critical/,
      service: 'shop',
      impact: 'One checkout in three ends on an error page',
    });
    await form.getByTestId('modal-submit').click();
    await form.waitFor({ state: 'detached' });
    room = (await desk.workspace.api.waitForChannel(/^inc-1-/)).name;
    await ada.getByRole('button', { name: room }).first().click();
    await message(ada, 'The first minute').waitFor();

    const headline = await message(ada, 'INC-1 · SEV1').innerText();
    expect(headline).toContain('🔴 INC-1 · SEV1 · Investigating — Checkout fails for a third of customers');
    expect(headline).toContain('Impact One checkout in three ends on an error page');
    expect(await message(ada, 'The first minute').getByRole('button', { name: 'Plan rollback' }).isEnabled()).toBe(true);
  });

  it('gives the second person a role and a form to ask for the rollback', async () => {
    ben = await desk.sit('ben', room);
    await ben.getByTestId('join').click();
    await message(ben, 'The first minute').getByRole('button', { name: 'Take TL' }).click();
    await message(ben, '@Ben Castillo is Technical Lead').waitFor();
    await message(ben, 'The first minute').getByRole('button', { name: 'Plan rollback' }).click();
    const form = ben.getByTestId('modal');
    await form.getByTestId('modal-submit').waitFor();
    await choose(ben, form.locator('[data-action-id=version]'), /v41/);
    await form.getByLabel('Why?').fill('errors began with v42');
    await form.getByTestId('modal-submit').click();
    await card(ada).waitFor();

    const words = await card(ada).innerText();
    expect(words).toContain('asked by @Ben Castillo: “errors began with v42”');
    expect(words).toContain('approvals 0 of 1');
    expect(await card(ada).getByRole('button', { name: 'Approve' }).isEnabled()).toBe(true);
  });

  it('fits the same card onto a phone', async () => {
    const small = await desk.sit('ada', room, phone);
    const approve = card(small).getByRole('button', { name: 'Approve…' });
    await card(small).getByTestId('open-thread').waitFor(); // the card was drawn anew for its first reply
    await approve.tap();
    const dialog = await small.getByRole('dialog').boundingBox();
    await small.getByRole('button', { name: 'Cancel' }).tap();
    const box = await approve.boundingBox();

    expect(box!.x + box!.width).toBeLessThanOrEqual(375);
    expect(box!.height).toBeGreaterThanOrEqual(44);
    expect(dialog!.width).toBeLessThanOrEqual(375);
    expect(await small.evaluate('document.documentElement.scrollWidth')).toBe(375);
  });

  it('refuses the approval of who asked, and says it only there', async () => {
    await card(ben).getByRole('button', { name: 'Approve…' }).click();
    await message(ben, 'somebody else has to approve').waitFor();

    expect(await message(ben, 'somebody else has to approve').innerText()).toContain('Only visible to you');
    expect(await ada.getByText('somebody else has to approve').count()).toBe(0);
  });

  it('rolls back after the approval of the other, and says “Recovered” once it is measured', async () => {
    await card(ada).getByRole('button', { name: 'Approve…' }).click();
    const form = ada.getByRole('dialog');
    await form.getByText('shop (production) goes from v42 to v41').waitFor();
    await form.getByLabel('Type the name of the service: shop').fill('shpo');
    await form.getByTestId('modal-submit').click();
    await form.getByText('Not recorded: type the name of the service').waitFor();
    await form.getByLabel('Type the name of the service: shop').fill('shop');
    await form.getByTestId('modal-submit').click();
    await card(ada).getByText('Recovered').waitFor({ timeout: 60_000 });

    const words = await card(ada).innerText();
    expect(words).toContain('shop (production) runs v41, and the measurements are good.');
    expect(words).toContain('approved: ✓ @Ada Okafor (IC)');
    expect(await card(ada).getByRole('button', { name: 'Approve' }).count()).toBe(0);
    await card(ben).getByText('Recovered').waitFor();
    expect(desk.production.health(3).checkoutErrorShare).toBeLessThan(0.01);
    expect(desk.complaints).toEqual([]);
  });
});
