// Takes the pictures of the documentation, by hand: node --import tsx scripts/screenshots.ts. Plays the campaign case in a browser.
import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Locator, Page } from 'playwright-core';
import type { Desk } from '../test/support/desk.ts';
import { breakTheShop, choose, fillDeclaration, message, openDesk, type } from '../test/support/desk.ts';

const folder = fileURLToPath(new URL('../docs/images/', import.meta.url));
const desktop = { viewport: { width: 1120, height: 900 } };
const phone = { viewport: { width: 375, height: 812 }, hasTouch: true, isMobile: true };

const shoot = async (what: Page | Locator, name: string): Promise<void> => {
  await what.screenshot({ path: `${folder}${name}.png`, animations: 'disabled' });
  process.stdout.write(`docs/images/${name}.png\n`);
};

mkdirSync(folder, { recursive: true });
const desk = await openDesk(process.env['TEST_CHROMIUM'] ?? '/usr/bin/chromium');
try {
  await takePictures(desk);
} finally {
  await desk.leave();
}

async function takePictures({ workspace: { api }, sit }: Desk): Promise<void> {
  await breakTheShop(desk);
  const ada = await sit('ada', 'incidents', desktop);
  await declare(ada);
  const { name: room } = await api.waitForChannel(/^inc-1-/);
  const ben = await sit('ben', room, desktop);
  await inRoom(ada, room);
  await shoot(ada, 'room');

  await request(ben, room);
  const onPhone = await sit('ada', room, phone);
  await shoot(await approvalCard(ada), 'approval');
  await approvalCard(onPhone);
  await shoot(onPhone, 'phone');

  await approve(ada);
  await message(ada, /Recovered/).waitFor({ timeout: 60_000 });
  await message(ada, 'Status is now Monitoring').waitFor();
  await ada.waitForTimeout(1500);
  await shoot(ada, 'recovered');
  await tellTheTeam(api, room);
  const reader = await sit('gwen', 'incidents', desktop);
  await message(reader, 'keep watching').waitFor();
  await shoot(reader, 'digest');
}

async function declare(ada: Page): Promise<void> {
  await type(ada, '/incident declare');
  const form = await fillDeclaration(ada, {
    title: 'Checkout fails for a third of customers',
    severity: /^Critical/,
    service: 'shop',
    impact: 'About one checkout in three ends on an error page',
  });
  await shoot(ada, 'declare');
  await form.getByTestId('modal-submit').click();
}

async function inRoom(ada: Page, room: string): Promise<void> {
  await ada.getByRole('button', { name: room }).first().click();
  // On a busy machine the provider may answer too late for the card: then take the pictures again.
  await message(ada, 'v42 was deployed').waitFor();
  await ada.waitForTimeout(1500);
}

async function request(ben: Page, room: string): Promise<void> {
  await ben.getByTestId('join').click();
  await message(ben, 'The first minute').getByRole('button', { name: 'Take TL' }).click();
  await message(ben, 'The first minute').getByRole('button', { name: 'Plan rollback' }).click();
  const form = ben.getByTestId('modal');
  await form.getByTestId('modal-submit').waitFor();
  await choose(ben, form.locator('[data-action-id=version]'), /v41/);
  await form.getByLabel('Why?').fill('errors began with v42');
  await shoot(ben, 'request');
  await form.getByTestId('modal-submit').click();
  await message(ben, /Waiting for approval/i).waitFor();
  process.stdout.write(`${room}\n`);
}

async function approvalCard(page: Page): Promise<Locator> {
  const card = message(page, /Waiting for approval/i);
  await card.waitFor();
  await card.scrollIntoViewIfNeeded();
  await page.waitForTimeout(500);
  return card;
}

async function approve(ada: Page): Promise<void> {
  await message(ada, /Waiting for approval/i)
    .getByRole('button', { name: 'Approve…' })
    .click();
  await ada.getByLabel(/Type the name of the service/).fill('shop');
  await shoot(ada, 'confirm');
  await ada.getByTestId('modal-submit').click();
}

async function tellTheTeam(api: Desk['workspace']['api'], room: string): Promise<void> {
  const cleo = api.as('cleo');
  await cleo.visit('join', room);
  const answer = await cleo.slash(
    room,
    '/incident update internal Rolled back to v41, checkout errors are gone. We keep watching for half an hour.',
  );
  if (!answer.ok) throw new Error(answer.message);
}
