// Webhook deliveries, signed as GitHub signs them and, as GitHub does, never sent again.
import { createHmac, randomUUID } from 'node:crypto';

export interface WebhookTarget {
  url: string;
  secret: string;
}

export interface Delivery {
  id: string;
  event: string;
  action: string | undefined;
  /** The receiver's status, or 0 when it could not be reached. */
  status: number;
}

export interface Webhooks {
  target: WebhookTarget | undefined;
  deliveries: Delivery[];
  send(event: string, payload: Record<string, unknown>): void;
  /** Resolves when everything sent so far has been delivered. */
  idle(): Promise<void>;
}

const TIMEOUT_MS = 10_000;

/** Deliveries go out one after the other, in the order of the events. */
export function createWebhooks(target?: WebhookTarget): Webhooks {
  let tail = Promise.resolve();
  const webhooks: Webhooks = {
    target,
    deliveries: [],
    send(event, payload) {
      const to = webhooks.target;
      if (!to) return;
      const body = JSON.stringify(payload); // taken now: the run goes on while the queue waits
      const action = typeof payload['action'] === 'string' ? payload['action'] : undefined;
      const before = tail;
      const post = async (): Promise<void> => {
        await before;
        const delivery = { id: randomUUID(), event, action, status: 0 };
        delivery.status = await deliver(to, delivery, body);
        webhooks.deliveries.push(delivery);
      };
      tail = post();
    },
    idle: () => tail,
  };
  return webhooks;
}

async function deliver({ url, secret }: WebhookTarget, { id, event }: Delivery, body: string): Promise<number> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      body,
      headers: headers(id, event, sign(secret, body)),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    await response.body?.cancel();
    return response.status;
  } catch {
    return 0;
  }
}

function headers(id: string, event: string, signature: string): Record<string, string> {
  return {
    'content-type': 'application/json',
    'user-agent': 'GitHub-Hookshot/sandbox',
    'x-github-event': event,
    'x-github-delivery': id,
    'x-github-hook-id': '1',
    'x-github-hook-installation-target-type': 'repository',
    'x-hub-signature-256': signature,
  };
}

/** The value of `X-Hub-Signature-256`. */
function sign(secret: string, body: string): string {
  return `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;
}
