import type { Environment } from './config/environment.ts';
import { loadConfiguration } from './config/load.ts';
import { ConfigurationError } from './config/problem.ts';
import { reportText } from './config/report.ts';
import { secretsOf } from './config/secrets.ts';
import { known } from './known.ts';
import { createLog } from './lib/log.ts';
import type { Warroom } from './warroom.ts';
import { startWarroom } from './warroom.ts';

/** An orderly end takes less than this, or it is forced: whoever waits for us (a deploy) will not wait longer. */
const stopMs = 25_000;

await main();

async function main(): Promise<void> {
  try {
    const { environment, configuration, warnings } = loadConfiguration({ argv: process.argv.slice(2), known });
    const log = createLog({ level: environment.logLevel, secrets: secretsOf(environment, configuration) });
    for (const { file, line, message, suggestion } of warnings) log.warn({ file, line, suggestion }, message);
    watchForBugs(log);
    endOnSignal(await startWarroom({ environment, configuration, log }), log, environment);
  } catch (error) {
    process.stderr.write(error instanceof ConfigurationError ? reportText(error.problems, undefined) : startTrouble(error));
    process.exit(1);
  }
}

type OwnLog = ReturnType<typeof createLog>;

function endOnSignal(warroom: Warroom, log: OwnLog, { web, role, store }: Environment): void {
  log.info({ port: warroom.port, host: web.host, role, store: store.kind }, 'warroom is ready');
  let ending = false;
  const end = (signal: NodeJS.Signals): void => {
    if (ending) return;
    ending = true;
    log.info({ signal }, 'warroom ends');
    setTimeout(() => process.exit(1), stopMs).unref();
    void warroom.stop().then(
      () => process.exit(0),
      (error: unknown) => {
        log.error({ err: error }, 'warroom did not end orderly');
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', end);
  process.on('SIGINT', end);
}

/** A process in an unknown state must not go on: what it was doing is in the store and is taken over. */
function watchForBugs(log: OwnLog): void {
  process.on('unhandledRejection', (reason) => {
    // The socket client rejects with nothing when it is stopped while it reconnects; that harms nobody.
    if (reason === undefined) return log.warn({}, 'socket closed while it was reconnecting');
    log.error({ err: reason }, 'unhandled rejection');
    process.exit(1);
  });
  process.on('uncaughtException', (error) => {
    log.error({ err: error }, 'uncaught exception');
    process.exit(1);
  });
}

/** What went wrong, in one line for the person who starts it. The stack stays out: it helps nobody who only mistyped an address. */
function startTrouble(error: unknown): string {
  const { name, message, code, cause } = error as { name?: string; message?: string; code?: string; cause?: unknown };
  const why = cause instanceof Error ? ` (${cause.message})` : '';
  return `Warroom did not start: ${message || code || name || String(error)}${why}\n`;
}
