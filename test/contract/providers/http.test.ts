// The HTTP provider against the two services of the local production that have nothing but an HTTP API.
import { startProduction, type Production } from '../../../sandbox/production/production.ts';
import { openTarget } from '../../../src/providers/index.ts';
import { deadUrl, startFront } from './front.ts';
import { testRollbackTarget } from './rollback-target.ts';
import type { Vendor } from './vendor.ts';

testRollbackTarget('A flag over HTTP', () =>
  startVendor({
    address: ({ flagsUrl }) => flagsUrl,
    token: ({ flagsToken }) => flagsToken,
    place: '/flags/promo-banner',
    pick: '/enabled',
    body: { enabled: '{value}', comment: 'rollback {operation}' },
    states: { from: 'true', to: 'false', other: 'false' },
    changes: ({ flags }) => flags.audit().length,
    deployed: (enabled) => ({ enabled }),
  }),
);

testRollbackTarget('The weights of a balancer over HTTP', () =>
  startVendor({
    address: ({ balancerUrl }) => balancerUrl,
    token: ({ balancerToken }) => balancerToken,
    place: '/weights',
    pick: '/weights',
    body: { weights: '{value}' },
    states: { from: '{"v41":100}', to: '{"v41": 50}', other: '{"v41":20}' },
    changes: weightChanges(),
    deployed: (weights) => ({ weights }),
  }),
);

interface Service {
  address: (production: Production) => string;
  token: (production: Production) => string;
  place: string;
  pick: string;
  body: object;
  states: Vendor['states'];
  changes: (production: Production) => number;
  /** What a colleague would send by hand to have this value. */
  deployed: (value: unknown) => object;
}

async function startVendor(service: Service): Promise<Vendor> {
  const production = await startProduction();
  const [address, goodToken] = [service.address(production), service.token(production)];
  const front = await startFront(address);
  return {
    ...front,
    deadUrl: await deadUrl(),
    states: service.states,
    open: ({ url = front.url, token = goodToken, place = service.place, allowPrivate = true } = {}) =>
      openTarget(
        { http: { hosts: [new URL(url).host], allowPrivate, tokens: { service: token } } },
        targetOf(service, new URL(place, url).href),
      ),
    changes: () => service.changes(production),
    async deploy(value) {
      const headers = { authorization: `Bearer ${goodToken}`, 'content-type': 'application/json' };
      const body = JSON.stringify(service.deployed(JSON.parse(value)));
      const { ok } = await fetch(`${address}${service.place}`, { method: 'PUT', headers, body });
      if (!ok) throw new Error('the change was refused');
    },
    async stop() {
      await front.close();
      await production.stop();
    },
  };
}

const targetOf = ({ pick, body }: Service, url: string) => ({
  provider: 'http',
  name: 'the value',
  read: { url, pick, token: 'service' },
  write: { url, method: 'PUT', token: 'service', body },
});

/** The balancer keeps no books: what is counted is how often its weights were found to be others. */
function weightChanges(): (production: Production) => number {
  let [count, last] = [0, ''];
  return ({ fleet }) => {
    const now = JSON.stringify(fleet.weights());
    if (now !== last) [count, last] = [count + 1, now];
    return count;
  };
}
