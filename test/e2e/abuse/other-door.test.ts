// A5: what is refused in Slack is refused at the command line: one person, whichever door.
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { keyFor, warroom, type Typed } from '../../support/cli.ts';
import { houseTimeoutMs, startHouse, type House } from '../../support/house.ts';
import { describeLane } from '../../support/lanes.ts';
import { patient } from '../../support/talk.ts';
import { declared, requested } from '../play.ts';
import { unchanged } from './standing.ts';

describeLane(['redis', 'postgres'], 'the way in without Slack', () => {
  const scene: { house?: House; room?: string } = {};
  const keys = new Map<string, string>();
  beforeAll(async () => {
    const house = (scene.house = await startHouse({ store: 'servers' }));
    scene.room = await declared(house, { text: 'sev1 checkout fails service:shop' });
    await requested(house, { room: scene.room, by: 'ben', to: 'v40' });
    for (const name of ['ben', 'eve', 'finn']) keys.set(name, await keyFor((await house.api.person(name)).id, house.databaseUrl ?? ''));
  }, houseTimeoutMs);
  afterAll(async () => scene.house?.stop(), houseTimeoutMs);

  function inside(): { house: House; room: string } {
    const { house, room } = scene;
    if (!house || room === undefined) throw new Error('it did not start');
    return { house, room };
  }

  const type = (who: string, ...words: string[]): Promise<Typed> =>
    warroom(words, { WARROOM_URL: inside().house.app.url, WARROOM_TOKEN: keys.get(who) ?? '' });

  it(
    'A5: lets nobody approve by command line what they asked for in Slack',
    async () => {
      const { house, room } = inside();
      await unchanged(house, { room, name: 'RB-1' }, async () => {
        const own = await type('ben', 'rollback', 'approve', 'RB-1', '--yes');
        expect(own).toMatchObject({ code: 1, out: '' });
        expect(own.err).toContain('You asked for this rollback, so somebody else has to approve it: the Incident Commander');
      });
    },
    houseTimeoutMs,
  );

  it(
    'A7, A8: gives nobody there a right they do not have in Slack',
    async () => {
      const { house, room } = inside();
      await unchanged(house, { room, name: 'RB-1' }, async () => {
        const nobody = await type('eve', 'rollback', 'approve', 'RB-1', '--yes');
        expect(nobody).toMatchObject({ code: 1, out: '' });
        expect(nobody.err).toContain('You are not one of them');
        const guest = await type('finn', 'rollback', 'approve', 'RB-1', '--yes');
        expect(guest.code).toBe(3);
        expect(guest.err).toContain('Your key opens nothing');
      });
      await house.api.as('ada').waitForMessage(room, /RB-1 · shop/, patient);
    },
    houseTimeoutMs,
  );
});
