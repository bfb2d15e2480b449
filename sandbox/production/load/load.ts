// Customers: a steady, bounded rate of requests through the balancer, each measured. Nothing is assumed about the answers.
import { Agent, request } from 'node:http';
import type { Recorder } from '../metrics/recorder.ts';
import { SKUS } from '../shop/versions.ts';

export interface LoadOptions {
  shopUrl: string;
  recorder: Recorder;
  perSecond: number;
  now: () => number;
}

export interface Load {
  start(): void;
  /** Stops and waits for the requests under way. */
  stop(): Promise<void>;
  /** At most 200 a second. */
  setRate(perSecond: number): void;
  rate(): number;
  running(): boolean;
}

const MOST_PER_SECOND = 200;
const MOST_IN_FLIGHT = 100;
const TICK_MS = 50;
const TIMEOUT_MS = 5_000;
/** Three of four requests are checkouts, as on the day of a campaign. */
const CHECKOUT_SHARE = 0.75;

/** A load generator that has not started. */
export function createLoad({ shopUrl, recorder, perSecond, now }: LoadOptions): Load {
  const agent = new Agent({ keepAlive: true, maxSockets: MOST_IN_FLIGHT });
  const inFlight = new Set<Promise<void>>();
  let rate = bounded(perSecond);
  let timer: NodeJS.Timeout | undefined;
  let owed = 0;
  let last = 0;

  const fire = (): void => {
    const done = send(agent, shopUrl, Math.random() < CHECKOUT_SHARE).then((seen) => recorder.observe({ ...seen, at: now() }));
    inFlight.add(done);
    void done.finally(() => inFlight.delete(done));
  };
  const tick = (): void => {
    const at = performance.now();
    // A late tick pays what it owes, but never more than a second's worth: a paused machine must not answer with a flood.
    owed = Math.min(owed + ((at - last) / 1_000) * rate, rate);
    last = at;
    for (; owed >= 1; owed -= 1) if (inFlight.size < MOST_IN_FLIGHT) fire();
  };
  return {
    start() {
      last = performance.now();
      timer ??= setInterval(tick, TICK_MS);
    },
    async stop() {
      clearInterval(timer);
      timer = undefined;
      await Promise.all(inFlight);
      agent.destroy();
    },
    setRate: (value) => void (rate = bounded(value)),
    rate: () => rate,
    running: () => timer !== undefined,
  };
}

function bounded(perSecond: number): number {
  if (!Number.isFinite(perSecond) || perSecond < 0) throw new Error('the rate must be a number from 0 to 200');
  return Math.min(perSecond, MOST_PER_SECOND);
}

interface Seen {
  route: string;
  code: string;
  version: string;
  seconds: number;
}

function send(agent: Agent, shopUrl: string, checkout: boolean): Promise<Seen> {
  const route = checkout ? '/checkout' : '/browse';
  const body = checkout ? JSON.stringify({ sku: Math.floor(Math.random() * SKUS) }) : '';
  const headers = checkout ? { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) } : {};
  const began = performance.now();
  return new Promise((resolve) => {
    const see = (code: string, version: string) => resolve({ route, code, version, seconds: (performance.now() - began) / 1_000 });
    const asked = request(`${shopUrl}${route}`, { method: checkout ? 'POST' : 'GET', agent, headers, timeout: TIMEOUT_MS }, (answer) => {
      const served = answer.headers['x-served-by'];
      answer.resume();
      answer.once('close', () => see(answer.complete ? String(answer.statusCode) : '000', typeof served === 'string' ? served : 'none'));
    });
    asked.once('timeout', () => asked.destroy());
    asked.once('error', () => see('000', 'none'));
    asked.end(body);
  });
}
