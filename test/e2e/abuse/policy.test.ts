import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { wordsIn } from '../../../sandbox/slack/test-api.ts';
import { houseTimeoutMs, startHouse, type House } from '../../support/house.ts';
import { connected, patient, whispered } from '../../support/talk.ts';
import { declared, requested, runsOf } from '../play.ts';
import { planEdited } from './standing.ts';

jest.setTimeout(houseTimeoutMs * 2);

/** Everybody and their deputy, alone, at once. */
const looser = `
  - match: { environment: production }
    approvals: 1
    groups: ['@everybody']
    typeServiceName: false
breakGlass:
  groups: ['@everybody']
`;

describe('a configuration that was loosened while a request is open', () => {
  let house: House;
  let room: string;
  beforeAll(async () => {
    house = await startHouse({ production: { runSeconds: 0.3 } });
    await house.api.addUserGroup('everybody', ['eve', 'gwen', 'ben', 'cleo', 'dan']);
    room = await declared(house, { text: 'sev2 checkout fails service:shop' });
    for (const name of ['cleo', 'eve', 'gwen']) await person(name).visit('join', room);
    await requested(house, { room, by: 'ben', to: 'v40' });
    await loosened();
  }, houseTimeoutMs * 2);
  afterAll(async () => house.stop());

  const person = (name: string) => house.api.as(name);
  const shows = (words: RegExp) => person('ada').waitForMessage(room, (message) => words.test(wordsIn(message)), patient);

  /** Warroom again, with another file in the place of the one that the request was made under. */
  async function loosened(): Promise<void> {
    const { configFile = '' } = house.appOptions;
    const file = join(dirname(configFile), 'loosened.yml');
    writeFileSync(file, readFileSync(configFile, 'utf8').replace(/\npolicies:[^]*$/, `\npolicies:${looser}`));
    await house.app.stop();
    await house.startAnother({ env: { WARROOM_CONFIG: file } });
    await connected(house.api);
  }

  it('A35: is counted by the rules it was made under: a looser file neither adds an approver nor takes one away', async () => {
    await person('eve').click(room, 'Approve', patient);
    await whispered(person('eve'), room, /needs an approval by the Incident Commander, the Technical Lead or @sre-leads\. You are not one/);
    await person('cleo').click(room, 'Approve', patient);
    const card = wordsIn(await shows(/approvals 1 of 2/));
    expect(card).toContain('needs 1 more by the Incident Commander, the Technical Lead or @sre-leads');
    expect(runsOf(house)).toEqual([]);
  });

  it('A35: keeps the glass to those it was for', async () => {
    await person('gwen').click(room, 'Break glass…', patient);
    await person('gwen').fill({ 'Why can it not wait?': 'customers lose their orders', 'Type the name of the service: shop': 'shop' });
    await person('gwen').submit();
    expect(JSON.stringify((await person('gwen').modal())?.errors)).toContain('Only the Incident Commander may break the glass.');
    await person('gwen').close({ all: true });
    expect(runsOf(house)).toEqual([]);
  });

  it('A35: asks for the stricter of both after the plan was changed, in everything', async () => {
    await planEdited(house, { room, by: 'ben', to: 'v38' });
    const card = wordsIn(await shows(/approvals 0 of 2/));
    expect(card).toContain('needs 2 approvals by the Incident Commander, the Technical Lead or @sre-leads');
    await person('eve').click(room, 'Approve', patient);
    await person('gwen').click(room, 'Break glass…', patient);
    await person('gwen').fill({ 'Why can it not wait?': 'customers lose their orders', 'Type the name of the service: shop': 'shop' });
    await person('gwen').submit();
    expect(JSON.stringify((await person('gwen').modal())?.errors)).toContain('Only the Incident Commander may break the glass.');
    await person('gwen').close({ all: true });
    await person('cleo').click(room, 'Approve', patient);
    await shows(/approvals 1 of 2/);
    expect(runsOf(house)).toEqual([]);
  });

  it('A35: holds for the next request only what the new file says', async () => {
    await person('ben').slash(room, '/rollback reject RB-1 another way');
    await shows(/\*Rejected\*/);
    await requested(house, { room, by: 'ben', to: 'v40' });
    await person('eve').click(room, 'Approve', { ...patient, in: /RB-2 · shop/ });
    await person('ada').waitForMessage(room, /RB-2 recovered/, { timeoutMs: 60_000 });
    expect(runsOf(house)).toHaveLength(1);
  });
});
