import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { wordsIn } from '../../sandbox/slack/test-api.ts';
import { houseTimeoutMs, startHouse, type House } from '../support/house.ts';
import { answerOf, connected, fieldErrorsOf, patient, whispered } from '../support/talk.ts';
import { planEdited } from './abuse/standing.ts';
import { declared, requested, runsOf } from './play.ts';

jest.setTimeout(houseTimeoutMs);

const minutes = { timeoutMs: 60_000 };

const plan = `
  prices:
    description: Put the prices back
    service: shop
    environment: production
    steps:
      - id: prices
        kind: database
        provider: http
        target:
          name: prices
          read: { url: '\${FLAGS_URL}/flags/promo-banner', pick: /enabled, token: flags }
          write:
            url: \${FLAGS_URL}/flags/promo-banner
            method: PUT
            token: flags
            body: { enabled: '{value}', comment: 'rollback {operation}' }
        to: 'true'

providers:
`;

const policies = `
policies:
  - match: { environment: production, severity: [SEV1] }
    approvals: 1
  - match: { environment: production, severity: [SEV2] }
    approvals: 1
    typeServiceName: false
  - match: { kind: [database] }
    approvals: 1
    roles: []
    groups: ['@dba']
    owners: false
    typeServiceName: false
  - match: { environment: production, severity: [SEV3] }
    approvals: 1
    start: separate
  - match: { environment: production, severity: [SEV4] }
    approvals: 2
`;

const configure = (yaml: string): string => yaml.replace('\nproviders:\n', plan).replace(/\npolicies:[^]*$/, policies);

