import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { parseConfigurationText } from '../../../src/config/parse.ts';
import { problemText } from '../../../src/config/problem.ts';
import type { Configuration } from '../../../src/config/schema.ts';
import type { Settings } from '../../../src/ports.ts';

const verify = `verify:
          - { name: errors, provider: prometheus, query: 'rate(errors[{window}])', pass: '< 0.01' }`;

/** Two services, so that a plan can span them; only the shop's production is measured. */
const around = `
policies: [{ match: { kind: [database] }, approvals: 1, roles: [], groups: ['@dba'], owners: false }]
providers:
  github-actions: { token: '\${GITHUB_TOKEN}' }
  prometheus: { url: https://prometheus.example.com }
  switch: { url: https://switch.example.com }
services:
  shop:
    owner: '@sre-leads'
    environments:
      production:
        class: production
        code: { provider: github-actions, repository: acme/shop, workflow: rollback.yml }
        ${verify}
      staging:
        class: staging
        code: { provider: github-actions, repository: acme/shop, workflow: staging.yml }
        ${verify}
  search:
    owner: '@sre-leads'
    environments:
      production:
        class: production
        code: { provider: github-actions, repository: acme/search, workflow: rollback.yml }
`;

const known = {
  code: ['github-actions', 'switch', 'postgres'],
  verify: ['prometheus'],
  targets: new Map([['switch', z.strictObject({ name: z.string(), url: z.string().optional() })]]),
  sections: new Map([['switch', z.strictObject({ url: z.string().describe('Where the switches are.') })]]),
};
const env = { GITHUB_TOKEN: 'ghp-canary-1', FLAGS_URL: 'https://flags.example.com/', FLAGS_TOKEN: 'flags-canary-3' };

const read = (plans: string, rest = around) => parseConfigurationText(plans + rest, { file: 'warroom.yml', env, known });
const said = (plans: string) =>
  read(plans)
    .problems.filter(({ path }) => !path.startsWith('services'))
    .map(problemText);

/** Compiles only while both shapes are equal. */
const asTheHouseReads = (from: Configuration): Settings['plans'] => from.plans;

/** A plan of these steps, each written on one line; the first stands on line 7. */
const planOf = (steps: readonly string[], head = 'description: d, service: shop, environment: production') =>
  `plans:\n  campaign:\n    ${head.split(', ').join('\n    ')}\n    steps:\n${steps.map((step) => `      - { ${step} }\n`).join('')}`;

const traffic = "id: traffic, kind: traffic, provider: switch, target: { name: weights }, to: '1'";
const flag = "id: flag, kind: config, provider: switch, target: { name: promo }, to: 'false'";
const code = 'id: code, kind: code, needs: [traffic]';

type Broken = readonly [what: string, steps: readonly string[], messages: readonly string[], head?: string];

