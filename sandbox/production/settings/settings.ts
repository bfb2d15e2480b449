// A service that keeps one value per key and a ledger of its own: what was asked of it, and what that changed.
import { createFaults, type Faults } from '../faults.ts';
import { jsonBody, serveRoutes, type Answer, type Ask } from '../http.ts';

/** A write that was accepted, whether or not its answer arrived. */
export interface Accepted {
  /** The name that the caller gave to what it does. */
  operation: string;
  key: string;
  to: string;
  /** Whether it changed anything: the same value again does not, nor does an order that was carried out before. */
  effect: boolean;
}

export interface SettingsService {
  url: string;
  faults: Faults;
  /** The value, or undefined where none was ever set. */
  value(key: string): string | undefined;
  /** Sets values by hand: nobody's operation, and not in the ledger. */
  set(values: Readonly<Record<string, string>>): void;
  /** Every write that was accepted, oldest first. */
  ledger(): readonly Accepted[];
  close(): Promise<void>;
}

/**
 * `PUT /values/:key` makes the value so, however often it is sent; `POST /orders/:key` is carried out once for each operation.
 * `GET /health/:name` answers 200 while `isWell` says so, else 503.
 */
export async function startSettings(isWell: (name: string) => boolean): Promise<SettingsService> {
  const values = new Map<string, string>();
  const ledger: Accepted[] = [];
  const faults = createFaults();

  const read = ({ params }: Ask): Answer => {
    const value = values.get(params['key'] ?? '');
    return value === undefined ? { status: 404, body: { error: 'no such key' } } : { status: 200, body: { value } };
  };
  const write = (ask: Ask, isDone: (operation: string, value: string) => boolean): Answer => {
    const { value, operation } = jsonBody(ask);
    const { key = '' } = ask.params;
    if (typeof value !== 'string' || typeof operation !== 'string')
      return { status: 422, body: { error: 'value and operation are texts' } };
    const effect = !isDone(operation, value);
    if (effect) values.set(key, value);
    ledger.push({ operation, key, to: value, effect });
    return { status: 200, body: { value: values.get(key) } };
  };
  const server = await serveRoutes(
    [
      ['GET', '/values/:key', read],
      ['PUT', '/values/:key', (ask) => write(ask, (_operation, value) => values.get(ask.params['key'] ?? '') === value)],
      ['POST', '/orders/:key', (ask) => write(ask, (operation) => ledger.some((each) => each.operation === operation))],
      ['GET', '/health/:name', ({ params }) => ({ status: isWell(params['name'] ?? '') ? 200 : 503 })],
    ],
    { faults },
  );
  const set: SettingsService['set'] = (given) => {
    for (const [key, value] of Object.entries(given)) values.set(key, value);
  };
  return { url: server.url, faults, set, value: (key) => values.get(key), ledger: () => ledger, close: () => server.close() };
}
