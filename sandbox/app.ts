/** Warroom itself, as its own process, told by environment variables alone where its Slack, its CI and its metrics are. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import type { Production } from './production/production.ts';
import type { Workspace } from './slack/workspace.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

export interface AppOptions {
  workspace: Pick<Workspace, 'apiUrl' | 'tokens' | 'setRequestUrl'>;
  production: Pick<Production, 'githubUrl' | 'prometheusUrl' | 'balancerUrl' | 'balancerToken' | 'flagsUrl' | 'flagsToken'>;
  githubToken: string;
  mode?: 'socket' | 'http';
  /** The embedded database's folder, or the servers. */
  store: { folder: string } | { databaseUrl: string; redisUrl: string };
  role?: 'web' | 'worker' | 'all';
  configFile?: string;
  port?: number;
  /** Runs the build in dist/ instead of the sources. */
  built?: boolean;
  env?: Readonly<Record<string, string>>;
  /** Every line it logs. */
  onLine?: (line: string) => void;
}

export interface RunningApp {
  pid: number;
  port: number;
  url: string;
  lines: readonly string[];
  /** Ends it in order, or at once with SIGKILL. Resolves when the process is gone. */
  stop: (signal?: 'SIGTERM' | 'SIGKILL') => Promise<void>;
  /** Resolves with the exit code. */
  ended: Promise<number | null>;
}

/** Starts it and resolves when it says that it is ready. @throws with what it printed when it ends before that */
export async function startApp(options: AppOptions): Promise<RunningApp> {
  // A worker takes no requests, so Slack goes on sending them to whoever does.
  const program = options.built ? ['--enable-source-maps', 'dist/main.js'] : ['--import', 'tsx', 'src/main.ts'];
  const child = spawn(process.execPath, [...program, '--role', options.role ?? 'all'], {
    cwd: root,
    env: { ...inherited(), ...environment(options), PORT: String(options.port ?? 0), ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const lines: string[] = [];
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  await ready(child, lines, options.onLine).catch((error: unknown) => {
    child.kill('SIGKILL'); // one that never got ready must not outlive the attempt
    throw error;
  });
  // It takes a free port by itself: one that we found would be somebody else's by the time it is used.
  const port = portIn(lines);
  if (options.mode === 'http' && options.role !== 'worker') options.workspace.setRequestUrl(`http://127.0.0.1:${port}/slack/events`);
  const stop = async (signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<void> => {
    child.kill(signal);
    await ended;
  };
  return { pid: child.pid ?? 0, port, url: `http://127.0.0.1:${port}`, lines, stop, ended };
}

/** The port it says it listens on. */
function portIn(lines: readonly string[]): number {
  const line = lines.find((each) => each.includes('warroom is ready')) ?? '{}';
  return (JSON.parse(line) as { port: number }).port;
}

/** What a process needs to run at all; nothing of the caller's configuration may leak in. */
function inherited(): NodeJS.ProcessEnv {
  const { PATH, HOME, TMPDIR, SystemRoot } = process.env;
  return Object.fromEntries(Object.entries({ PATH, HOME, TMPDIR, SystemRoot }).filter(([, value]) => value !== undefined));
}

function environment({ workspace, production, githubToken, mode, store, configFile }: AppOptions): Record<string, string> {
  const { tokens } = workspace;
  const connection: Record<string, string> =
    mode === 'http' ? { SLACK_SIGNING_SECRET: tokens.signingSecret } : { SLACK_APP_TOKEN: tokens.app };
  const place: Record<string, string> =
    'folder' in store ? { WARROOM_DATA: store.folder } : { DATABASE_URL: store.databaseUrl, REDIS_URL: store.redisUrl };
  return {
    ...connection,
    ...place,
    SLACK_BOT_TOKEN: tokens.bot,
    SLACK_API_URL: workspace.apiUrl,
    GITHUB_API_URL: production.githubUrl,
    GITHUB_TOKEN: githubToken,
    PROMETHEUS_URL: production.prometheusUrl,
    BALANCER_URL: production.balancerUrl,
    BALANCER_TOKEN: production.balancerToken,
    FLAGS_URL: production.flagsUrl,
    FLAGS_TOKEN: production.flagsToken,
    WARROOM_CONFIG: configFile ?? 'examples/warroom.yml',
  };
}

const startMs = 60_000;

async function ready(child: ChildProcess, lines: string[], onLine?: (line: string) => void): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const giveUp = setTimeout(
      () => reject(new Error(`Warroom is not ready after ${startMs / 1000} s:\n${lines.slice(-20).join('\n')}`)),
      startMs,
    );
    const settle = (end: () => void): void => {
      clearTimeout(giveUp);
      end();
    };
    const take = (line: string): void => {
      lines.push(line);
      onLine?.(line);
      if (line.includes('warroom is ready')) settle(resolve);
    };
    eachLine(child.stdout, take);
    eachLine(child.stderr, take);
    child.once('exit', (code) =>
      settle(() => reject(new Error(`Warroom ended with code ${code ?? 'none'}:\n${lines.slice(-20).join('\n')}`))),
    );
  });
}

function eachLine(stream: NodeJS.ReadableStream | null, take: (line: string) => void): void {
  let rest = '';
  stream?.on('data', (chunk: Buffer) => {
    const parts = (rest + chunk.toString('utf8')).split('\n');
    rest = parts.pop() ?? '';
    for (const line of parts.filter((part) => part.trim() !== '')) take(line);
  });
}

/** A free loopback port, for a program that must be told its port. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