const broken: readonly Broken[] = [
  [
    'a circle, and a step behind it that nobody reaches',
    [`${traffic}, needs: [flag]`, `${flag}, needs: [traffic]`, 'id: code, kind: code, needs: [flag]'],
    [
      'warroom.yml:7:100: error: plans.campaign.steps[0].needs go round in a circle, so none of them ever starts: traffic needs flag needs traffic\n    Take one of these needs out.',
      'warroom.yml:9:40: error: plans.campaign.steps[2].needs can never be met: flag waits in a circle, so code is never reached\n    Break the circle first.',
    ],
  ],
  [
    'a step that needs an unknown one',
    [traffic, flag, 'id: code, kind: code, needs: [trafic, traffic]'],
    ['warroom.yml:9:41: error: plans.campaign.steps[2].needs[0] names the unknown step trafic\n    did you mean traffic?'],
  ],
  [
    'one id for two steps',
    [traffic, flag.replace('id: flag', 'id: traffic'), code],
    [
      'warroom.yml:8:15: error: plans.campaign.steps[1].id is the id of step 1 as well: traffic\n    Give each step an id of its own; needs go by it.',
    ],
  ],
  [
    'more than twenty steps',
    Array.from({ length: 21 }, (_, index) => `id: s${index}, kind: code`),
    [
      'warroom.yml:7:7: error: plans.campaign.steps has more than 20 steps, more than anybody can follow on one card; make two plans of it\n    The steps, at most 20.',
    ],
  ],
  [
    'an unknown provider and one that is not configured',
    [traffic.replace('provider: switch', 'provider: swich'), 'id: data, kind: database, provider: postgres, target: {}'],
    [
      'warroom.yml:7:49: error: plans.campaign.steps[0].provider is not a provider for this\n    did you mean switch?',
      'warroom.yml:8:47: error: plans.campaign.steps[1].provider is not configured\n    Add postgres with its settings under providers.',
    ],
  ],
  [
    'a target that is not what the provider needs',
    [traffic.replace('name: weights', 'nmae: weights'), code],
    [
      'warroom.yml:7:65: error: plans.campaign.steps[0].target.name is missing',
      'warroom.yml:7:67: error: plans.campaign.steps[0].target.nmae is not a setting\n    did you mean name?',
    ],
  ],
  [
    'an unknown service and an unknown environment',
    [`${traffic}, service: serch`, `${code}, environment: prod`],
    [
      'warroom.yml:7:102: error: plans.campaign.steps[0].service names the unknown service serch\n    did you mean search?',
      'warroom.yml:8:64: error: plans.campaign.steps[1].environment names the environment prod, which shop does not have\n    known here: production, staging',
    ],
  ],
  [
    'code that is rolled back while it still gets traffic',
    [traffic, 'id: code, kind: code'],
    [
      'warroom.yml:8:9: warning: plans.campaign.steps[1] rolls code back that still gets traffic: it does not wait for traffic\n    Add needs: [traffic], so that customers are elsewhere while the version changes.',
    ],
  ],
  [
    'no verification',
    ['id: code, kind: code'],
    [
      'warroom.yml:3:5: warning: plans.campaign has no verification, so it always ends as inconclusive\n    Add verify with at least one query.',
    ],
    'description: d, service: search, environment: production',
  ],
  [
    'a manual gate that asks nothing',
    ["id: code, kind: code, gate: { manual: '' }"],
    [
      'warroom.yml:7:49: error: plans.campaign.steps[0].gate.manual asks nothing, so nobody knows what to look at before letting the step start\n    A person says that the step may start; write what to look at, as a question.',
    ],
  ],
  [
    'a timer of nothing',
    ['id: code, kind: code, gate: { timer: 0s }'],
    [
      'warroom.yml:7:48: error: plans.campaign.steps[0].gate.timer waits for nothing\n    How long to wait after the steps before, for example 5m. Leave the gate out to start at once.',
    ],
  ],
  [
    'two gates at one step',
    ["id: code, kind: code, gate: { manual: 'Sure?', timer: 5s }"],
    [
      'warroom.yml:7:39: error: plans.campaign.steps[0].gate names manual and timer; a step waits at one gate\n    What the step waits for besides the steps it needs: one of manual, timer, metric, window.',
    ],
  ],
  [
    'a window that never opens, in a time zone nobody knows',
    ["id: code, kind: code, gate: { window: { from: '09:00', to: '09:00', timeZone: Europe/Berln } }"],
    [
      'warroom.yml:7:70: error: plans.campaign.steps[0].gate.window.to is the same time as from, so the window is never open\n    Leave the gate out if any time is right.',
      'warroom.yml:7:89: error: plans.campaign.steps[0].gate.window.timeZone is not a time zone: Europe/Berln\n    did you mean Europe/Berlin?',
    ],
  ],
  [
    'a database undone by itself',
    ['id: data, kind: database, provider: switch, target: { name: prices }, compensation: auto'],
    [
      'warroom.yml:7:95: error: plans.campaign.steps[0].compensation cannot be auto for a database: what was written since would be lost without anybody looking\n    Write manual, or none.',
    ],
  ],
  [
    'an undo that undoes nothing',
    ['id: code, kind: code, onFailure: compensate'],
    [
      'warroom.yml:7:44: warning: plans.campaign.steps[0].onFailure undoes nothing: no step that may be done by then has compensation auto\n    Write onFailure: stop, or compensation: auto at the steps to undo.',
    ],
  ],
  [
    'a step behind one that may fail unnoticed',
    [`${traffic}, onFailure: continue`, code],
    [
      'warroom.yml:8:41: warning: plans.campaign.steps[1].needs[0] starts after traffic even when that failed, because of its onFailure: continue\n    Let traffic stop the plan, or leave it out of needs if this step is right without it.',
    ],
  ],
  [
    'a metric gate without a window',
    ["id: code, kind: code, gate: { metric: { name: errors, provider: prometheus, query: 'e[{window}]', pass: '< 1' } }"],
    [
      'warroom.yml:7:49: warning: plans.campaign.steps[0].gate.metric has no window, so it looks back 1m, further than the steps before may have been done\n    Add window, for example 30s, and use {window} in the query.',
    ],
  ],
  [
    'traffic that is not told where to go',
    [traffic.replace(", to: '1'", ''), code],
    [
      "warroom.yml:7:9: error: plans.campaign.steps[0].to is missing: traffic has no deployments, so there is no last known good to go back to\n    Write the value that is right during an incident, in quotes, for example 'false'.",
    ],
  ],
  [
    'a timeout that is over before the timer',
    ['id: code, kind: code, gate: { timer: 10m }, timeout: 5m'],
    [
      'warroom.yml:7:64: error: plans.campaign.steps[0].timeout is over before the timer of the gate is\n    Make it longer than gate.timer.',
    ],
  ],
  [
    'a step in production of a plan approved as staging',
    ['id: code, kind: code, environment: production'],
    [
      'warroom.yml:7:9: error: plans.campaign.steps[0] is production, while the plan is approved as staging\n    Name the strictest environment as the plan’s own: its approval rules count.',
    ],
    'description: d, service: shop, environment: staging',
  ],
  [
    'two steps that change one thing at one time',
    [traffic, traffic.replace('id: traffic', 'id: again').replace("'1'", "'2'")],
    [
      'warroom.yml:8:9: error: plans.campaign.steps[1] changes the same thing as traffic, and neither waits for the other\n    Add needs: [traffic], or make one step of the two.',
    ],
  ],
  [
    'a secret in a target',
    [traffic.replace('name: weights', "name: weights, url: '${FLAGS_TOKEN}'"), code],
    [
      'warroom.yml:7:87: error: plans.campaign.steps[0].target.url would put a secret into the plan, which is stored and shown to everybody\n    Give it to the provider, under providers, and leave it out of the target.',
    ],
  ],
  [
    'a step that nobody carries out',
    ["id: flag, kind: config, to: 'false'"],
    [
      'warroom.yml:7:9: error: plans.campaign.steps[0].provider is missing\n    Only code has one by itself: name who carries out a config step.',
    ],
  ],
];

