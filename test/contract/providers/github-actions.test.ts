import { startProduction, type Production } from '../../../sandbox/production/production.ts';
import { openTarget } from '../../../src/providers/index.ts';
import { deadUrl } from './front.ts';
import { testRollbackTarget, testRunTarget } from './rollback-target.ts';
import type { RunVendor, Trouble } from './vendor.ts';

const token = 'local-github-token';

testRollbackTarget('GitHub Actions', startVendor);
testRunTarget('GitHub Actions', startVendor);

async function startVendor(): Promise<RunVendor> {
  const production = await startProduction({ runSeconds: 0.2, githubToken: token });
  const { github } = production;
  return {
    url: github.url,
    deadUrl: await deadUrl(),
    states: { from: 'v41', to: 'v40', other: 'v42' },
    versions: { live: 'v41', lastGood: 'v40', failed: 'v39', never: 'v99', next: 'v42' },
    open: ({ url = github.url, token: used = token, place = 'acme/shop', allowPrivate = true } = {}) =>
      openTarget({ 'github-actions': { apiUrl: url, token: used, allowPrivate, pollMs: 20 } }, codeOf(place)),
    deploy: (label) => deploy(production, label),
    trouble: (trouble) => github.faults.add(faultOf(trouble)),
    setLag: (ms) => github.setListLag(ms),
    starts: () => github.requests().filter(({ method }) => method === 'POST').length,
    calls: () => github.requests().length,
    runsOf: (operationId) => github.ledger().filter(({ opId }) => opId === operationId).length,
    idle: () => github.idle(),
    changes: () => github.ledger().filter(({ effect }) => effect === 'switched').length,
    stop: () => production.stop(),
  };
}

async function deploy({ github }: Production, version: string): Promise<void> {
  await github.idle();
  const response = await fetch(`${github.url}/repos/acme/shop/actions/workflows/deploy.yml/dispatches`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ ref: 'main', inputs: { version } }),
  });
  if (response.status !== 204) throw new Error(`the deploy was refused: ${await response.text()}`);
  await github.idle();
}

function faultOf(trouble: Trouble): Parameters<Production['github']['faults']['add']>[0] {
  if (trouble.on === 'reads') return { kind: 'status', status: 503, method: 'GET', path: /\/deployments$/, times: trouble.times };
  const start = { method: 'POST', path: '/dispatches' };
  switch (trouble.kind) {
    case 'error':
      return { ...start, kind: 'status', status: 502 };
    case 'accepted-then-error':
      return { ...start, kind: 'status_after', status: 502 };
    case 'accepted-then-cut':
      return { ...start, kind: 'cut_after' };
    case 'accepted-then-silent':
      return { ...start, kind: 'hang_after' };
    case 'rate-limit':
      return { ...start, kind: 'secondary_limit', retryAfter: 30 };
  }
}

/** The code section of a service's environment, as warroom.yml gives it. */
const codeOf = (repository: string) => ({
  provider: 'github-actions',
  repository,
  workflow: 'rollback.yml',
  ref: 'main',
  inputs: { target: 'target', operation: 'op_id' },
  deployments: { environment: 'production' },
});
