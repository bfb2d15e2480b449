// Slack says things twice, hangs up, or says nothing at all; and production moves while people think.
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { houseTimeoutMs } from '../support/house.ts';
import { describeLane } from '../support/lanes.ts';
import { patient, startRounds, type Rounds } from './rounds.ts';

describeLane(['redis', 'postgres'], 'with a Slack that misbehaves', () => {
  const scene: { rounds?: Rounds } = {};
  beforeAll(async () => {
    scene.rounds = await startRounds();
  }, houseTimeoutMs);
  afterAll(async () => scene.rounds?.stop(), houseTimeoutMs);

  function inside() {
    if (!scene.rounds) throw new Error('it did not start');
    const { house, ...rest } = scene.rounds;
    return { house, ...rest, api: house.api, production: house.production, ada: house.api.as('ada') };
  }

  /** The newest thing that was sent to the app with these words in it. */
  async function lastDelivery(words: string): Promise<number> {
    const sent = (await inside().api.deliveries()).findLast(({ request }) => JSON.stringify(request ?? null).includes(words));
    if (!sent) throw new Error(`nothing with ${words} was delivered`);
    return sent.id;
  }

  it('does a thing once that Slack delivers again and again', async () => {
    const { api, ada, database } = inside();
    await ada.slash('#general', '/incident declare sev3 the search is slow');
    await api.waitForChannel(/^inc-2-/, patient);
    const declared = await lastDelivery('the search is slow');
    for (let retry = 1; retry <= 3; retry += 1) {
      const answer = await api.redeliver({ entry: declared, retry });
      expect(JSON.stringify(answer)).toContain('INC-2');
    }
    expect(await database.db.selectFrom('incident').select('id').execute()).toHaveLength(2);
  }, 60_000);

  it('counts a person once who presses while the connection is cut, presses again, and is delivered twice', async () => {
    const { api, ada, room, request, rollback, ended, runsOf } = inside();
    const asked = await request();
    await ada.waitForMessage(room, new RegExp(`RB-${asked.state.number}\\b`), patient);
    await api.sockets('cut');
    const press = () => ada.click(room, 'Approve', { in: new RegExp(`RB-${asked.state.number}\\b`) }).catch(() => ({ ok: false }));
    const isRecorded = async () => ((await rollback(asked.state.number))?.state.votes.length ?? 0) > 0;
    // A click that got lost is shown as such, and the person presses again; one whose answer got lost counts all the same.
    await api.waitFor(async () => (await press()).ok || (await isRecorded()), patient);
    expect(await api.redeliver({ entry: await lastDelivery('block_actions') })).toMatchObject({ ok: true });
    const { state, id } = await ended(asked.state.number);
    expect(state).toMatchObject({ status: 'recovered', votes: [{ user: await ada.id() }] });
    expect(runsOf(id)).toBe(1);
  }, 90_000);

  it('rolls back while no message gets through, and tells everything afterwards', async () => {
    const { api, ada, room, approve, ended, runsOf } = inside();
    for (const method of ['chat.postMessage', 'chat.update', 'chat.postEphemeral', 'conversations.setTopic'])
      await api.break({ method, kind: 'hang' });
    const asked = await approve();
    const { state, id } = await ended(asked.state.number);
    expect(state.status).toBe('recovered');
    expect(runsOf(id)).toBe(1);
    await api.faults({ rules: [] });
    await ada.waitForMessage(room, new RegExp(`RB-${asked.state.number} recovered`), patient);
  }, 120_000);

  it('F32: starts nothing when somebody deployed between the question and the approval', async () => {
    const { api, ada, production, room, request, ended, runsOf, assertInvariants } = inside();
    const asked = await request();
    await production.campaign.start();
    await api.waitFor(() => production.fleet.live() === 'v42', patient);
    await production.github.idle();
    await ada.slash(room, `/rollback approve RB-${asked.state.number}`);
    const { state, id } = await ended(asked.state.number);
    expect(state.status).toBe('drifted');
    expect(runsOf(id)).toBe(0);
    await assertInvariants();
  }, 90_000);
});
