/** People in front of their browsers: the whole demo on this machine, and a window on it for whoever is needed. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type BrowserContextOptions, type Locator, type Page } from 'playwright-core';
import { startApp } from '../../sandbox/app.ts';
import { pageRoutes } from '../../sandbox/page/routes.ts';
import { startProduction, type Production } from '../../sandbox/production/production.ts';
import { startWorkspace, type Workspace } from '../../sandbox/slack/workspace.ts';

export interface Desk {
  workspace: Workspace;
  production: Production;
  /** A browser window of this person, open at this channel. */
  sit: (who: string, channel: string, look?: BrowserContextOptions) => Promise<Page>;
  /** What the pages complained about; empty when all is well. */
  complaints: readonly string[];
  leave: () => Promise<void>;
}

const githubToken = 'local-github-token';

/** Starts everything, with a shop that has customers. @throws when a part does not start; the others are ended then */
export async function openDesk(executablePath: string): Promise<Desk> {
  const running: (() => Promise<unknown>)[] = [];
  const keep = <T>(part: T, end: (part: T) => Promise<unknown>): T => {
    running.unshift(() => end(part));
    return part;
  };
  const leave = async (): Promise<void> => {
    for (const end of running.splice(0)) await end();
  };
  try {
    const folder = keep(mkdtempSync(join(tmpdir(), 'warroom-desk-')), (path) =>
      Promise.resolve(rmSync(path, { recursive: true, force: true })),
    );
    const workspace = keep(await startWorkspace({ pageRoutes }), (part) => part.stop());
    const production = keep(await startProduction({ githubToken }), (part) => part.stop());
    production.load.start();
    keep(await startApp({ workspace, production, githubToken, store: { folder: join(folder, 'data') } }), (part) => part.stop());
    const browser = keep(await chromium.launch({ executablePath, args: ['--no-sandbox'] }), (part) => part.close());
    const complaints: string[] = [];

    const sit: Desk['sit'] = async (who, channel, look = {}) => {
      const page = await (await browser.newContext(look)).newPage();
      page.on('pageerror', (error) => complaints.push(error.message));
      await page.goto(`${workspace.url}/?as=${who}&channel=${channel}`);
      await page.getByTestId('composer').or(page.getByTestId('join')).waitFor();
      return page;
    };
    return { workspace, production, sit, complaints, leave };
  } catch (error) {
    await leave();
    throw error;
  }
}

/** The campaign goes out, and customers begin to suffer. */
export async function breakTheShop({ production, workspace }: Desk): Promise<void> {
  await production.campaign.start();
  await workspace.api.waitFor(() => production.health(3).checkoutErrorShare > 0.1, { timeoutMs: 30_000, what: 'The shop does not fail.' });
}

/** Types a command with the keyboard, letter by letter, and sends it. */
export async function type(page: Page, text: string): Promise<void> {
  await page.getByTestId('composer').click();
  await page.keyboard.type(text);
  await page.keyboard.press('Enter');
}

export interface Declaration {
  title: string;
  severity: RegExp;
  service: string;
  impact: string;
}

/** Fills the form that `/incident declare` opened, and leaves it open. */
export async function fillDeclaration(page: Page, { title, severity, service, impact }: Declaration): Promise<Locator> {
  const form = page.getByTestId('modal');
  await form.getByLabel('What is broken?').fill(title);
  await form.getByRole('radio', { name: severity }).check();
  await choose(page, form.locator('[data-action-id=service]'), service);
  await form.getByLabel(/What do customers see/).fill(impact);
  return form;
}

/** Opens a menu and takes one of its options. */
export async function choose(page: Page, menu: Locator, option: string | RegExp): Promise<void> {
  await menu.click();
  await page.getByTestId('options').getByRole('option', { name: option }).first().click();
}

/** The newest message in the middle of the page with these words. */
export const message = (page: Page, words: string | RegExp): Locator =>
  page.locator('#messages').getByRole('article').filter({ hasText: words }).last();
