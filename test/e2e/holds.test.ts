// Freeze and lock as people use them: commands, forms and cards, and the workflow at GitHub that is switched off and on again.
import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { houseTimeoutMs, startHouse, type House } from '../support/house.ts';
import { answerOf, connected, fieldErrorsOf, patient } from '../support/talk.ts';
import { declared, requested } from './play.ts';

jest.setTimeout(houseTimeoutMs);

/** `shop` has a workflow that can be switched off, `pay` has none; a calendar holds `pay`. */
const configure = (yaml: string): string =>
  yaml.replace('          workflow: rollback.yml\n', '          workflow: rollback.yml\n          deployWorkflow: deploy.yml\n').replace(
    'plans:\n',
    `  pay:
    owner: '@sre-leads'
    environments:
      production:
        class: production
        code:
          provider: github-actions
          repository: acme/shop
          workflow: rollback.yml
          inputs: { target: target, operation: op_id }
          deployments: { environment: production }
freezes:
  - { name: Audit, services: [pay], from: '2020-01-01', to: '2099-12-31', timeZone: Europe/Berlin, reason: the auditors count }

plans:
`,
  );

describe('holding deploys', () => {
  let house: House;
  let room: string;
  beforeAll(async () => {
    house = await startHouse({ mode: 'http', configure, production: { runSeconds: 0.3 } });
    await house.production.github.idle();
    room = await declared(house, { text: 'sev1 checkout fails service:shop' });
  }, houseTimeoutMs);
  beforeEach(async () => connected(house.api));
  afterAll(async () => house.stop());

  const person = (name: string) => house.api.as(name);
  const type = async (name: string, where: string, text: string) => answerOf(await person(name).slash(where, text));
  const says = (where: string, words: Parameters<ReturnType<typeof person>['waitForMessage']>[1]) =>
    person('ada').waitForMessage(where, words, patient);
  const headlineSays = (where: string, words: RegExp) => says(where, new RegExp(`INC-1 · SEV1[\\s\\S]*${words.source}`));
  const isOpen = () => house.production.github.workflowState('deploy.yml') === 'active';
  const becomes = (what: 'open' | 'closed') =>
    house.api.waitFor(() => isOpen() === (what === 'open'), { ...patient, what: `The workflow does not become ${what}.` });

  it('lists by the bare command that nothing is held, the calendar apart, and how to hold and release', async () => {
    for (const command of ['/incident freeze', '/incident unfreeze', '/rollback lock', '/rollback unlock']) {
      const said = await type('ada', '#general', command);
      expect(said).toContain('No deploys are held, except by the calendar.');
      expect(said).toMatch(/\*pay\*: the auditors count\nby the calendar, Audit, until/);
      expect(said).toContain('/rollback lock shop &lt;reason&gt;');
    }
  });

  it('is offered in the first minute, by a form that says what is switched off and wants a reason', async () => {
    const { ts } = await says(room, 'The first minute');
    await person('ada').click(room, 'Hold deploys…', { ...patient, ts });
    await person('ada').waitForModal('Hold, INC-1', patient);
    expect(JSON.stringify(await person('ada').modal())).toContain('switches off deploy.yml of acme/shop');
    await person('ada').fill({ scope: 'shop', reason: '  ' });
    expect(JSON.stringify(fieldErrorsOf(await person('ada').submit()))).toMatch(/Say why/);
    await person('ada').fill({ reason: 'v42 breaks the checkout' });
    expect(await person('ada').submit()).toMatchObject({ ok: true });

    await says(room, /Deploys of shop are held, by <@\w+>: v42 breaks the checkout\./);
    await becomes('closed');
    await says(room, 'Switched off: deploy.yml of acme/shop, which deploys shop (production).');
    await headlineSays(room, /\*Held\* shop \(v42 breaks the checkout\)/);
    await headlineSays('#incidents', /\*Held\* shop \(v42 breaks the checkout\)/);
  });

  it('lists who holds what, since when, why, for which incident, and what is switched off for it', async () => {
    const said = await type('ben', '#general', '/rollback lock');
    expect(said).toContain('1 hold on deploys');
    expect(said).toMatch(
      /\*shop\*: v42 breaks the checkout\nsince .* by <@\w+>, for INC-1 <#\w+>\nSwitched off: deploy\.yml of acme\/shop/,
    );
  });

  it('works from elsewhere with the name of the incident, and says what it cannot switch off', async () => {
    expect(await type('ada', '#general', '/incident freeze all nobody knows')).toContain('/incident freeze INC-12 all');
    const said = await type('ada', '#general', '/incident freeze INC-1 everything "nobody knows what it is"');
    expect(said).toContain('Held for INC-1: everything. Warroom cannot switch off the deploys of pay, so tell people not to deploy.');
    await says(
      room,
      /Deploys of everything are held, by <@\w+>: nobody knows what it is\. Warroom cannot switch off the deploys of pay, so tell people/,
    );
    await headlineSays(room, /\*Held\* shop \(v42 breaks the checkout\), everything \(nobody knows what it is\)/);
  });

  it('asks by a form for what was left out, and guesses nothing', async () => {
    await person('ada').slash(room, '/incident freeze the partners complain');
    const form = await person('ada').waitForModal('Hold, INC-1', patient);
    expect(form.values).toMatchObject({});
    expect(JSON.stringify(form)).toContain('the partners complain');
    await person('ada').fill({ scope: 'all' });
    expect(JSON.stringify(fieldErrorsOf(await person('ada').submit()))).toMatch(
      /Everything is held already, since \d\d:\d\d UTC: nobody knows what it is/,
    );
    await person('ada').close();
    await person('ada').slash(room, '/rollback lock pay');
    await person('ada').waitForModal('Hold, INC-1', patient);
    await person('ada').close();
    expect(await type('ada', room, '/rollback lock shpo it breaks')).toContain('There is no service “shpo”. Known: shop, pay.');
  });

  it('is refused to guests, as releasing is', async () => {
    expect(await type('finn', '#incidents', '/rollback lock INC-1 pay because')).toContain('You can look, but not change anything here');
    expect(await type('finn', '#incidents', '/rollback unlock shop because')).toContain('You can look, but not change anything here');
  });

  it('is released from anywhere, with a reason, and says what still holds it', async () => {
    await person('ben').slash('#general', '/rollback unlock shop');
    await person('ben').waitForModal('Release, INC-1', patient);
    await person('ben').fill({ reason: 'a fix is on its way' });
    const answer = await person('ben').submit();
    expect(answer).toMatchObject({ ok: true });
    expect(JSON.stringify(answer)).toContain('Released, but still held: everything by INC-1 (nobody knows what it is).');
    await says(
      room,
      /Deploys of shop are held no more, released by <@\w+>: a fix is on its way\. Still held here: everything \(nobody knows what it is\)\./,
    );
    expect(isOpen()).toBe(false);

    expect(await type('ben', '#general', '/incident unfreeze all it was the campaign')).toContain(
      'Everything is released: INC-1 holds it no more.',
    );
    await becomes('open');
    await says(room, 'Switched on again: deploy.yml of acme/shop');
    expect(await type('ben', '#general', '/rollback unlock shop once more')).toContain('Shop is not held. Nothing is.');
  });

  it('comes by itself with a rollback that begins, and lets another rollback follow with a warning', async () => {
    const { ts } = await requested(house, { room, by: 'ben', to: 'v40' });
    await person('ada').click(room, 'Approve', { ...patient, ts });
    await says(room, 'Deploys of shop are held, by Warroom: RB-1 rolls it back.');
    await becomes('closed');
    await headlineSays(room, /\*Held\* shop \(RB-1 rolls it back\)/);
    await says(room, /RB-1 (recovered|did not help|is inconclusive)/);
    expect(await type('ben', '#general', '/incident freeze')).toMatch(/by RB-1, for INC-1/);

    // What is asked for after it follows its lock with a warning, whatever the target.
    expect(await type('ben', room, '/rollback plan shop to v41')).toMatch(
      /careful: shop is locked since \d\d:\d\d UTC \(INC-1, set by RB-1\): RB-1 rolls it back/,
    );
  });

  it('by a person leaves the way back to what is known to be good, and nothing else without breaking the glass', async () => {
    await person('ben').slash(room, '/incident freeze all nothing else today');
    const good = await type('ben', room, '/rollback plan shop to v38');
    expect(good).toMatch(
      /careful: everything is frozen since \d\d:\d\d UTC \(INC-1\): nothing else today\. Rolling back to a version known to be good stays possible/,
    );
    const unknown = await type('ben', room, '/rollback plan shop to v41');
    expect(unknown).toMatch(/everything is frozen since .*: nothing else today\. The target is not known to be good/);
    const { name, ts } = await requested(house, { room, by: 'ben', to: 'v41' });
    expect(name).toBe('RB-2');
    expect(JSON.stringify((await says(room, (message) => message.ts === ts)).blocks)).toContain('Break glass…');
    expect(await type('ada', room, '/rollback approve RB-2')).toMatch(
      /Not recorded: the checks stop RB-2: .*The target is not known to be good.*by breaking the glass/,
    );
    await person('ada').slash(room, '/rollback reject RB-2 not today');
    await person('ben').slash(room, '/incident unfreeze all it was a mistake');
    await says(room, /Deploys of everything are held no more.*Still held here: shop \(RB-1 rolls it back\)/);
  });

  it('is released for the incident of the room when several hold it, and elsewhere one has to be named', async () => {
    const other = await declared(house, { text: 'sev2 payments hang service:shop' });
    expect(await type('ada', other, '/rollback lock shop it may be the same')).not.toMatch(/held already/);
    await says(other, /Deploys of shop are held, by <@\w+>: it may be the same/);
    expect(await type('ada', '#general', '/rollback unlock shop it is fine')).toContain(
      'Shop is held by INC-1 and INC-2. Say which one lets go of it, for example `/rollback unlock INC-1 shop &lt;reason&gt;`.',
    );
    expect(await type('ada', other, '/rollback unlock shop it is another thing')).toContain(
      'Released, but still held: shop by INC-1 (RB-1 rolls it back).',
    );
    expect(isOpen()).toBe(false);
  });

  it('outlives the incident, and its end says so: in the form, in the room and on the headline', async () => {
    await person('ada').slash(room, '/incident status');
    await person('ada').waitForModal('Status', patient);
    await person('ada').close();
    const { ts } = await headlineSays(room, /Held/);
    await person('ada').click(room, 'Resolve', { ...patient, ts });
    await person('ada').waitForModal('Resolve INC-1', patient);
    expect(JSON.stringify(await person('ada').modal())).toContain('Still held: shop (RB-1 rolls it back).');
    // The freeze of everything ended before; that was not the lock of the shop.
    expect(JSON.stringify(await person('ada').modal())).toContain('Unlock shop: deploys of it are held since this rollback began');
    await person('ada').fill({ note: 'rolled back' });
    expect(await person('ada').submit()).toMatchObject({ ok: true });
    await says(room, /Still held: shop \(RB-1 rolls it back\)\. It stays so until somebody types `\/rollback unlock shop &lt;reason&gt;`/);
    await says('#incidents', /✅ INC-1[\s\S]*\*Held\* shop \(RB-1 rolls it back\)/);
    expect(await type('ada', room, '/rollback lock pay because')).toContain('INC-1 is resolved: freeze is not possible any more');

    expect(await type('ben', '#general', '/rollback unlock shop v43 repairs it')).toContain('Shop is released: INC-1 holds it no more.');
    await becomes('open');
    await house.api.waitFor(
      async () => /saw to what RB-1 left behind: Unlock shop: v43 repairs it/.test(await type('ada', room, '/incident timeline')),
      {
        ...patient,
        what: 'The after-care still asks for unlocking.',
      },
    );
  });
});
