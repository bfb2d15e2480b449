// Starts the local production alone and prints where everything is, as one line of JSON.
import { parseArgs } from 'node:util';
import { serveControl } from './control.ts';
import { startProduction } from './production.ts';

const port = { type: 'string', default: '0' } as const;
const { values } = parseArgs({
  options: {
    'github-port': port,
    'shop-port': port,
    'flags-port': port,
    'prometheus-port': port,
    'control-port': port,
    'run-seconds': { type: 'string', default: '3' },
    'list-lag-ms': { type: 'string', default: '0' },
    rate: { type: 'string', default: '20' },
    campaign: { type: 'boolean', default: false },
  },
});

const production = await startProduction({
  ports: {
    github: Number(values['github-port']),
    shop: Number(values['shop-port']),
    flags: Number(values['flags-port']),
    prometheus: Number(values['prometheus-port']),
  },
  runSeconds: Number(values['run-seconds']),
  listLagMs: Number(values['list-lag-ms']),
  load: { perSecond: Number(values.rate) },
});
const control = await serveControl(production, Number(values['control-port']));
production.load.start();
if (values.campaign) await production.campaign.start();

const { githubUrl, shopUrl, balancerUrl, balancerToken, flagsUrl, flagsToken, prometheusUrl, github } = production;
const addresses = { githubUrl, githubToken: github.token(), shopUrl, balancerUrl, balancerToken, flagsUrl, flagsToken, prometheusUrl };
console.log(JSON.stringify({ ...addresses, controlUrl: control.url }));

async function stop(): Promise<void> {
  await control.close();
  await production.stop();
}
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void stop());
