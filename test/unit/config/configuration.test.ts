import { describe, expect, it } from '@jest/globals';
import { configurationOf, providers, service } from './support.ts';

const minute = 60_000;
const every = (ms: number) => ({ kind: 'every', everyMs: ms });

describe('an empty configuration', () => {
  const { slack, severities, policies, audiences, services } = configurationOf('');

  it('opens rooms by the rules of the house', () => {
    expect(slack).toEqual({ digest: '#incidents', channelName: 'inc-{number}-{date}-{slug}', announce: 'none' });
    expect(audiences).toEqual({ internal: { channels: ['#incidents'] }, external: { channels: [] }, support: { channels: [] } });
    expect(services).toEqual([]);
  });

  it('tells each audience as often as the severity asks for', () => {
    expect(severities.SEV1.cadence).toEqual({
      internal: every(15 * minute),
      external: every(30 * minute),
      support: every(15 * minute),
      firstExternalMs: 15 * minute,
      roleReminders: { afterMs: 3 * minute, times: 3 },
    });
    expect(severities.SEV2.cadence).toMatchObject({ external: every(60 * minute), firstExternalMs: 30 * minute });
    expect(severities.SEV3.cadence).toEqual({
      internal: every(120 * minute),
      external: { kind: 'on-change' },
      support: every(120 * minute),
      roleReminders: { afterMs: 15 * minute, times: 1 },
    });
    expect(severities.SEV4).toMatchObject({
      cadence: { internal: every(24 * 60 * minute), external: { kind: 'none' }, support: { kind: 'none' }, roleReminders: { times: 0 } },
      quietHours: true,
      publishExternal: 'manual',
    });
  });

  it('has impact texts short enough for a Slack option', () => {
    expect(Object.values(severities).every(({ impact }) => impact.length <= 75)).toBe(true);
  });

  it('asks for one approval for SEV1 in production and two for the others', () => {
    const rule = {
      roles: ['ic', 'tl'],
      groups: [],
      owners: true,
      approveWithinMs: 15 * minute,
      executeWithinMs: 10 * minute,
      escalateAfterMs: 5 * minute,
    };

    expect(policies.slice(0, 2)).toEqual([
      { ...rule, match: { environment: 'production', severity: ['SEV1'] }, approvals: 1 },
      { ...rule, match: { environment: 'production', severity: ['SEV2', 'SEV3', 'SEV4'] }, approvals: 2 },
    ]);
  });
});

describe('a configuration', () => {
  it('is read into our words and units', () => {
    const [shop] = configurationOf(service + providers).services;

    expect(shop).toEqual({
      id: 'shop',
      owner: '@sre-leads',
      links: [],
      environments: [
        {
          id: 'production',
          class: 'production',
          code: {
            provider: 'github-actions',
            repository: 'acme/shop',
            workflow: 'rollback.yml',
            ref: 'main',
            inputs: { target: 'target', operation: 'operation' },
            deployments: { environment: 'production' },
          },
          verify: [
            {
              name: 'errors',
              provider: 'prometheus',
              query: 'rate(errors[{window}])',
              pass: { operator: '<', value: 0.01 },
              windowMs: 15_000,
              settleMs: 30_000,
              intervalMs: 10_000,
              count: 3,
              failureLimit: 3,
              timeoutMs: 10 * minute,
            },
          ],
        },
      ],
    });
  });

  it('keeps every default of a severity that it does not mention', () => {
    const { SEV1 } = configurationOf("severities: { SEV1: { cadence: { internal: 5m }, invite: ['@oncall'] } }").severities;

    expect(SEV1).toMatchObject({ invite: ['@oncall'], cadence: { internal: { everyMs: 5 * minute }, external: { everyMs: 30 * minute } } });
  });

  it('keeps the built-in policy only where none of its own matches, because policies add up', () => {
    const own = "{ match: { environment: production, severity: [SEV1, SEV2] }, approvals: 3, groups: ['@release'] }";
    const { policies } = configurationOf(`policies: [${own}]`);

    expect(policies.map(({ match, approvals }) => ({ ...match, approvals }))).toEqual([
      { environment: 'production', severity: ['SEV1', 'SEV2'], approvals: 3 },
      { environment: 'production', severity: ['SEV3', 'SEV4'], approvals: 2 },
      { environment: 'staging', severity: ['SEV1', 'SEV2', 'SEV3', 'SEV4'], approvals: 1 },
      { environment: 'development', severity: ['SEV1', 'SEV2', 'SEV3', 'SEV4'], approvals: 1 },
    ]);
  });

  it('sends internal updates to the digest channel unless told otherwise', () => {
    expect(configurationOf("slack: { digest: '#ops' }").audiences.internal.channels).toEqual(['#ops']);
  });

  it('reads secrets and addresses from the environment', () => {
    const { 'github-actions': github } = configurationOf(providers).providers;

    expect(github).toEqual({ apiUrl: 'https://api.github.com', token: 'ghp-canary-1', allowPrivate: false });
  });

  it('cannot be changed by whoever it is handed to', () => {
    const configuration = configurationOf(service + providers);

    expect(Object.isFrozen(configuration.services[0]?.environments[0]?.verify)).toBe(true);
  });
});
