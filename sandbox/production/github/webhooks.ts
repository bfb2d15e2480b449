// Webhook deliveries, signed as GitHub signs them and, as GitHub does, never sent again by themselves.
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

/**
 * What goes wrong on the way: each delivery comes twice under its id; those of a run only when it is over, the last first; signed with
 * another secret; or not at all.
 */
export type WebhookTrouble = 'twice' | 'backwards' | 'forged' | 'lost';

export interface Webhooks {
  target: WebhookTarget | undefined;
  trouble: WebhookTrouble | undefined;
  /** In the order in which they were sent. */
  deliveries: Delivery[];
  send(event: string, payload: Record<string, unknown>): void;
  /** Sends one again as it was, as the button “Redeliver” does. @returns the receiver's status */
  redeliver(id: string): Promise<number>;
  /** Resolves when everything sent so far has been delivered. */
  idle(): Promise<void>;
}

/** A delivery as it goes over the wire. */
interface Letter {
  id: string;
  event: string;
  action: string | undefined;
  /** Taken when it happened: the run goes on while the queue waits. */
  body: string;
}

const TIMEOUT_MS = 10_000;

/** Deliveries go out one after the other, in the order of the events unless there is trouble. */
export function createWebhooks(target?: WebhookTarget): Webhooks {
  let tail = Promise.resolve();
  const kept = new Map<string, Letter>();
  const held: Letter[] = [];
  const post = async (to: WebhookTarget, letter: Letter): Promise<number> => {
    const { id, event, action } = letter;
    const status = await deliver(to, letter);
    webhooks.deliveries.push({ id, event, action, status });
    return status;
  };
  const webhooks: Webhooks = {
    target,
    trouble: undefined,
    deliveries: [],
    send(event, payload) {
      const { target: to, trouble } = webhooks;
      if (!to) return;
      const action = typeof payload['action'] === 'string' ? payload['action'] : undefined;
      const letter = { id: randomUUID(), event, action, body: JSON.stringify(payload) };
      kept.set(letter.id, letter);
      const address = trouble === 'forged' ? { ...to, secret: `not ${to.secret}` } : to;
      for (const each of onItsWay(letter, trouble, held)) {
        const before = tail;
        tail = before.then(async () => void (await post(address, each)));
      }
    },
    async redeliver(id) {
      const letter = kept.get(id);
      if (!letter || !webhooks.target) throw new Error(`there is no delivery ${id} to send again`);
      return post(webhooks.target, letter);
    },
    idle: () => tail,
  };
  return webhooks;
}

/** What leaves now because of this one. */
function onItsWay(letter: Letter, trouble: WebhookTrouble | undefined, held: Letter[]): Letter[] {
  switch (trouble) {
    case 'lost':
      return [];
    case 'twice':
      return [letter, letter];
    case 'backwards':
      held.push(letter);
      return letter.event === 'workflow_run' && letter.action === 'completed' ? held.splice(0).toReversed() : [];
    case 'forged':
    case undefined:
      return [letter];
  }
}

async function deliver({ url, secret }: WebhookTarget, { id, event, body }: Letter): Promise<number> {
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
