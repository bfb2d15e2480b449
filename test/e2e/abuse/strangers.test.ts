import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { LogEntry } from '../../../sandbox/slack/client-api.ts';
import { wordsIn } from '../../../sandbox/slack/test-api.ts';
import { houseTimeoutMs, startHouse, type House } from '../../support/house.ts';
import { answerOf, connected, patient, whispered } from '../../support/talk.ts';
import { declared, requested } from '../play.ts';
import { clickForged, commandForged, lastSent, saidTo, unchanged, type Clicked } from './standing.ts';

jest.setTimeout(houseTimeoutMs);

const otherTeam = 'T0PARTNER0';
const onlyOurs = 'Only people of the workspace that runs Warroom can do this.';

describe('people who are no members of the workspace', () => {
  let house: House;
  let room: string;
  let click: LogEntry;
  const where = () => ({ room, name: 'RB-1' });
  beforeAll(async () => {
    house = await startHouse();
    room = await declared(house, { text: 'sev1 checkout fails service:shop' });
    await requested(house, { room, by: 'ben', to: 'v40' });
    await house.api.addPerson({ name: 'zoe', realName: 'Zoe of a partner', team: otherTeam });
    await house.api.addPerson({ name: 'flow', realName: 'Release workflow', bot: true });
    for (const name of ['zoe', 'flow', 'eve']) await person(name).visit('join', room);
    await person('eve').click(room, 'Details', patient);
    await whispered(person('eve'), room, /asked by/);
    click = await lastSent(house, 'block_actions');
  }, houseTimeoutMs);
  beforeEach(async () => connected(house.api));
  afterAll(async () => house.stop());

  const person = (name: string) => house.api.as(name);

  /** The press of Approve on the real card, as somebody; what Slack vouches for is changed. */
  async function pressed(change: (payload: Clicked) => void): Promise<void> {
    const card = await person('ada').waitForMessage(room, /RB-1 · shop/, patient);
    const buttons = (card.blocks as { elements?: { action_id?: string; value?: string }[] }[]).flatMap(({ elements = [] }) => elements);
    const value = buttons.find(({ action_id: id }) => id === 'rollback.approve')?.value ?? '';
    await clickForged(house, click, (payload) => {
      payload.actions = payload.actions.map((action) => ({ ...action, action_id: 'rollback.approve', value }));
      change(payload);
    });
  }

  it('A9: refuses whoever is here from another workspace: a click, a command, and a click that claims to be from ours', async () => {
    await unchanged(house, where(), async () => {
      await person('zoe').click(room, 'Approve', patient);
      expect(await whispered(person('zoe'), room, /workspace/)).toContain(onlyOurs);
      for (const text of ['/rollback approve RB-1', '/rollback request shop to v41', '/incident resolve']) {
        expect(answerOf(await person('zoe').slash(room, text))).toContain(onlyOurs);
      }
      const zoe = (await house.api.person('zoe')).id;
      await pressed((payload) => void (payload.user.id = zoe));
      await whispered(person('eve'), room, /You can look, but not change anything here: people of another workspace cannot\./);
    });
  });

  it('A9: posts no card of a rollback into a room that is shared with another workspace; a member sees it alone, and can act', async () => {
    const shared = await declared(house, { text: 'sev2 payments fail service:shop' });
    await house.api.shareChannel(shared);
    for (const name of ['ben', 'cleo']) await person(name).visit('join', shared);
    await person('ben').slash(shared, '/rollback request shop to v40 because');
    const card = await person('ada').waitForMessage(shared, /RB-2: waiting for approval/, patient);
    expect(wordsIn(card)).toContain('People of another workspace are in this room, so its card is not shown here.');
    expect(wordsIn(card)).toContain('Type `/rollback status RB-2` to see it');
    expect(JSON.stringify(card.blocks)).not.toMatch(/v40|v42|actions|Approve/);
    const own = answerOf(
      await person('cleo')
        .visit('join', shared)
        .then(() => person('cleo').slash(shared, '/rollback status RB-2')),
    );
    expect(own).toContain('Waiting for approval');
    await person('cleo').slash(shared, '/rollback approve RB-2');
    await person('ada').waitForMessage(shared, /approved RB-2, 1 of 2/, patient);
    const told = answerOf(await person('ben').slash(shared, '/rollback reject RB-2 not now'));
    expect(told).not.toContain('Not');
    await person('ada').waitForMessage(shared, /RB-2: rejected/, patient);
  });

  it('A11: takes nobody of another workspace of the same organisation for one of ours, also under an id that we know', async () => {
    const enterprise = { id: 'E0ORGANIS', name: 'Acme Group' };
    await person('eve').slash(room, '/rollback status RB-1');
    const command = await lastSent(house, '/rollback');
    await unchanged(house, where(), async () => {
      const ada = (await house.api.person('ada')).id;
      await pressed((payload) => Object.assign(payload, { enterprise, user: { ...payload.user, id: ada, team_id: 'T0SISTER00' } }));
      await whispered(person('eve'), room, /Only people of the workspace that runs Warroom can do this/);
      const typed = await commandForged(house, command, (payload) =>
        Object.assign(payload, { enterprise_id: enterprise.id, team_id: 'T0SISTER00', user_id: ada, text: 'approve RB-1' }),
      );
      expect(saidTo(typed)).toContain(onlyOurs);
    });
  });

  it('A12: lets no app, bot or workflow ask for, approve or call off anything', async () => {
    await unchanged(house, where(), async () => {
      await person('flow').click(room, 'Approve', patient);
      await whispered(person('flow'), room, /You can look, but not change anything here: apps and bots cannot\./);
      for (const text of ['/rollback reject RB-1 no', '/incident resolve', '/rollback revoke RB-1', '/incident note all is well']) {
        expect(answerOf(await person('flow').slash(room, text))).toMatch(/apps and bots cannot|is not known/);
      }
      await person('flow').post(room, '/rollback approve RB-1');
    });
    const other = await declared(house, { text: 'sev2 search is slow service:shop' });
    await person('flow').visit('join', other);
    const asked = answerOf(await person('flow').slash(other, '/rollback request shop to v40 because'));
    expect(asked).toContain('You can look, but not change anything here: apps and bots cannot.');
  });

  it('A7: gives nobody a right by a button that was copied into another channel', async () => {
    await unchanged(house, where(), async () => {
      const general = (await house.api.channel('general')).id;
      await pressed((payload) =>
        Object.assign(payload, {
          channel: { id: general, name: 'general' },
          container: { type: 'message', message_ts: '1.000001', channel_id: general, is_ephemeral: false },
        }),
      );
      expect(await whispered(person('eve'), room, /This rollback needs an approval by/)).toContain('You are not one of them.');
    });
  });
});
