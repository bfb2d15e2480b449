// F22: Slack is wholly down, and production is rolled back all the same, by the same rules; afterwards the room reads what happened.
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { createMemberships } from '../../src/store/membership.ts';
import { createOperatorTokens } from '../../src/store/operator-tokens.ts';
import type { Typed } from '../support/cli.ts';
import { keyFor, warroom } from '../support/cli.ts';
import { houseTimeoutMs } from '../support/house.ts';
import { describeLane } from '../support/lanes.ts';
import { patient, startRounds, type Rounds } from './rounds.ts';

const minute = 60_000;

describeLane(['redis', 'postgres'], 'while Slack is wholly down (F22)', () => {
  const scene: { rounds?: Rounds; keys?: Record<'ada' | 'ben' | 'benToo', string> } = {};
  beforeAll(async () => {
    const rounds = (scene.rounds = await startRounds());
    const { api, databaseUrl = '' } = rounds.house;
    const [ada, ben] = [await api.as('ada').id(), await api.as('ben').id()];
    scene.keys = { ada: await keyFor(ada, databaseUrl), ben: await keyFor(ben, databaseUrl), benToo: await keyFor(ben, databaseUrl) };
    // Ben said something in Slack before: so Warroom has heard who he is.
    await api.as('ben').slash(rounds.room, '/incident tl me');
    await silence();
  }, houseTimeoutMs);
  afterAll(async () => scene.rounds?.stop(), houseTimeoutMs);

  function inside() {
    const { rounds, keys } = scene;
    if (!rounds || !keys) throw new Error('it did not start');
    const type = (who: keyof typeof keys, ...words: string[]): Promise<Typed> =>
      warroom(words, { WARROOM_URL: rounds.house.app.url, WARROOM_TOKEN: keys[who] });
    return { ...rounds, ...rounds.house, keys, type };
  }

  const silence = (): Promise<void> => inside().api.break({ method: '*', kind: 'status', value: 503 });

  /** As if Slack had last said something about everybody so long ago. */
  async function rememberedSince(ms: number): Promise<void> {
    await inside()
      .database.db.updateTable('membership')
      .set({ standing_at: String(Date.now() - ms) })
      .execute();
  }

  it('asks for a rollback from the command line, and shows what would be rolled back', async () => {
    const { type } = inside();
    const plan = await type('ben', 'rollback', 'plan', 'shop', 'to', 'v40');
    expect(plan).toMatchObject({ code: 0, err: '' });
    expect(plan.out).toContain('Plan: roll back shop (production) to v40');
    const asked = await type('ben', 'rollback', 'request', 'shop', 'to', 'v40', 'errors', 'began', 'with', 'v42');
    expect(asked).toMatchObject({ code: 0, err: '' });
    expect(asked.out).toContain('errors began with v42');
    expect(asked.out).toContain('warroom rollback approve RB-1');
  }, 60_000);

  it('A5: lets nobody approve the own request, with a second key neither', async () => {
    const { type } = inside();
    const own = await type('benToo', 'rollback', 'approve', 'RB-1', '--yes');
    expect(own).toMatchObject({ code: 1, out: '' });
    expect(own.err).toContain('You asked for this rollback, so somebody else has to approve it');
  }, 60_000);

  it('takes an answer of Slack that is a quarter of an hour old for a yes no more', async () => {
    const { type } = inside();
    await rememberedSince(40 * minute);
    const late = await type('ada', 'rollback', 'approve', 'RB-1', '--yes', '--type', 'shop');
    expect(late).toMatchObject({ code: 1, out: '' });
    expect(late.err).toContain('Slack cannot be asked whether you may do this, and its last answer is 40 minutes old: at most 15 count');
  }, 60_000);

  it('is approved by another person, runs and is verified, all of it at the terminal', async () => {
    const { type, rollback, runsOf, room, api } = inside();
    await rememberedSince(10 * minute);
    const unasked = await type('ada', 'rollback', 'approve', 'RB-1');
    expect(unasked.code).toBe(2);
    expect(unasked.err).toContain('Roll back shop (production)');
    expect(await type('ada', 'rollback', 'approve', 'RB-1', '--yes', '--type', 'shop')).toMatchObject({ code: 0, err: '' });
    const watched = await type('ben', 'rollback', 'status', 'RB-1', '--watch');
    expect(watched).toMatchObject({ code: 0, err: '' });
    const ended = await rollback(1);
    expect(ended?.state).toMatchObject({ status: 'recovered', votes: [{ user: await api.as('ada').id() }] });
    expect(runsOf(ended?.id ?? '')).toBe(1);
    expect(JSON.stringify(await api.as('ada').messages(room))).not.toContain('RB-1');
  }, 120_000);

  it('tells the room everything when Slack is back, in order and once', async () => {
    const { api, room, assertInvariants } = inside();
    await api.faults({ rules: [] });
    const turns = [/^<@\w+> asked for RB-1/, /^<@\w+> approved RB-1/, /^RB-1 recovered/];
    await api.as('ada').waitForMessage(room, /RB-1 recovered/, { timeoutMs: 90_000 });
    await assertInvariants();
    const said = (await api.as('ada').messages(room)).map(({ text }) => text);
    const places = turns.map((turn) => said.flatMap((text, index) => (turn.test(text) ? [index] : [])));
    expect(places.map((found) => found.length)).toEqual([1, 1, 1]);
    expect(places.flat()).toEqual(places.flat().toSorted((a, b) => a - b));
  }, 150_000);

  it('lets the commander break the glass when Slack has been silent for so long that nobody can approve', async () => {
    const { type, rollback, api } = inside();
    await silence();
    expect(await type('ben', 'rollback', 'request', 'shop', 'to', 'v41', 'the older one is worse')).toMatchObject({ code: 0, err: '' });
    await rememberedSince(40 * minute);
    expect((await type('ada', 'rollback', 'approve', 'RB-2', '--yes', '--type', 'shop')).err).toContain('40 minutes old');
    const why = 'Slack is away and customers cannot pay';
    expect(await type('ada', 'rollback', 'break-glass', 'RB-2', why, '--type', 'shop', '--yes')).toMatchObject({ code: 0, err: '' });
    expect(await type('ada', 'rollback', 'status', 'RB-2', '--watch')).toMatchObject({ code: 0, err: '' });
    expect((await rollback(2))?.state).toMatchObject({ status: 'recovered', votes: [], glass: { by: await api.as('ada').id() } });
    await api.faults({ rules: [] });
  }, 120_000);

  it('never logs a key, and never shows one that does not count why', async () => {
    const { type, keys, app, worker, database, databaseUrl = '', api } = inside();
    const tokens = createOperatorTokens(database.db);
    const secret = await keyFor(await api.as('ada').id(), databaseUrl);
    const id = secret.split('_')[2] ?? '';
    expect(await warroom(['token', 'revoke', id], { DATABASE_URL: databaseUrl })).toMatchObject({ code: 0 });
    const revoked = await warroom(['rollback', 'status'], { WARROOM_URL: app.url, WARROOM_TOKEN: secret });
    expect(revoked).toMatchObject({ code: 3, out: '', err: expect.stringContaining('wrong, expired or revoked') });
    expect(await type('ada', 'rollback', 'status')).toMatchObject({ code: 0, err: '' });
    expect((await tokens.list()).find((token) => token.id === id)).toMatchObject({ revokedAt: expect.any(Number) });
    const logged = [...app.lines, ...worker.lines].join('\n');
    for (const key of [...Object.values(keys), secret]) expect(logged).not.toContain(key.slice(20));
  }, 60_000);

  it('opens nothing for somebody whose account was closed, though the key is good', async () => {
    const { database, type, api } = inside();
    const ben = await api.as('ben').id();
    await createMemberships(database.db).rememberPerson(ben, { standing: 'deactivated', name: 'Ben' }, Date.now() + minute);
    await silence();
    await api.waitFor(async () => (await type('ben', 'rollback', 'status')).code === 3, patient);
    expect((await type('ada', 'rollback', 'status')).code).toBe(0);
  }, 90_000);
});
