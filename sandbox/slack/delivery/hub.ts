/** Chooses the way to the app, keeps the log, and repeats events that were not acknowledged. */
import type { Clock } from '../state/clock.ts';
import type { Log } from '../state/log.ts';
import type { Envelope, Receipt, Transport } from './envelope.ts';

export interface Delivery {
  id: number;
  envelope: Envelope;
  receipt: Receipt;
}

export interface Hub {
  mode(): 'socket' | 'http' | 'none';
  /** One attempt, for what a person waits for. */
  deliver(envelope: Envelope): Promise<Receipt>;
  /** Up to four attempts, spread as Slack spreads them. */
  event(envelope: Envelope): void;
  /** What was sent, by log id: tests send it again. */
  delivered(): readonly Delivery[];
  clear(): void;
  /** Resolves once no attempt is under way; retries planned for later do not count. */
  idle(): Promise<void>;
}

export interface HubParts {
  socket: Transport;
  http: Transport;
  clock: Clock;
  log: Log;
}

/** Wait before retry 1, 2 and 3. */
const retryWaits = [0, 60_000, 300_000];
const keptDeliveries = 1000;

/** A connected socket wins over a request URL, as `socket_mode_enabled` does. */
export function createHub({ socket, http, clock, log }: HubParts): Hub {
  const history = createHistory(log);
  const underWay = new Set<Promise<unknown>>();
  const mode = () => (socket.ready ? 'socket' : http.ready ? 'http' : 'none');

  async function send(envelope: Envelope): Promise<Receipt> {
    const way = mode();
    if (way === 'none') return { ok: false, ms: 0, error: 'dispatch_failed' };
    return (way === 'socket' ? socket : http).send(envelope);
  }

  async function attempt(envelope: Envelope): Promise<Receipt> {
    const receipt = await send(envelope);
    history.add(envelope, receipt);
    return receipt;
  }

  function track<T>(work: Promise<T>): Promise<T> {
    underWay.add(work);
    void work.finally(() => underWay.delete(work));
    return work;
  }

  async function withRetries(envelope: Envelope, retriesDone: number): Promise<void> {
    const receipt = await attempt(envelope);
    if (receipt.ok || receipt.noRetry) return;
    const wait = retryWaits[retriesDone];
    if (wait === undefined) return;
    const next = { ...envelope, retry: { attempt: retriesDone + 1, reason: receipt.error } };
    const again = () => void track(withRetries(next, retriesDone + 1));
    if (wait === 0) again();
    else clock.at(clock.now() + wait, again);
  }

  return {
    mode,
    deliver: (envelope) => track(attempt(envelope)),
    event: (envelope) => void track(withRetries(envelope, 0)),
    delivered: () => history.all(),
    clear: () => history.clear(),
    async idle() {
      while (underWay.size > 0) await Promise.allSettled(underWay);
    },
  };
}

/** The log keeps what can be read; this keeps what can be sent again. */
function createHistory(log: Log) {
  let deliveries: Delivery[] = [];
  return {
    all: () => deliveries,
    clear: () => void (deliveries = []),
    add(envelope: Envelope, receipt: Receipt) {
      const outcome = receipt.ok ? { ok: true, response: receipt.payload } : { ok: false, error: receipt.error };
      const request = envelope.retry ? { ...envelope.payload, retry: envelope.retry } : envelope.payload;
      const entry = log.add({ kind: 'delivery', name: envelope.name, ms: receipt.ms, request, ...outcome });
      deliveries.push({ id: entry.id, envelope, receipt });
      if (deliveries.length > keptDeliveries + 100) deliveries = deliveries.slice(-keptDeliveries);
    },
  };
}
