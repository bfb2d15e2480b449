// Starts the local production alone and prints where everything is, as one line of JSON.
import { parseArgs } from 'node:util';
import { startProduction } from './production.ts';

const { values } = parseArgs({
  options: {
    'github-port': { type: 'string', default: '0' },
    'shop-port': { type: 'string', default: '0' },
    'flags-port': { type: 'string', default: '0' },
    'prometheus-port': { type: 'string', default: '0' },
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
production.load.start();
const { githubUrl, shopUrl, balancerUrl, balancerToken, flagsUrl, flagsToken, prometheusUrl, github } = production;
const githubToken = github.token();
console.log(JSON.stringify({ githubUrl, githubToken, shopUrl, balancerUrl, balancerToken, flagsUrl, flagsToken, prometheusUrl }));
if (values.campaign) await production.campaign.start();

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void production.stop());