describe('a broken plan is named with its place, the reason and what would be right', () => {
  it.each(broken.map(([what, steps, messages, head]) => ({ what, steps, messages, head })))('$what', ({ steps, messages, head }) => {
    expect(said(planOf(steps, head))).toEqual(messages);
  });

  it('that has the name of a service', () => {
    expect(said(planOf(['id: code, kind: code']).replace('campaign:', 'shop:'))).toEqual([
      'warroom.yml:3:5: error: plans.shop is the name of a service too, so "/rollback request shop" could mean either\n    Rename the plan, for example to shop-rollback.',
    ]);
  });

  it('even when something else in the file is broken too', () => {
    expect(said(`${planOf([traffic, 'id: code, kind: code, needs: [trafic]'])}slack: { digest: incidents }\n`)).toHaveLength(3);
  });
});

describe('a rollback of code that something takes back', () => {
  const synced = around.replace('class: production\n        code', 'class: production\n        autoSync: true\n        code');
  const saidOf = (steps: readonly string[], file = synced) =>
    parseConfigurationText(planOf(steps) + file, { file: 'warroom.yml', env, known })
      .problems.filter(({ path }) => path.startsWith('plans'))
      .map(problemText);
  const pause = "id: pause, kind: config, provider: switch, target: { name: sync }, to: 'false', pauses: auto-sync";

  it('is refused while nothing pauses that', () =>
    expect(saidOf(['id: code, kind: code'])).toEqual([
      'warroom.yml:7:9: error: plans.campaign.steps[0] rolls code back while shop production ships what git says (autoSync), so it is taken back at once\n    Add a step that pauses the synchronisation, with pauses: auto-sync, and let this one need it.',
    ]));

  it('is refused when the pause may come too late', () =>
    expect(saidOf([pause, 'id: code, kind: code'])).toEqual([expect.stringContaining('Add needs: [pause], the step that pauses it.')]));

  it('is right behind the pause, however many steps lie in between', () =>
    expect(saidOf([pause, flag.replace('id: flag', 'id: flag, needs: [pause]'), 'id: code, kind: code, needs: [flag]'])).toEqual([]));

  it('is not helped by a pause somewhere else', () =>
    expect(saidOf([`${pause}, environment: staging`, 'id: code, kind: code, needs: [pause]']).join('\n')).toContain(
      'is taken back at once',
    ));

  it('a pause of what is not there is remarked', () =>
    expect(saidOf([pause], around)).toEqual([
      'warroom.yml:7:99: warning: plans.campaign.steps[0].pauses is auto-sync, but shop production has none\n    Add autoSync: true to the environment, or leave pauses out.',
    ]));
});

