// Takes a picture of every card and form in every state, to be looked at: npm run gallery -- [folder] [words of a name]
import { mkdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';
import { pageRoutes } from '../sandbox/page/routes.ts';
import { createChannel, joinChannel } from '../sandbox/slack/life/channels.ts';
import { addMessage } from '../sandbox/slack/life/messages.ts';
import { openModal, removeModals } from '../sandbox/slack/life/views.ts';
import { startWorkspace, type Workspace } from '../sandbox/slack/workspace.ts';
import type { Message, Modal } from '../src/views/blocks.ts';
import { forms } from './gallery/forms.ts';
import { otherMessages } from './gallery/messages.ts';
import { missingStatuses, rollbackCards } from './gallery/rollback-cards.ts';

const [folder = join(tmpdir(), 'warroom-gallery'), wanted = ''] = process.argv.slice(2);
const looks: Record<string, BrowserContextOptions> = {
  desktop: { viewport: { width: 1000, height: 1400 } },
  phone: { viewport: { width: 375, height: 2400 }, hasTouch: true, isMobile: true },
  dark: { viewport: { width: 1000, height: 1400 }, colorScheme: 'dark' },
};
const people: readonly (readonly [string, string])[] = [
  ['U1', 'ada'],
  ['U2', 'ben'],
  ['U3', 'cleo'],
  ['U4', 'dan'],
];

const missing = missingStatuses();
if (missing.length > 0) throw new Error(`The gallery has no card that is ${missing.join(', ')}.`);
mkdirSync(resolve(folder), { recursive: true });
const workspace = await startWorkspace({ pageRoutes });
const browser = await chromium.launch({ executablePath: process.env['TEST_CHROMIUM'] ?? '/usr/bin/chromium', args: ['--no-sandbox'] });
try {
  const cards = Object.entries({ ...rollbackCards, ...otherMessages() }).filter(([name]) => name.includes(wanted));
  const opened = Object.entries(forms).filter(([name]) => name.includes(wanted));
  const room = fillRoom(cards);
  for (const look of Object.keys(looks)) {
    const page = await sit(browser, room, look);
    await shootCards(
      page,
      cards.map(([name]) => name),
      look,
    );
    await shootForms(page, opened, look);
    await page.context().close();
  }
} finally {
  await browser.close();
  await workspace.stop();
}

/** Posts them as the app would, one after the other. */
function fillRoom(cards: readonly (readonly [string, Message])[]): string {
  const { core } = workspace;
  const { app } = core.store;
  const channel = createChannel(core, { name: 'inc-12-20261123-checkout', kind: 'public', creator: app.botUserId });
  for (const [, name] of people) joinChannel(core, channel, { user: idOf(workspace, name) });
  for (const [, card] of cards) {
    const { text, blocks } = known(card, channel.id);
    addMessage(core, channel, { text, blocks: blocks.map((block) => ({ ...block })), user: app.botUserId, botId: app.botId });
  }
  return channel.name;
}

function idOf({ core }: Workspace, name: string): string {
  for (const user of core.store.users.values()) if (user.name === name) return user.id;
  throw new Error(`There is no ${name} in this workspace.`);
}

/** The examples' people and room are those of this workspace. */
function known<T extends Message | Modal>(view: T, channel = ''): T {
  const named = people.reduce((text, [id, name]) => text.replaceAll(`<@${id}>`, `<@${idOf(workspace, name)}>`), JSON.stringify(view));
  return JSON.parse(named.replaceAll('<#C123>', `<#${channel}>`)) as T;
}

async function sit(by: Browser, room: string, look: string): Promise<Page> {
  const page = await (await by.newContext(looks[look] ?? {})).newPage();
  await page.goto(`${workspace.url}/?as=ada&channel=${room}`);
  await page.getByTestId('composer').waitFor();
  return page;
}

async function shootCards(page: Page, names: readonly string[], look: string): Promise<void> {
  if (names.length === 0) return;
  const articles = page.locator('#messages').getByRole('article');
  await articles.nth(names.length - 1).waitFor();
  const offset = (await articles.count()) - names.length; // who joined stands above
  for (const [index, name] of names.entries()) keep(await articles.nth(offset + index).screenshot({ animations: 'disabled' }), name, look);
}

async function shootForms(page: Page, opened: readonly (readonly [string, Modal])[], look: string): Promise<void> {
  const user = idOf(workspace, 'ada');
  if (look === 'phone') await page.setViewportSize({ width: 375, height: 812 }); // a form fills the whole phone
  for (const [name, form] of opened) {
    const view = openModal(workspace.core, known(form), { user });
    const modal = page.getByTestId('modal');
    await modal.getByText(form.title.text).first().waitFor();
    await page.waitForTimeout(150);
    keep(await modal.screenshot({ animations: 'disabled' }), `form ${name}`, look);
    removeModals(workspace.core, user, view.id);
  }
}

function keep(picture: Buffer, name: string, look: string): void {
  const file = join(resolve(folder), `${name.replaceAll(/[^a-z0-9]+/gi, '-').toLowerCase()}.${look}.png`);
  writeFileSync(file, picture);
  process.stdout.write(`${file}\n`);
}
