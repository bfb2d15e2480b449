// Child processes: started, awaited and, whatever happens, ended by their own pid.
import { spawn, spawnSync } from 'node:child_process';
import { constants } from 'node:os';
import { connect, createServer } from 'node:net';
import { say } from './log.mjs';

const cleanups = [];
const children = new Set();
let cleaning;
let interruptedBy;

/** Registers something to undo when the chore ends, on success, failure or signal alike. Last in, first out. */
export function onFinish(cleanup) {
  cleanups.push(cleanup);
}

/** Runs the chore, cleans up and exits with its code. */
export async function finishWith(chore) {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => void interrupted(signal));
  let code = 1;
  try {
    code = await chore();
  } catch (error) {
    say(error instanceof Error ? (error.stack ?? error.message) : String(error));
  }
  await cleanUp();
  process.exit(interruptedBy ? exitCodeOf(interruptedBy.signal) : code);
}

/** The program in front ends first and the servers after it; with nothing in front, or when somebody insists, all ends at once. */
async function interrupted(signal) {
  // npm repeats the signal that the terminal has sent to us already: only one that comes later means it.
  const insisting = interruptedBy !== undefined && Date.now() - interruptedBy.at > 1000;
  const repeated = interruptedBy !== undefined && !insisting;
  interruptedBy ??= { signal, at: Date.now() };
  if (repeated) return;

  // Ctrl-C reaches the program in front by itself; a second one from us would look like insisting.
  const fromTerminal = signal === 'SIGINT' && process.stdin.isTTY;
  if (!fromTerminal) for (const child of children) child.kill(signal);
  if (children.size > 0 && !insisting) return;
  await cleanUp();
  process.exit(exitCodeOf(signal));
}

function exitCodeOf(signal) {
  return 128 + (constants.signals[signal] ?? 0);
}

function cleanUp() {
  cleaning ??= (async () => {
    for (const cleanup of cleanups.toReversed()) {
      try {
        await cleanup();
      } catch (error) {
        // One that fails must not keep the others from running.
        say(`while cleaning up: ${String(error)}`);
      }
    }
  })();
  return cleaning;
}

/** Runs a program in the foreground and gives its exit code. */
export function runToEnd(command, args, options = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { stdio: 'inherit', ...options });
    children.add(child);
    child.once('error', (error) => {
      say(`${command}: ${error.message}`);
      resolve(127);
    });
    child.once('exit', (code, signal) => {
      children.delete(child);
      resolve(code ?? exitCodeOf(signal));
    });
  });
}

/** Runs a program silently; the result carries `ok` and both outputs. */
export function runQuietly(command, args, options = {}) {
  const { status, stdout, stderr, error } = spawnSync(command, args, { encoding: 'utf8', ...options });
  // A program that does not exist has no output at all, not even an empty one.
  return error ? { ok: false, stdout: '', stderr: error.message } : { ok: status === 0, stdout, stderr };
}

/** The first of these programs that starts and answers `--version`. */
export function firstRunnable(candidates) {
  return candidates.find((program) => runQuietly(program, ['--version']).ok);
}

/**
 * Starts a server in its own process group, so that Ctrl-C reaches it through us and after the tests, not before them.
 * It is stopped with `stopSignal` at the end, and killed if it does not listen.
 */
export function startServer(command, args, { stopSignal = 'SIGTERM', ...options } = {}) {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], detached: true, ...options });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => (output = (output + data).slice(-4000)));
  const exited = new Promise((resolve) => child.once('exit', resolve));
  const failed = new Promise((resolve) => child.once('error', (error) => resolve((output = error.message))));
  onFinish(async () => {
    if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
    child.kill(stopSignal);
    const killer = setTimeout(() => child.kill('SIGKILL'), 8000);
    await exited;
    clearTimeout(killer);
  });
  return { pid: child.pid, ended: Promise.race([exited, failed]), output: () => output };
}

/** A loopback port nobody uses at this moment. */
export function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

/** Asks again and again until the answer is yes, or the server has ended, or it takes too long. */
export async function waitUntil(question, { ended = new Promise(() => {}), timeoutMs = 20_000 } = {}) {
  const server = { ended: false };
  void ended.then(() => (server.ended = true));
  const deadline = Date.now() + timeoutMs;
  while (!server.ended && Date.now() < deadline) {
    if (await question()) return true;
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
  return false;
}

/** Sends bytes to a server and tells whether the first bytes that come back are the expected ones. */
export function answers({ host = '127.0.0.1', port, send, expect }) {
  return new Promise((resolve) => {
    const socket = connect({ host, port: Number(port) }, () => socket.write(send));
    const done = (yes) => {
      socket.destroy();
      resolve(yes);
    };
    socket.setTimeout(3000, () => done(false));
    socket.once('data', (data) => done(expect.test(String(data))));
    socket.once('error', () => done(false));
    socket.once('close', () => done(false));
  });
}