describe('how a database step was rehearsed', () => {
  const data = 'id: data, kind: database, provider: switch, target: { name: prices }';

  it('is read, and handed on', () => {
    const { configuration } = read(planOf([`${data}, database: { automated: true, drilled: '2026-05-04' }`]));
    expect(configuration?.plans[0]?.steps[0]?.database).toEqual({ automated: true, drilledAt: Date.UTC(2026, 4, 4) });
  });

  it('says nothing about other kinds of step, and is a day of the calendar', () => {
    expect(said(planOf([`${flag}, database: { automated: true }`])).join('\n')).toContain(
      'database says how a database step was rehearsed, but the kind is config\n    Write kind: database, or leave it out.',
    );
    expect(said(planOf([`${data}, database: { drilled: '2026-02-30' }`])).join('\n')).toContain('drilled is not a day of the calendar');
  });
});

const withCode = (written: string) =>
  parseConfigurationText(around.replace('{ provider: github-actions, repository: acme/search, workflow: rollback.yml }', written), {
    file: 'warroom.yml',
    env,
    known,
  });

const saidOfCode = (written: string) =>
  withCode(written)
    .problems.filter(({ severity }) => severity === 'error')
    .map(problemText);

describe('the code of an environment', () => {
  it('may be rolled back by any provider, which gets what stands beside its name', () => {
    const { configuration } = withCode("{ provider: switch, name: version, url: '${FLAGS_URL}/versions' }");
    expect(configuration?.services[1]?.environments[0]?.code).toEqual({
      provider: 'switch',
      name: 'version',
      url: 'https://flags.example.com/versions',
    });
  });

  it.each([
    ['{ provider: switch, nam: version }', 'code.nam is not a setting\n    did you mean name?'],
    ['{ provider: switch }', 'code.name is missing'],
    ['{ provider: swich, name: version }', 'code.provider is not a provider for this\n    did you mean switch?'],
    ['{ provider: prometheus }', 'code.provider is not a provider for this'],
    ["{ provider: switch, name: '${FLAGS_TOKEN}' }", 'code.name would put a secret into the plan'],
    [
      '{ provider: github-actions, repository: acme/search, workflow: rollback.yml, deployWorkflow: rollback.yml }',
      'code.deployWorkflow is the workflow that rolls back; a freeze that switches it off would stop the rollback as well',
    ],
    [
      '{ provider: github-actions, repository: acme/search, workflow: rollback.yml, migrations: { unknown: ignore } }',
      'code.migrations.unknown must be one of warn, block',
    ],
  ])('%s is refused by the provider’s own words', (written, message) => expect(saidOfCode(written).join('\n')).toContain(message));
});

describe('a plan', () => {
  const url = "url: '${FLAGS_URL}/flags/promo'";
  const { configuration, problems } = read(planOf([traffic, flag.replace('name: promo', `name: promo, ${url}`), code]));

  it('gets every default of its own and of its services', () => {
    expect(problems.filter(({ path }) => path.startsWith('plans'))).toEqual([]);
    expect(configuration?.plans[0]?.steps.map(({ target, ...step }) => [step.provider, step.compensation, step.timeoutMs])).toEqual([
      ['switch', 'auto', 1_800_000],
      ['switch', 'auto', 1_800_000],
      ['github-actions', 'manual', 1_800_000],
    ]);
  });

  it('takes the code of its environment as the target of a code step, and addresses from the environment', () => {
    const [, config, last] = configuration?.plans[0]?.steps ?? [];

    expect(config?.target).toEqual({ name: 'promo', url: 'https://flags.example.com/flags/promo' });
    expect(last?.target).toMatchObject({ repository: 'acme/shop', workflow: 'rollback.yml', deployments: { environment: 'production' } });
  });

  it('has the shape that the rest of the house expects', () => {
    expect(configuration && asTheHouseReads(configuration)).toHaveLength(1);
  });
});

it('a plan that changes data needs a policy that names who of the database people approves it', () => {
  const plan = planOf(['id: data, kind: database, provider: switch, target: { name: data }']);
  const { problems } = read(plan, around.replace(/^policies:.*$/m, ''));
  expect(problems.map(({ message }) => message)).toContainEqual(
    'changes data in its step data, but no policy says which group of database people approves that',
  );
});
