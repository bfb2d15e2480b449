// The config service: a few flags over HTTP, and who changed which one when.
import { createFaults, type Faults } from '../faults.ts';
import { jsonBody, requireBearer, serveRoutes, type Answer, type Ask } from '../http.ts';

export interface Flag {
  key: string;
  enabled: boolean;
  description: string;
  version: number;
  updated_at: string;
}

export interface FlagChange {
  id: number;
  key: string;
  from: boolean;
  to: boolean;
  comment: string | null;
  at: string;
}

export interface FlagService {
  url: string;
  token: string;
  flags(): Flag[];
  audit(): FlagChange[];
  faults: Faults;
  close(): Promise<void>;
}

export interface FlagOptions {
  port?: number;
  token: string;
  now: () => number;
}

const seed: readonly (readonly [key: string, description: string, enabled: boolean])[] = [
  ['promo-banner', 'The campaign: banner, discount and campaign prices at checkout', false],
  ['gift-wrap', 'Offer gift wrapping', true],
  ['fast-search', 'New search index', true],
];

const unknown = (key: string | undefined): Answer => ({ status: 404, body: { error: `no flag ${key}` } });

/** Starts the config service. A write that changes nothing is answered 200 and leaves no audit entry. */
export async function startFlags({ port = 0, token, now }: FlagOptions): Promise<FlagService> {
  const iso = () => new Date(now()).toISOString();
  const flags = new Map<string, Flag>(
    seed.map(([key, description, enabled]) => [key, { key, enabled, description, version: 1, updated_at: iso() }]),
  );
  const audit: FlagChange[] = [];
  const faults = createFaults();

  const put = (ask: Ask): Answer => {
    const flag = flags.get(ask.params['key'] ?? '');
    if (!flag) return unknown(ask.params['key']);
    const { enabled, comment } = jsonBody(ask);
    if (typeof enabled !== 'boolean') return { status: 422, body: { error: 'enabled must be true or false' } };
    if (flag.enabled === enabled) return { status: 200, body: flag };
    const { key, enabled: from } = flag;
    audit.push({ id: audit.length + 1, key, from, to: enabled, comment: typeof comment === 'string' ? comment : null, at: iso() });
    Object.assign(flag, { enabled, version: flag.version + 1, updated_at: iso() });
    return { status: 200, body: flag };
  };
  const get = (ask: Ask): Answer => {
    const flag = flags.get(ask.params['key'] ?? '');
    return flag ? { status: 200, body: flag } : unknown(ask.params['key']);
  };

  const server = await serveRoutes(
    [
      ['GET', '/flags', () => ({ status: 200, body: { flags: [...flags.values()] } })],
      ['GET', '/flags/:key', get],
      ['PUT', '/flags/:key', put],
      ['GET', '/evaluate/:key', get], // where programs ask; people and their tools use the routes above
      ['GET', '/audit', () => ({ status: 200, body: { changes: audit.toReversed() } })],
    ],
    { port, faults, guard: (ask) => requireBearer(ask, token) },
  );
  return { url: server.url, token, faults, flags: () => [...flags.values()], audit: () => [...audit], close: () => server.close() };
}