describe('approving', () => {
  let house: House;
  beforeAll(async () => {
    house = await startHouse({ configure, production: { runSeconds: 0.3 } });
    await house.api.addUserGroup('dba', ['hugo', 'gwen']);
  }, houseTimeoutMs);
  beforeEach(async () => connected(house.api));
  afterAll(async () => house.stop());

  const person = (name: string) => house.api.as(name);
  const shows = (room: string, words: RegExp) => person('ada').waitForMessage(room, (message) => words.test(wordsIn(message)), patient);

  async function opened(severity: string, title: string): Promise<string> {
    const name = await declared(house, { text: `${severity} ${title} service:shop` });
    for (const who of ['ben', 'cleo', 'dan', 'hugo', 'gwen']) await person(who).visit('join', name);
    return name;
  }

  async function rejected(where: string, name: string): Promise<void> {
    await person('ben').slash(where, `/rollback reject ${name} another way`);
    await shows(where, new RegExp(`${name} · shop[^]*\\*Rejected\\*`));
  }

  it('of a database step needs one of the usual people and one of the database people, and the card says who is missing', async () => {
    const where = await opened('sev2', 'prices are wrong');
    await person('ben').slash(where, '/rollback request prices because');
    const asked = wordsIn(await shows(where, /Waiting for approval/));
    expect(asked).toMatch(
      /approvals[^]*none yet\s+• 0 of 1 by the Incident Commander, the Technical Lead or @sre-leads\s+• 0 of 1 by @dba/,
    );
    expect(asked).toContain('the requester does not count');
    await person('cleo').click(where, 'Approve', patient);
    const half = wordsIn(await shows(where, /needs 1 more by @dba, not the requester/));
    expect(half).toMatch(/• 1 of 1 by the Incident Commander, the Technical Lead or @sre-leads\s+• 0 of 1 by @dba/);
    await person('dan').click(where, 'Approve', patient);
    await shows(where, /✓ <@U0CLEO0000>[^]*✓ <@U0DAN00000>[^]*• 1 of 1 by .*\s+• 0 of 1 by @dba/);
    expect(house.production.flags.audit()).toEqual([]);
    await person('hugo').click(where, 'Approve', patient);
    await person('ada').waitForMessage(where, /had RB-1 start|RB-1 starts|RB-1 recovered/, minutes);
    await house.api.waitFor(() => house.production.flags.audit().length === 1, minutes);
    await person('ada').waitForMessage(where, /RB-1 (recovered|inconclusive)/, minutes);
  });

  it('of a SEV1 asks for the name of the service: a wrong one is said under its field and recorded nowhere', async () => {
    const where = await opened('sev1', 'checkout fails');
    const { name } = await requested(house, { room: where, by: 'ben', to: 'v40' });
    await person('ben').click(where, 'Approve…', patient);
    await whispered(person('ben'), where, /You asked for this rollback, so somebody else has to approve it/);
    expect(await person('ben').modal()).toBeUndefined();
    await person('ada').click(where, 'Approve…', patient);
    await person('ada').waitForModal(`Approve ${name}`, patient);
    await person('ada').fill({ 'Type the name of the service: shop': 'shopp' });
    const wrong = await person('ada').submit();
    expect(fieldErrorsOf(wrong)).toEqual({ typed: 'Not recorded: type the name of the service, `shop`, to show that you mean it.' });
    expect(answerOf(await person('cleo').slash(where, '/incident timeline'))).not.toMatch(/approved RB-2/);
    await person('ada').fill({ 'Type the name of the service: shop': ' Shop ' });
    expect(fieldErrorsOf(await person('ada').submit())).toEqual({});
    await person('ada').waitForMessage(where, new RegExp(`${name} recovered`), minutes);
    expect(runsOf(house)).toHaveLength(1);
  });

  it('can be taken back until it starts, and is counted again when it is given again', async () => {
    const where = await opened('sev4', 'a picture is missing');
    const { name } = await requested(house, { room: where, by: 'ben', to: 'v38' });
    await person('dan').click(where, 'Approve', patient);
    await shows(where, /approvals 1 of 2/);
    await person('cleo').click(where, 'Take my approval back', patient);
    expect(await whispered(person('cleo'), where, /nothing to take back/)).toContain(`You have not approved ${name}`);
    await person('dan').click(where, 'Take my approval back', patient);
    await person('ada').waitForMessage(where, new RegExp(`<@U0DAN00000> took the approval of ${name} back`), patient);
    await shows(where, /approvals 0 of 2/);
    await person('dan').click(where, 'Approve', patient);
    await shows(where, /approvals 1 of 2/);
    await rejected(where, name);
  });

  it('is void when another version is chosen, and the checks are those of that version', async () => {
    const where = await opened('sev4', 'a text is wrong');
    const { name } = await requested(house, { room: where, by: 'ben', to: 'v41' });
    await person('dan').click(where, 'Approve', patient);
    await shows(where, /approvals 1 of 2/);
    await planEdited(house, { room: where, by: 'ben', to: 'v38' });
    const card = wordsIn(await shows(where, /approvals 0 of 2/));
    expect(card).toMatch(/v40 → v38/);
    expect(card).toContain('v38 was deployed here');
    expect(card).not.toContain('v41 was deployed here');
    await person('ada').waitForMessage(where, new RegExp(`changed the plan of ${name}: to v38 instead of v41`), patient);
    await rejected(where, name);
  });

  it('does not start it where the two are apart: somebody presses Start, and the card says so', async () => {
    const where = await opened('sev3', 'mails are late');
    const { name } = await requested(house, { room: where, by: 'ben', to: 'v41' });
    await person('cleo').click(where, 'Approve', patient);
    const card = wordsIn(await shows(where, /Somebody has to press Start\. If it has not begun by/));
    expect(card).toContain('*Approved*');
    expect(runsOf(house)).toHaveLength(1);
    expect(answerOf(await person('hugo').slash(where, `/rollback start ${name}`))).toContain('You are not one of them');
    await person('cleo').click(where, 'Take my approval back', patient);
    await shows(where, /approvals 0 of 1/);
    expect(answerOf(await person('ben').slash(where, `/rollback start ${name}`))).toContain('start is not possible now');
    await person('dan').click(where, 'Approve', patient);
    await shows(where, /Somebody has to press Start/);
    await person('ben').click(where, 'Start', patient);
    await person('ada').waitForMessage(where, new RegExp(`<@U0BEN00000> had ${name} start`), patient);
    await person('ada').waitForMessage(where, new RegExp(`${name} recovered`), minutes);
    expect(runsOf(house)).toHaveLength(2);
  });
});
