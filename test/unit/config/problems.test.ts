import { describe, expect, it } from '@jest/globals';
import { problemText } from '../../../src/config/problem.ts';
import { errorsOf, problemsOf, providers, service } from './support.ts';

/** What is said about the service when one of its parts is written differently. */
function after(written: string, instead: string) {
  expect(service).toContain(written);
  return errorsOf(service.replace(written, instead) + providers);
}

/** `a.b` and `5` -> `{ a: { b: 5 } }` */
function nested(section: string, value: string): string {
  return section.split('.').reduceRight((inner, key) => `{ ${key}: ${inner} }`, value);
}

const warned = (text: string) => problemsOf(text).map(({ severity, message }) => `${severity} ${message}`);

describe('problems', () => {
  it('are all reported at once, in the order of the file', () => {
    const text =
      'slack: { digest: incidents }\nservices: { Shop: {} }\nproviders: { jenkins: {} }\naudiences: { support: { channels: [help] } }\n';

    expect(errorsOf(text).map(({ line, path }) => [line, path])).toEqual([
      [1, 'slack.digest'],
      [2, 'services.Shop'],
      [3, 'providers.jenkins'],
      [4, 'audiences.support.channels[0]'],
    ]);
  });

  it('print like those of a compiler, with what would be right', () => {
    const [problem] = after('repository: acme/shop', 'repositry: acme/shop').filter(({ path }) => path.endsWith('repositry'));

    expect(problem && problemText(problem)).toBe(
      'warroom.yml:8:43: error: services.shop.environments.production.code.repositry is not a setting\n    did you mean repository?',
    );
  });

  it.each([
    ['a misspelt service setting', "owner: '@sre-leads'", "onwer: '@sre-leads'", 'services.shop.onwer', 'did you mean owner?'],
    [
      'a misspelt class',
      'class: production',
      'class: prodution',
      'services.shop.environments.production.class',
      'did you mean production?',
    ],
    ['a misspelt provider', 'provider: github-actions', 'provider: github-action', '.code.provider', 'did you mean github-actions?'],
    ['a misspelt metric provider', 'provider: prometheus', 'provider: promtheus', '.verify[0].provider', 'did you mean prometheus?'],
  ])('ask whether the known word was meant: %s', (_what, written, instead, path, suggestion) => {
    const found = after(written, instead).find((problem) => problem.path.endsWith(path));

    expect(found).toMatchObject({ suggestion });
  });

  it.each([
    ['a number without a unit', 'window: 15s', 'window: 15', 'is not a duration'],
    ['a number as comparison', "pass: '< 0.01'", 'pass: 0.01', 'is not a comparison'],
    ['a query that ignores its window', 'errors[{window}]', 'errors[5m]', 'does not use {window}'],
    [
      'a timeout before the first possible pass',
      'window: 15s',
      'window: 15s\n            timeout: 20s',
      'is over before the first possible pass',
    ],
    ['a repository that is an address', 'acme/shop', 'https://github.com/acme/shop', 'is not a repository'],
    ['a workflow outside its folder', 'rollback.yml', '../../rollback.yml', 'is not a workflow file'],
    [
      'one input for two things',
      'workflow: rollback.yml',
      'workflow: rollback.yml, inputs: { target: a, operation: a }',
      'is the same workflow input',
    ],
    ['an owner that is no handle', "'@sre-leads'", 'sre-leads', 'is not a person or user group'],
  ])('name %s', (_what, written, instead, message) => {
    expect(after(written, instead)).toMatchObject([{ message: expect.stringContaining(message) }]);
  });

  it('explain an unquoted channel, which YAML takes for a comment', () => {
    expect(errorsOf('slack:\n  digest: #incidents\n')).toMatchObject([
      { path: 'slack.digest', suggestion: expect.stringContaining('begins a comment') },
    ]);
  });

  it('say that an unquoted handle needs quotes', () => {
    expect(errorsOf('services:\n  shop:\n    owner: @sre-leads\n')[0]).toMatchObject({
      line: 3,
      message: expect.stringContaining('in quotes'),
    });
  });

  it('point at a provider that is used and not configured', () => {
    expect(errorsOf(service).map(({ line, path, message }) => [line, path.split('.').at(-1), message])).toEqual([
      [8, 'provider', 'is not configured'],
      [11, 'provider', 'is not configured'],
    ]);
  });

  it('list the severities when none is close to the one written', () => {
    expect(errorsOf('severities: { critical: {} }')).toMatchObject([{ suggestion: 'known here: SEV1, SEV2, SEV3, SEV4' }]);
  });

  it.each([
    ['written twice', 'slack: {}\nslack: {}\n', 'is written twice'],
    ['a number', 'services: { 1: {} }', 'has a key that is not a text'],
    ['reserved', 'services: { __proto__: {} }', 'has a key that is reserved'],
  ])('name a key that is %s', (_what, text, message) => {
    expect(errorsOf(text)).toMatchObject([{ message: expect.stringContaining(message) }]);
  });

  it.each(['constructor', 'hasOwnProperty', 'toString'])('treat %s as the unknown setting it is', (key) => {
    expect(errorsOf(`slack: { ${key}: 1 }`)).toMatchObject([{ path: `slack.${key}`, message: 'is not a setting' }]);
  });

  it('never throw, whatever stands where settings should be', () => {
    const values = ['5', 'text', '[]', '[[1]]', '{}', 'null', 'true', '{ a: [] }'];
    const sections = [
      'slack',
      'services',
      'providers',
      'policies',
      'severities',
      'audiences',
      'templates',
      'services.a',
      'services.a.environments.b.verify',
    ];

    for (const text of [...values, ...sections.flatMap((section) => values.map((value) => nested(section, value)))]) {
      expect(problemsOf(text).every(({ line }) => line === 1)).toBe(true);
    }
  });
});

describe('policies', () => {
  it.each([
    ['nobody could satisfy', 'policies: [{ approvals: 1, roles: [], owners: false }]', 'can never be met'],
    ['needs more people than it names', 'policies: [{ approvals: 2, roles: [ic], owners: false }]', 'can never be met'],
    ['counts the requester', 'policies: [{ approvals: 1, requesterCounts: true }]', 'must be false: whoever asks'],
    ['gives the glass to nobody', 'breakGlass: { roles: [], groups: [] }', 'names nobody'],
  ])('are refused when one %s', (_what, text, message) => {
    expect(errorsOf(text)).toMatchObject([{ message: expect.stringContaining(message) }]);
  });
});

describe('warnings', () => {
  it('do not keep a configuration from working', () => {
    expect(warned('')).toEqual([expect.stringContaining('warning names no service')]);
  });

  it('tell of an environment whose rollbacks nobody measures', () => {
    const [withoutVerification = ''] = service.split('        verify:');

    expect(warned(withoutVerification + providers)).toEqual([expect.stringContaining('warning has no verification')]);
  });

  it('tell of customers who are to be told automatically, nowhere', () => {
    expect(warned('severities: { SEV1: { publishExternal: automatic } }')).toContainEqual(expect.stringContaining('no external channel'));
  });
});
