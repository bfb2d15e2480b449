/** What is rolled back: a repository, a weight and a flag for each service, and the ledgers in which every effect stands. */
import type { Fault } from '../../sandbox/production/faults.ts';
import { startForge, type Forge } from '../../sandbox/production/github/forge.ts';
import { startSettings, type SettingsService } from '../../sandbox/production/settings/settings.ts';
import { bad, badVersion, good, goodVersion, keysOf } from './configuration.ts';
import type { Dice } from './dice.ts';

export interface Production {
  addresses: { forge: string; settings: string };
  /** Somebody ships the bad version: everything is as bad as before the first rollback. */
  deployBad: (service: string) => Promise<void>;
  /** Lets some of the next writes go wrong; most of them are carried out, and nobody is told. @returns how many */
  loseAnswers: (service: string) => number;
  /** One entry per effect, as the providers counted them. Deployments by people are not among them. */
  effects: () => { opId: string }[];
  /** Writes that were accepted and changed nothing, because the first one had. */
  absorbed: () => number;
  stop: () => Promise<void>;
}

const token = 'chaos-github-token';

/** Starts the ledgers of these services on loopback; the bad version is live everywhere. */
export async function startProduction(services: readonly string[], dice: Dice): Promise<Production & { githubToken: string }> {
  const forge = await startForge({ names: services, token, runSeconds: 0.5, live: badVersion });
  const settings = await startSettings((service) => isWell(service, { forge, settings }));
  for (const service of services) settings.set(valuesOf(service, bad));
  const answers = dice.fork();
  return {
    githubToken: token,
    addresses: { forge: forge.url, settings: settings.url },
    deployBad: async (service) => {
      settings.set(valuesOf(service, bad));
      await deploy(forge, service);
    },
    loseAnswers: (service) =>
      [
        lose(answers, settings, { method: 'PUT', path: `/values/${service}.` }),
        lose(answers, settings, { method: 'POST', path: `/orders/${service}.` }),
        lose(answers, forge.repository(service), { method: 'POST', path: '/rollback.yml/dispatches' }),
      ].filter(Boolean).length,
    effects: () => [
      ...services.flatMap((service) => forge.repository(service).ledger()).flatMap(({ opId }) => (opId === undefined ? [] : [{ opId }])),
      ...settings.ledger().flatMap(({ operation, effect }) => (effect ? [{ opId: operation }] : [])),
    ],
    absorbed: () => settings.ledger().filter(({ effect }) => !effect).length,
    stop: async () => {
      await Promise.all([forge.close(), settings.close()]);
    },
  };
}

const valuesOf = (service: string, value: string): Record<string, string> => {
  const { weight, flag } = keysOf(service);
  return { [weight]: value, [flag]: value };
};

/** Well is what was really rolled back, all of it. */
function isWell(service: string, { forge, settings }: { forge: Forge; settings: SettingsService }): boolean {
  const { weight, flag } = keysOf(service);
  return settings.value(weight) === good && settings.value(flag) === good && forge.live(service) === goodVersion;
}

const share = 0.4;

/** Carried out without an answer, answered with an error all the same, answered late, or not carried out at all. */
const troubles: readonly Fault[] = [
  { kind: 'cut_after' },
  { kind: 'cut_after' },
  { kind: 'status_after', status: 500 },
  { kind: 'status_after', status: 502 },
  { kind: 'latency', ms: 1500 },
  { kind: 'hang_after' },
  { kind: 'cut_before' },
];

function lose(dice: Dice, { faults }: Pick<SettingsService, 'faults'>, where: { method: string; path: string }): boolean {
  const [isMeant, trouble] = [dice.chance(share), dice.pick(troubles)];
  if (isMeant) faults.add({ ...trouble, ...where });
  return isMeant;
}

async function deploy(forge: Forge, service: string): Promise<void> {
  const answer = await fetch(`${forge.url}/repos/acme/${service}/actions/workflows/deploy.yml/dispatches`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ ref: 'main', inputs: { version: badVersion } }),
  });
  if (!answer.ok) throw new Error(`nobody could deploy ${service}: ${answer.status} ${await answer.text()}`);
  await forge.repository(service).idle();
}
