import { describe, expect, it } from '@jest/globals';
import { readEnvironment } from '../../../src/config/environment.ts';
import { secretsOf } from '../../../src/config/secrets.ts';
import { configurationOf, problemsOf, providers } from './support.ts';

const canary = 'canary-7f3a';

describe('secrets', () => {
  it('are listed for the redaction of logs, passwords of addresses in both spellings', () => {
    const { environment } = readEnvironment({
      SLACK_BOT_TOKEN: 'xoxb-bot',
      SLACK_APP_TOKEN: 'xapp-app',
      DATABASE_URL: 'postgres://warroom:p%40ssword@db/warroom',
      REDIS_URL: 'redis://:redis-pass@redis:6379',
    });

    expect(environment && [...secretsOf(environment, configurationOf(providers))].toSorted()).toEqual(
      ['xoxb-bot', 'xapp-app', 'p%40ssword', 'p@ssword', 'redis-pass', 'ghp-canary-1'].toSorted(),
    );
  });

  it.each(['SLACK_BOT_TOKEN', 'SLACK_APP_TOKEN', 'SLACK_SIGNING_SECRET', 'DATABASE_URL', 'REDIS_URL', 'SLACK_API_URL'])(
    'never appear in what is said about a wrong %s',
    (name) => {
      const { problems } = readEnvironment({ [name]: canary, NODE_ENV: canary, PORT: canary, HOST: canary });

      expect(problems.length).toBeGreaterThan(0);
      expect(JSON.stringify(problems)).not.toContain(canary);
    },
  );

  it.each([
    ['an address', `providers: { prometheus: { url: '\${SECRET}' } }`],
    ['a switch', `providers: { prometheus: { url: https://p.example.com, allowPrivate: '\${SECRET}' } }`],
    ['an unknown setting', `providers: { prometheus: { url: https://p.example.com, tokn: '\${SECRET}' } }`],
    ['a link', `services: { shop: { owner: '@x', environments: {}, links: { runbook: '\${SECRET}' } } }`],
    ['a literal', `providers: { github-actions: { apiUrl: 'https://${canary}@example.com', token: ['${canary}'] } }`],
  ])('never appear in what is said about %s of the file', (_what, text) => {
    const problems = problemsOf(text, { SECRET: canary });

    expect(problems.length).toBeGreaterThan(0);
    expect(JSON.stringify(problems)).not.toContain(canary);
  });

  it('written into the file earn a warning', () => {
    const problems = problemsOf('providers: { github-actions: { token: literal-token } }');

    expect(problems).toContainEqual(expect.objectContaining({ severity: 'warning', path: 'providers.github-actions.token' }));
    expect(JSON.stringify(problems)).not.toContain('literal-token');
  });
});

describe('${NAME}', () => {
  it('needs the variable, and points at the line that does', () => {
    expect(problemsOf('providers:\n  github-actions:\n    token: ${NOWHERE}\n', {})).toContainEqual(
      expect.objectContaining({ line: 3, column: 12, message: 'needs the variable NOWHERE, which is not set' }),
    );
  });

  it('is the whole value or nothing', () => {
    const problems = problemsOf("providers: { prometheus: { url: 'https://${HOST}/x' } }", { HOST: 'h' });

    expect(problems).toContainEqual(expect.objectContaining({ path: 'providers.prometheus.url', message: 'mixes ${…} with other text' }));
  });

  it('means nothing outside of provider settings and links', () => {
    expect(problemsOf("slack: { digest: '${HOST}' }", { HOST: '#h' })).toContainEqual(
      expect.objectContaining({ path: 'slack.digest', message: 'cannot come from the environment' }),
    );
  });
});

describe('addresses', () => {
  it.each([
    [
      'a token over plain http',
      "providers: { github-actions: { apiUrl: 'http://git.example.com', token: '${T}' } }",
      'would send the token unencrypted',
    ],
    [
      'a private network nobody allowed',
      "providers: { prometheus: { url: 'http://10.0.0.7:9090' } }",
      'is an address of the private network',
    ],
    [
      'the metadata service of a cloud',
      "providers: { prometheus: { url: 'http://169.254.169.254/' } }",
      'is an address of the private network',
    ],
    ['another protocol', "providers: { prometheus: { url: 'file:///etc/passwd' } }", 'is not an address'],
  ])('are refused for %s', (_what, text, message) => {
    expect(problemsOf(text, { T: 'canary' })).toContainEqual(expect.objectContaining({ message: expect.stringContaining(message) }));
  });
});
