/** `npm run demo`: a workspace, a production and Warroom on this machine, with nothing else installed. */
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { RunningApp } from './app.ts';
import { startApp } from './app.ts';
import { pageRoutes } from './page/routes.ts';
import { playCampaign } from './play/campaign.ts';
import { createStory } from './play/story.ts';
import { startProduction } from './production/production.ts';
import type { Production } from './production/production.ts';
import { startWorkspace } from './slack/workspace.ts';
import type { Workspace } from './slack/workspace.ts';

const folder = '.warroom/demo';
const notice = 'embedded: for trying out. Everything here runs on this machine and is forgotten when it stops.';
const plays = ['campaign'];

interface Demo {
  workspace: Workspace;
  production: Production;
  app: RunningApp;
}

const usage = `npm run demo [-- --play campaign [--stumble] [--fast] [--keep]] [--port 3100] [--http]`;

const say = (line: string): void => void process.stdout.write(`${line}\n`);

async function main(running: Stoppable[]): Promise<void> {
  const options = readOptions();
  const demo = await start(options, running);
  say(`\n  Open  ${demo.workspace.url}/?as=ada&channel=general\n`);
  if (options.play === undefined) return tellHowToStart();

  const good = await play(demo, options);
  if (options.keep) return say('\n  Left running: open the page and look around. Ctrl-C ends it.');
  await stopAll(running);
  process.exit(good ? 0 : 1);
}

interface Stoppable {
  stop: () => Promise<void>;
}

async function stopAll(running: readonly Stoppable[]): Promise<void> {
  for (const part of running.toReversed()) await part.stop().catch((error: unknown) => say(`  (${String(error)})`));
}

interface Options {
  play: string | undefined;
  stumble: boolean;
  fast: boolean;
  keep: boolean;
  http: boolean;
  port: number;
}

function readOptions(): Options {
  try {
    const { values } = parseArgs({
      options: {
        play: { type: 'string' },
        stumble: { type: 'boolean', default: false },
        fast: { type: 'boolean', default: false },
        keep: { type: 'boolean', default: false },
        http: { type: 'boolean', default: false },
        port: { type: 'string', default: '3100' },
      },
    });
    if (values.play !== undefined && !plays.includes(values.play))
      throw new Error(`there is no play “${values.play}”; there is: ${plays.join(', ')}`);
    if (values.stumble && values.play === undefined) throw new Error('--stumble makes a step of a play fail, so it needs --play campaign');
    if (!/^\d{1,5}$/.test(values.port)) throw new Error(`“${values.port}” is no port`);
    return { ...values, play: values.play, port: Number(values.port) };
  } catch (error) {
    throw new Error(`${error instanceof Error ? error.message : String(error)}\nusage: ${usage}`, { cause: error });
  }
}

async function start({ port, http, play: chosen }: Options, running: Stoppable[]): Promise<Demo> {
  refuseSecond();
  rmSync(folder, { recursive: true, force: true });
  say('  Starting the workspace, the shop and Warroom …');
  // A play that nobody watches takes any free port; a person gets one that is easy to remember.
  const workspace = await startWorkspace({ port: chosen === undefined ? port : 0, notice, pageRoutes }).catch(
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE')
        throw new Error(`port ${port} on 127.0.0.1 is taken. Stop what uses it, or choose another with --port.`);
      throw error;
    },
  );
  running.push(workspace);
  say('  ✓ workspace: a small company in Slack, on this machine');
  const githubToken = 'local-github-token';
  const production = await startProduction({ githubToken });
  production.load.start();
  running.push(production);
  say(`  ✓ production: a shop with customers, its deploys and its metrics (${production.shopUrl})`);
  const app = await startApp({ workspace, production, githubToken, mode: http ? 'http' : 'socket', store: { folder } });
  running.push(app);
  say(`  ✓ warroom: ready, ${app.url} (embedded: for trying out)`);
  void app.ended.then((code) => {
    if (code !== 0 && code !== null) say(`\n  Warroom ended with code ${code}. Its last words:\n${app.lines.slice(-5).join('\n')}`);
  });
  return { workspace, production, app };
}

/** The folder is emptied at every start, so it must be certain that nobody uses it. Warroom's own lock file says so. */
function refuseSecond(): void {
  const lock = `${folder}.lock`;
  if (!existsSync(lock)) return;
  const { pid } = JSON.parse(readFileSync(lock, 'utf8')) as { pid: number };
  try {
    process.kill(pid, 0);
  } catch {
    return rmSync(lock, { force: true });
  }
  throw new Error(`another demo runs here already (process ${pid}, data folder ${folder}). Stop that one first.`);
}

async function play({ workspace, production, app }: Demo, { fast, stumble }: Options): Promise<boolean> {
  say(`  The campaign case${stumble ? ', with a step that fails on purpose' : ''}:\n`);
  const story = createStory({ fast, print: say });
  const { recoveredMs, brokenShare, healthyShare, timeline } = await playCampaign({ api: workspace.api, production, story, stumble });
  const unposted = await undelivered(workspace, app);
  say(`\n${timeline}\n`);
  say(`  checkout errors      ${(brokenShare * 100).toFixed(1)} % → ${(healthyShare * 100).toFixed(1)} % (measured)`);
  say(`  declared → recovered ${(recoveredMs / 1000).toFixed(1)} s`);
  say(`  messages not posted  ${unposted}`);
  const good = healthyShare < 0.01 && unposted === 0;
  say(good ? '\n  The shop is healthy again, and everybody was told.' : '\n  NOT as it should be.');
  return good;
}

/** Jobs still waiting after a moment, or given up: a message somebody did not get. */
async function undelivered(workspace: Workspace, app: RunningApp): Promise<number> {
  const left = async (): Promise<number> => {
    const text = await (await fetch(`${app.url}/metrics`)).text();
    const value = (name: string): number => Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1] ?? Number.NaN);
    return value('warroom_outbox_due') + value('warroom_outbox_parked');
  };
  await workspace.api.waitFor(async () => (await left()) === 0, { timeoutMs: 10_000 }).catch(() => undefined);
  return left();
}

function tellHowToStart(): void {
  say('  Try:  type /incident declare in the composer');
  say('        act as somebody else with the switcher on top: an approval needs a second person');
  say('        npm run demo -- --play campaign   plays the whole case by itself, with --stumble a harder one');
  say('\n  Ctrl-C ends it.');
}

function endOnSignal(running: Stoppable[]): void {
  let ending = false;
  const end = (): void => {
    if (ending) return;
    ending = true;
    void stopAll(running).then(() => process.exit(0));
  };
  process.on('SIGINT', end);
  process.on('SIGTERM', end);
}

const running: Stoppable[] = [];
endOnSignal(running);
await main(running).catch(async (error: unknown) => {
  process.stderr.write(`\nThe demo stopped: ${error instanceof Error ? error.message : String(error)}\n`);
  await stopAll(running);
  process.exit(1);
});
