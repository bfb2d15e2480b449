/** A service whose values are read and written over HTTP, one for each step that is measured. */
import { setTimeout as sleep } from 'node:timers/promises';
import { serveRoutes, type Ask } from '../sandbox/production/http.ts';

const nameOf = ({ params }: Ask): string => params['name'] ?? '';

export interface Values {
  url: string;
  /** Every value is again one that a rollback changes. */
  reset: () => void;
  stop: () => Promise<void>;
}

const [bad, good] = ['bad', 'good'];

/** Every value is bad until it is written; a write takes this long. */
export async function startValues({ writeMs }: { writeMs: number }): Promise<Values> {
  const written = new Map<string, unknown>();
  const write = async (ask: Ask) => {
    await sleep(writeMs);
    written.set(nameOf(ask), (JSON.parse(ask.raw.toString('utf8')) as { value: unknown }).value);
    return { status: 204 };
  };
  const server = await serveRoutes([
    ['GET', '/values/:name', (ask) => ({ status: 200, body: { value: written.get(nameOf(ask)) ?? bad } })],
    ['PUT', '/values/:name', write],
  ]);
  return { url: server.url, reset: () => written.clear(), stop: () => server.close() };
}

/** The provider of these values, as warroom.yml has it. */
export const valuesProvider = (url: string) => ({ http: { hosts: [url], allowPrivate: true } });

/** A step that makes one of these values good, as warroom.yml has it. */
export function valueStep(url: string, name: string) {
  const address = `${url}/values/${name}`;
  const write = { url: address, method: 'PUT', body: { value: '{value}' } };
  return { id: name, kind: 'config', provider: 'http', target: { name, read: { url: address, pick: '/value' }, write }, to: good };
}
