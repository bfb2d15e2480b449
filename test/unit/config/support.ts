import { parseConfigurationText } from '../../../src/config/parse.ts';
import type { Problem } from '../../../src/config/problem.ts';
import type { Configuration } from '../../../src/config/schema.ts';

const known = { code: ['github-actions'], verify: ['prometheus'] };

const env = { GITHUB_TOKEN: 'ghp-canary-1', PROMETHEUS_TOKEN: 'prom-canary-2' };

export const providers = `
providers:
  github-actions: { token: '\${GITHUB_TOKEN}' }
  prometheus: { url: https://prometheus.example.com }
`;

/** One service that is right; tests replace the line they are about. */
export const service = `
services:
  shop:
    owner: '@sre-leads'
    environments:
      production:
        class: production
        code: { provider: github-actions, repository: acme/shop, workflow: rollback.yml }
        verify:
          - name: errors
            provider: prometheus
            query: rate(errors[{window}])
            pass: '< 0.01'
            window: 15s
`;

export function problemsOf(text: string, variables: Record<string, string> = env): readonly Problem[] {
  return parseConfigurationText(text, { file: 'warroom.yml', env: variables, known }).problems;
}

export function errorsOf(text: string): readonly Problem[] {
  return problemsOf(text).filter(({ severity }) => severity === 'error');
}

/** @throws with what is wrong, so that a test shows it. */
export function configurationOf(text: string): Configuration {
  const { configuration, problems } = parseConfigurationText(text, { file: 'warroom.yml', env, known });
  if (!configuration) throw new Error(JSON.stringify(problems, null, 2));
  return configuration;
}
