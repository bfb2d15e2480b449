import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { wordsIn } from '../../../sandbox/slack/test-api.ts';
import { houseTimeoutMs, startHouse, type House } from '../../support/house.ts';
import { answerOf, connected, patient, whispered } from '../../support/talk.ts';
import { declared, requested, runsOf } from '../play.ts';

jest.setTimeout(houseTimeoutMs);

describe('approving what one may not, or twice, or too late', () => {
  let house: House;
  let room: string;
  beforeAll(async () => {
    house = await startHouse({ production: { runSeconds: 0.3 } });
    room = await declared(house, { text: 'sev1 checkout fails service:shop' });
    await requested(house, { room, by: 'ben', to: 'v40' });
  }, houseTimeoutMs);
  beforeEach(async () => connected(house.api));
  afterAll(async () => house.stop());

  const person = (name: string) => house.api.as(name);
  const card = async (name: string) => wordsIn(await person('ada').waitForMessage(room, new RegExp(`${name} · shop`), patient));

  it('A5: tells the requester that somebody else has to, by button and by command', async () => {
    await person('ben').click(room, 'Approve', patient);
    const whisper = await whispered(person('ben'), room, /You asked for this rollback/);
    expect(whisper).toContain('somebody else has to approve it: the Incident Commander, the Technical Lead or @sre-leads.');
    expect(answerOf(await person('ben').slash(room, '/rollback approve RB-1'))).toContain('You asked for this rollback');
  });

  it('A7: tells somebody without a role who may', async () => {
    await person('eve').visit('join', room);
    await person('eve').click(room, 'Approve', patient);
    const whisper = await whispered(person('eve'), room, /You are not one of them/);
    expect(whisper).toContain('needs an approval by the Incident Commander, the Technical Lead or @sre-leads');
  });

  it('A8: tells a guest that guests cannot, and gives guests no role', async () => {
    await person('ada').slash(room, '/invite @finn');
    await person('finn').click(room, 'Approve', patient);
    expect(await whispered(person('finn'), room, /You can look/)).toContain('guests of this workspace cannot');
    await person('finn').click(room, 'Take TL', patient);
    expect(await whispered(person('finn'), room, /cannot hold a role/)).toContain('guests of this workspace cannot');
  });

  it('A5, A7, A8: has counted none of them', async () => {
    expect(await card('RB-1')).toContain('approvals 0 of 1');
    expect(answerOf(await person('ada').slash(room, '/incident timeline'))).not.toContain('approved RB-1');
    expect(runsOf(house)).toEqual([]);
  });

  it('A14: refuses a click on a card that shows what is over already', async () => {
    await house.api.break({ method: 'chat.update', kind: 'error', error: 'internal_error' });
    await person('ben').slash(room, '/rollback reject RB-1 the cause is the database');
    await person('ada').waitForMessage(room, /rejected RB-1: the cause is the database/, patient);
    await person('ada').click(room, 'Approve', patient);
    expect(await whispered(person('ada'), room, /RB-1 is rejected/)).toContain('approve is not possible now');
    await house.api.faults({ rules: [] });
    await person('ada').waitForMessage(room, (message) => /\*Rejected\* · the cause is the database/.test(wordsIn(message)), patient);
    expect(runsOf(house)).toEqual([]);
  });

  it('A6: takes a double click as one vote and starts one run', async () => {
    await requested(house, { room, by: 'ben', to: 'v40' });
    await Promise.all([person('ada').click(room, 'Approve', patient), person('ada').click(room, 'Approve', patient)]);
    await person('ada').waitForMessage(room, /RB-2 recovered/, patient);
    const timeline = answerOf(await person('ada').slash(room, '/incident timeline'));
    expect(timeline.match(/approved RB-2/g)).toHaveLength(timeline.match(/asked for RB-2/g)?.length ?? 0);
    expect(runsOf(house)).toHaveLength(1);
    expect((await person('ada').ephemerals(room)).map(wordsIn).join('\n')).not.toContain('Something failed');
  });

  it('A10: does not count the vote of somebody who was deactivated before it started', async () => {
    const second = await declared(house, { text: 'sev2 payments fail service:shop' });
    await requested(house, { room: second, by: 'ben', to: 'v41' });
    await person('cleo').click(second, 'Approve', patient);
    await person('ada').waitForMessage(second, /approved RB-3, 1 of 2/, patient);
    await house.api.deactivate('cleo');
    await person('ada').click(second, 'Approve', patient);
    const told = wordsIn(await person('ada').waitForMessage(second, /RB-3 is open for approval again/, patient));
    expect(told).toContain('does not count any more');
    await person('ada').waitForMessage(second, (message) => /approvals 1 of 2/.test(wordsIn(message)), patient);
    expect(runsOf(house)).toHaveLength(1);
  });
});
