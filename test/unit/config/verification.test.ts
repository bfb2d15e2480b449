import { describe, expect, it } from '@jest/globals';
import { parseConfigurationText } from '../../../src/config/parse.ts';
import { providers, service } from './support.ts';

const known = { code: ['github-actions'], verify: ['prometheus', 'http-probe'], looksBack: ['prometheus'] };
const env = { GITHUB_TOKEN: 'ghp-canary-1', PROMETHEUS_TOKEN: 'prom-canary-2' };
const plan = `
plans:
  careful:
    description: d
    service: shop
    environment: production
    steps:
      - { id: code, kind: code, gate: { metric: GATE } }
`;

/** The configuration with a measurement that has these conditions in place of its own. */
function read(conditions: string, { more = '', again = '', provider = 'prometheus' } = {}) {
  const written = service.replace("            pass: '< 0.01'\n", conditions.replaceAll(/^(?=.)/gm, '            '));
  return parseConfigurationText(written.replace('provider: prometheus', `provider: ${provider}`) + again + providers + more, {
    file: 'warroom.yml',
    env,
    known,
  });
}

const gateOf = (conditions: string) => read(conditions).configuration?.services[0]?.environments[0]?.verify[0];
const said = (...args: Parameters<typeof read>) =>
  read(...args).problems.map(({ path, message }) => `${path.replace('services.shop.environments.production.', '')} ${message}`);

describe('a measurement', () => {
  it('is read with its failure condition, its limits, its unit and its baseline', () =>
    expect(
      gateOf("pass: '< 0.01'\nfail: '> 0.05'\ninconclusiveLimit: 5\nunit: percent\nbaseline: { within: 20%, tolerance: 0.002 }\n"),
    ).toMatchObject({
      pass: { operator: '<', value: 0.01 },
      fail: { operator: '>', value: 0.05 },
      inconclusiveLimit: 5,
      unit: 'percent',
      baseline: { within: 0.2, tolerance: 0.002, direction: 'increase' },
    }));

  it('has nothing that is not written, so that plans approved earlier keep their hash', () =>
    expect(Object.keys(gateOf("pass: '< 0.01'\n") ?? {}).toSorted()).toEqual(
      ['count', 'failureLimit', 'intervalMs', 'name', 'pass', 'provider', 'query', 'settleMs', 'timeoutMs', 'windowMs'].toSorted(),
    ));

  it('knows by pass which deviation is worse', () => {
    expect(gateOf("pass: '>= 0.99'\nbaseline: { within: 1% }\n")?.baseline).toEqual({ within: 0.01, direction: 'decrease' });
    expect(gateOf('baseline: { within: 10 %, direction: either }\n')).toMatchObject({ baseline: { within: 0.1, direction: 'either' } });
  });

  it.each([
    ["pass: '< 0.01'\nfail: '< 0.005'\n"],
    ["pass: '< 0.01'\nfail: '> 0.005'\n"],
    ["pass: '<= 0.01'\nfail: '>= 0.01'\n"],
    ["pass: '> 5'\nfail: '< 6'\n"],
  ])('is refused when one value could be good and bad: %j', (conditions) =>
    expect(said(conditions)).toEqual(['verify[0].fail can hold together with pass, so one value would be good and bad']),
  );

  it.each([["pass: '< 0.01'\nfail: '>= 0.01'\n"], ["pass: '> 5'\nfail: '<= 2'\n"]])('is fine when no value can: %j', (conditions) =>
    expect(said(conditions)).toEqual([]),
  );

  it.each([
    ['', "verify[0].pass is missing; write for example '< 0.01', or a baseline to compare with"],
    [
      'baseline: { within: 20% }\n',
      'verify[0].baseline.direction is missing: without pass it is not known what is bad; write increase, decrease or either',
    ],
    [
      "pass: '< 1'\nbaseline: { within: 20 }\n",
      "verify[0].baseline.within is not a percentage; write a number and a percent sign in quotes, for example '20%'",
    ],
  ])('is refused when it is not clear what is well: %j', (conditions, message) => expect(said(conditions)).toEqual([message]));

  it('cannot compare with a past that its provider does not know', () => {
    const problems = read("pass: '> 0'\nbaseline: { within: 20% }\n", { provider: 'http-probe' }).problems;
    expect(problems.find(({ path }) => path.endsWith('baseline'))).toMatchObject({
      severity: 'error',
      message: 'cannot be measured by http-probe, which knows only how it is now',
      suggestion: 'Write pass instead, or measure it with prometheus.',
    });
  });

  it('has a name of its own: two of one name would pass on each other’s looks', () => {
    const again = `          - { name: ' errors', provider: prometheus, query: 'x[{window}]', pass: '> 1' }\n`;
    expect(said(`pass: '< 0.01'\n`, { again })).toEqual(['verify[1].name is the name of another measurement here as well']);
  });

  it('at a step compares with nothing, and needs no failure condition', () => {
    const gate =
      "{ name: errors, provider: prometheus, query: 'e[{window}]', window: 5s, timeout: 5m, pass: '< 1', baseline: { within: 1% } }";
    expect(said("pass: '< 0.01'\n", { more: plan.replace('GATE', gate) })).toEqual([
      'plans.careful.steps[0].gate.metric.baseline compares with before, while a step waits for a value',
    ]);
    const without = gate.replace('baseline: { within: 1% }', "fail: '> 2'");
    expect(said("pass: '< 0.01'\n", { more: plan.replace('GATE', without) })).toEqual([
      'plans.careful.steps[0].gate.metric.fail is not used: a step waits until pass holds, however bad it is',
    ]);
  });
});
