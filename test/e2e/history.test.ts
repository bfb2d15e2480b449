// Looking back, and looking at what one could go back to: the whole way from Slack to the store and GitHub.
import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { wordsIn } from '../../sandbox/slack/test-api.ts';
import { houseTimeoutMs, startHouse, type House } from '../support/house.ts';
import { answerOf, connected, patient, whispered } from '../support/talk.ts';
import { declared, requested } from './play.ts';

jest.setTimeout(houseTimeoutMs);

describe('the history of a service and its targets', () => {
  let house: House;
  let room: string;
  beforeAll(async () => {
    house = await startHouse({ production: { runSeconds: 0.3 } });
    room = await declared(house, { text: 'sev1 checkout fails service:shop' });
    await ben().visit('join', room);
  }, houseTimeoutMs);
  beforeEach(async () => connected(house.api));
  afterAll(async () => house.stop());

  const ada = () => house.api.as('ada');
  const ben = () => house.api.as('ben');
  const told = async (text: string, where = room) => answerOf(await ben().slash(where, text));

  async function rolledBack(to: string): Promise<void> {
    const { name, ts } = await requested(house, { room, by: 'ben', to });
    await ada().click(room, 'Approve', { ...patient, ts });
    await ada().waitForMessage(room, new RegExp(`${name} recovered`), patient);
  }

  it('say that nothing happened yet', async () => {
    expect(await told('/rollback history shop')).toContain('shop was never rolled back with Warroom.');
    expect(await told('/rollback history campaign')).toContain('campaign was never rolled back with Warroom.');
    expect(await told('/rollback status shop')).toContain('shop was never rolled back with Warroom.');
  });

  it('say what is wrong with a question, and what is right', async () => {
    expect(await told('/rollback history')).toContain('Name the service or plan: `shop`, `campaign`.');
    expect(await told('/rollback history shpo')).toContain('There is no service “shpo”.');
    expect(await told('/rollback history shop production')).toContain('Name only the service or plan: `/rollback history shop`.');
    expect(await told('/rollback targets')).toContain('Name the service: `shop`.');
    expect(await told('/rollback targets shop staging')).toContain('production');
    expect(await told('/rollback targets shop production now')).toContain('`/rollback targets shop`');
  });

  it('show what one could go back to, with a button that opens the form at that version', async () => {
    const words = await told('/rollback targets shop');
    expect(words).toMatch(/Running now: .*v41/);
    expect(words).toMatch(/v40.*last known good.* · deployed .* ago/);
    expect(words).toMatch(/A rollback usually runs|deployed/);
    expect(words).toContain('shift-traffic + promotion-off → code');

    await ben().click(room, 'Plan rollback', patient);
    const form = await ben().waitForModal('Roll back', patient);
    await house.api.waitFor(async () => JSON.stringify(await ben().modal()).includes('Back to which version?'), patient);
    expect(JSON.stringify(form)).toContain('shop');
    await ben().close();
  });

  it('show no button where nothing can be requested', async () => {
    const words = await told('/rollback targets shop', '#general');
    expect(words).toContain('do the same in a war room');
    expect(words).not.toContain('Plan rollback');
  });

  it('say in words that GitHub does not answer', async () => {
    house.production.github.faults.add({ kind: 'status', status: 503, times: 100_000 });
    try {
      expect(await told('/rollback targets shop')).toMatch(/It is not known what there is to go back to: .*503/);
    } finally {
      house.production.github.faults.clear();
    }
  });

  it('tell where the time went, with the room in which it happened', async () => {
    await rolledBack('v40');
    const words = await told('/rollback history shop', '#general');
    expect(words).toContain('1 in the last 30 days, 1 in 90: 1 recovered');
    expect(words).toMatch(/\*RB-1\* · v41 → v40 · \*recovered\*/);
    expect(words).toMatch(/production · asked by <@\w+>\n.*\nINC-1 · <#C\w+>/);
    expect(words).toMatch(/decide \d+ s · approve \d+ s · execute \d+ s · recover \d+ s · \*\d+ s in all\*/);
    expect(words).not.toContain('⚠');
  });

  it('warn before a version is left again, and before the third rollback of a service', async () => {
    await rolledBack('v41');
    expect(await told('/rollback history shop')).toContain('⚠ shop (production) was rolled back 2 times in 30 days: RB-2 and RB-1');
    const warnings = [/careful: v41 was rolled back from before: RB-1, /, /careful: third rollback of shop in 30 days: RB-2, .*; RB-1, /];
    const preview = await told('/rollback plan shop to v40');
    for (const warning of warnings) expect(preview).toMatch(warning);

    const { ts } = await requested(house, { room, by: 'ben', to: 'v40' });
    const card = wordsIn(await ada().waitForMessage(room, (message) => message.ts === ts, patient));
    for (const warning of warnings) expect(card).toMatch(warning);
  });

  it('mark the versions that were left, and estimate from what really happened', async () => {
    const words = await told('/rollback targets shop production');
    expect(words).toMatch(/v40.*\n⚠ rolled back from before: RB-2/);
    expect(words).toMatch(/A rollback usually runs \d+ s and production recovers \d+ s later \(median of 2 rollbacks\)/);
  });

  it('show how the one that is under way stands, and afterwards the latest', async () => {
    const now = await told('/rollback status shop', '#general');
    expect(now).toContain('RB-3, roll back shop (production) from v41 to v40: waiting for approval.');
    expect(now).not.toContain('*RB-2* ·');
    expect(now).toMatch(/INC-1 · <#C\w+>/);

    await ben().slash(room, '/rollback reject RB-3 the cause is the database');
    expect(await told('/rollback status shop')).toContain('RB-3, roll back shop (production) from v41 to v40: rejected.');
    const history = await told('/rollback history shop');
    expect(history).toContain('1 more request never began');
    expect(history).toContain('*rejected*: the cause is the database');
  });

  it('turn the page', async () => {
    for (let number = 4; number <= 9; number += 1) {
      await ben().slash(room, '/rollback request shop to v40 once more');
      await ben().slash(room, `/rollback reject RB-${number} not now`);
    }
    const first = await told('/rollback history shop');
    expect(first).toContain('*RB-2*');
    expect(first).not.toContain('*RB-1*');

    await ben().click(room, 'Older', patient);
    const second = await whispered(ben(), room, /Rollbacks of shop before RB-2/);
    expect(second).toContain('*RB-1*');
    expect(second).not.toMatch(/\*RB-2\*|in the last 30 days/);
  });
});
