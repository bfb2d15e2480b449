/** The warroom.yml of the run: services of their own, each with a plan of three steps of different kinds. */
import { stringify } from 'yaml';
import type { Dice } from './dice.ts';

/** Warroom reads a file of at most 2,000 values, and each of these takes about 120 of them. */
export const mostServices = 14;

export const serviceNames = (count: number): string[] => Array.from({ length: count }, (_, index) => `svc-${index + 1}`);

/** What the two values of a service are called, in the service that keeps them. */
export const keysOf = (service: string): { weight: string; flag: string } => ({ weight: `${service}.weight`, flag: `${service}.flag` });

/** What the values are while the bad version runs, and what the plan makes of them. */
export const bad = 'bad';
export const good = 'good';
export const badVersion = 'v41';
export const goodVersion = 'v40';

interface Addresses {
  forge: string;
  settings: string;
}

/** @returns the file's text; which steps wait for which is left to the dice */
export function configurationOf(services: readonly string[], addresses: Addresses, dice: Dice): string {
  const host = new URL(addresses.settings).host;
  return stringify(
    {
      slack: { digest: '#incidents' },
      policies: [{ match: {}, approvals: 1, typeServiceName: false }],
      services: Object.fromEntries(services.map((service) => [service, serviceOf(service)])),
      plans: Object.fromEntries(services.map((service) => [`plan-${service}`, planOf(service, addresses, dice.pick(orders))])),
      providers: {
        'github-actions': { apiUrl: addresses.forge, token: '${GITHUB_TOKEN}', allowPrivate: true, poll: '250ms' },
        http: { hosts: [host], allowPrivate: true },
        'http-probe': { hosts: [host], allowPrivate: true },
      },
    },
    { aliasDuplicateObjects: false },
  );
}

const serviceOf = (service: string): object => ({
  owner: '@sre-leads',
  environments: {
    production: {
      class: 'production',
      code: {
        provider: 'github-actions',
        repository: `acme/${service}`,
        workflow: 'rollback.yml',
        inputs: { target: 'target', operation: 'op_id' },
      },
    },
  },
});

type Needs = Partial<Record<'weight' | 'flag' | 'code', string[]>>;

/** One after the other; two side by side and then the third; one first and then the two others side by side. */
const orders: readonly Needs[] = [
  { flag: ['weight'], code: ['flag'] },
  { code: ['weight', 'flag'] },
  { flag: ['weight'], code: ['weight'] },
];

function planOf(service: string, { settings }: Addresses, needs: Needs): object {
  const { weight, flag } = keysOf(service);
  const body = { value: '{value}', operation: '{operation}' };
  const targetOf = (key: string, write: object): object => ({
    name: key,
    read: { url: `${settings}/values/${key}`, pick: '/value' },
    write: { ...write, body },
  });
  const after = (step: keyof Needs): object => (needs[step] ? { needs: needs[step] } : {});
  const common = { provider: 'http', to: good };
  return {
    description: `Roll ${service} back`,
    service,
    environment: 'production',
    steps: [
      { id: 'weight', kind: 'traffic', ...common, target: targetOf(weight, { url: `${settings}/values/${weight}`, method: 'PUT' }) },
      {
        id: 'flag',
        kind: 'config',
        ...common,
        ...after('flag'),
        target: targetOf(flag, { url: `${settings}/orders/${flag}`, method: 'POST' }),
      },
      { id: 'code', kind: 'code', ...after('code') },
    ],
    verify: [healthOf(service, settings)],
  };
}

const healthOf = (service: string, settings: string): object => ({
  name: 'health',
  provider: 'http-probe',
  query: `${settings}/health/${service}`,
  pass: '>= 1',
  settle: '0s',
  interval: '500ms',
  count: 2,
  failureLimit: 20,
});
