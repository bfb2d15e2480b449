// Plans of several steps, judged by the books of the systems they change: the balancer's, the flags' and GitHub's.
import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import type { Message } from '../../sandbox/slack/client-api.ts';
import { wordsIn } from '../../sandbox/slack/test-api.ts';
import { houseTimeoutMs, startHouse, type House } from '../support/house.ts';
import { answerOf, patient, whispered } from '../support/talk.ts';
import { effects, openBooks, type Books, type Effect } from './books.ts';
import { declared } from './play.ts';
import { timelineIsWhole } from './timeline.ts';

interface Scene {
  house?: House;
  room: string;
  /** What is on record from the latest request on. */
  books: Books;
  /** Of the latest rollback. */
  card: string;
}

/** Registers the steps. They build on each other: the first that fails explains the rest. */
export function playPlans(store: 'embedded' | 'servers'): void {
  jest.setTimeout(90_000);
  const scene: Scene = { room: '', card: '', books: { since: [] } };
  beforeAll(async () => {
    scene.house = await startHouse({ mode: 'socket', store, configure: withCarefulPlan });
    await campaignStarts(scene.house);
    scene.room = await declared(scene.house, { text: 'sev1 shop Checkout fails' });
    const ben = scene.house.api.as('ben');
    await ben.visit('join', scene.room);
    await ben.click(scene.room, 'Take TL', patient);
  }, houseTimeoutMs);
  afterAll(async () => scene.house?.stop(), houseTimeoutMs);

  lookSteps(scene);
  cancelSteps(scene);
  gateSteps(scene);
  stumbleSteps(scene);
  lastSteps(scene, store);
}

function inside({ house, ...scene }: Scene) {
  if (!house) throw new Error('the house did not start');
  const { api, production } = house;
  return { ...scene, house, api, production, ada: api.as('ada'), ben: api.as('ben') };
}

/** The campaign's plan once more, with somebody to be asked before its last step. */
function withCarefulPlan(yaml: string): string {
  const [, plan = ''] = /^ {2}campaign:\n([\s\S]*?)\n+providers:/m.exec(yaml) ?? [];
  return yaml.replace('plans:\n', `plans:\n  careful:\n${plan}\n        gate: { manual: 'Are the errors gone with the traffic?' }\n`);
}

async function campaignStarts({ production, api }: House): Promise<void> {
  await production.campaign.start();
  await production.github.idle();
  await api.waitFor(() => production.health(1).checkoutErrorShare > 0.1, { ...patient, what: 'errors of the bad version' });
}

/** Asks for a plan; from here on the books count. */
async function ask(scene: Scene, plan: string): Promise<string> {
  const { api, ada, ben, room, production } = inside(scene);
  scene.books = openBooks(production);
  const before = (await ada.messages(room)).map(({ ts }) => ts);
  expect(answerOf(await ben.slash(room, `/rollback request ${plan} to v41 errors began with v42`)).trim()).toBe('');
  const isNew = (message: Message): boolean => !before.includes(message.ts) && /Waiting for approval/.test(wordsIn(message));
  const card = await api.waitFor(async () => (await ada.messages(room)).find(isNew), { ...patient, what: 'The card did not come.' });
  scene.card = card.ts;
  return wordsIn(card);
}

/** The words of the card once they say this. */
async function cardSays(scene: Scene, words: RegExp): Promise<string> {
  const { ada, room, card } = inside(scene);
  return wordsIn(await ada.waitForMessage(room, (message) => message.ts === card && words.test(wordsIn(message)), { timeoutMs: 45_000 }));
}

/** What the systems have on record since the request: told apart by who wrote it. */
const seen = (scene: Scene): Effect[] => effects(inside(scene).production, scene.books);
const namesOf = (of: readonly Effect[]): string[] => of.map(({ what }) => what);

function lookSteps(scene: Scene): void {
  it('shows every step of a plan, and changes nothing by looking or asking', async () => {
    const { ben, room } = inside(scene);
    await ben.slash(room, '/rollback plan campaign');
    const plan = await whispered(ben, room, /Nothing was requested/);
    expect(plan).toMatch(
      /1\. shift-traffic\* · balancer weights: v41: 0 → 100[\s\S]*2\. promotion-off\* · promo-banner: true → false[\s\S]*3\. code\* · code v42 → v41 · after shift-traffic and promotion-off/,
    );

    const card = await ask(scene, 'campaign');
    expect(card).toContain('RB-1 · shop · production · v42 → v41');
    await ben.click(room, 'Approve', { ts: scene.card, ...patient });
    await whispered(ben, room, /somebody else has to approve/);
    expect(seen(scene)).toEqual([]);
  });
}

function cancelSteps(scene: Scene): void {
  it('runs the traffic and the flag first, and the code only after both', async () => {
    const { ada, room, production } = inside(scene);
    production.github.setRunSeconds(20);
    await ada.click(room, 'Approve', { ts: scene.card, ...patient });
    await cardSays(scene, /3\. code\* · … running/);
    const done = seen(scene);
    expect(namesOf(done).slice(0, 2).toSorted()).toEqual(['promo-banner off', 'weights v41 100, v42 0']);
    expect(namesOf(done).slice(2)).toEqual(['rollback.yml']);
  });

  it('stops half-way when it is called off, and puts back what was done, the last thing first', async () => {
    const { ada, room, production } = inside(scene);
    const forth = seen(scene);
    await ada.click(room, 'Call off', { ts: scene.card, ...patient });
    await ada.waitForModal('', patient);
    await ada.fill({ 'Why?': 'we found another cause' });
    expect(await ada.submit()).toMatchObject({ ok: true });
    const card = await cardSays(scene, /\*Undone\*|\*Called off\*/);

    expect(card).toContain('we found another cause');
    expect(production.github.ledger().at(-1)).toMatchObject({ workflow: 'rollback.yml', conclusion: 'cancelled' });
    expect(production.fleet.weights()).toEqual({ v41: 0, v42: 100 });
    expect(production.flags.flags().find(({ key }) => key === 'promo-banner')).toMatchObject({ enabled: true });
    const back = seen(scene).slice(forth.length);
    expect(namesOf(back)).toEqual((await doneInOrder(scene)).toReversed().map((step) => takenBack[step]));
    expect(card.match(/undo · ✓ done/g)).toHaveLength(2);
  });
}

/** How the undoing of a step shows in the books. */
const takenBack: Record<string, string> = { 'promotion-off': 'promo-banner on', 'shift-traffic': 'weights v41 0, v42 100' };

/** The steps that RB-1 did, in the order in which they are on record as done: side by side, either may be first. */
async function doneInOrder(scene: Scene): Promise<string[]> {
  const { ada, room } = inside(scene);
  const timeline = answerOf(await ada.slash(room, '/incident timeline'));
  return [...timeline.matchAll(/RB-1: step \d of 3 \(([\w-]+)\) is done/g)].map(([, step = '']) => step);
}

function gateSteps(scene: Scene): void {
  it('waits at a manual gate for as long as nobody confirms', async () => {
    const { api, ada, room, production } = inside(scene);
    production.github.setRunSeconds(0.5);
    expect(await ask(scene, 'careful')).toContain('RB-2');
    await ada.click(room, 'Approve', { ts: scene.card, ...patient });
    const card = await cardSays(scene, /\*code\* waits: Are the errors gone with the traffic\?/);
    expect(card).toMatch(/1\. shift-traffic\* · ✓ done[\s\S]*2\. promotion-off\* · ✓ done/);
    await ada.waitForMessage(room, /RB-2 waits for a person\* before code: Are the errors gone with the traffic\?/, patient);
    await api.waitFor(() => production.health(1).checkoutErrorShare === 0, { ...patient, what: 'no errors with the traffic moved' });
    expect(namesOf(seen(scene)).toSorted()).toEqual(['promo-banner off', 'weights v41 100, v42 0']);
  });

  it('goes on when somebody does, and is measured', async () => {
    const { ada, room, production } = inside(scene);
    await ada.click(room, 'Confirm', { ts: scene.card, ...patient });
    await cardSays(scene, /✓ Recovered/);
    expect(namesOf(seen(scene)).at(-1)).toBe('rollback.yml');
    expect(seen(scene)).toHaveLength(3);
    expect(production.github.ledger().at(-1)).toMatchObject({ effect: 'switched', conclusion: 'success' });
    expect(production.fleet.live()).toBe('v41');
    expect(production.health(1).checkoutErrorShare).toBeLessThan(0.01);
  });
}

function stumbleSteps(scene: Scene): void {
  it('asks a person when it cannot see what a step did, and starts nothing after it', async () => {
    const { house, ada, room, production } = inside(scene);
    await campaignStarts(house);
    expect(await ask(scene, 'campaign')).toContain('RB-3');
    const blind = { method: 'GET', path: /^\/flags\//, kind: 'status', status: 403, times: 100_000 } as const;
    production.flags.faults.add({ method: 'PUT', path: '/flags/', kind: 'latency', ms: 0, andThen: blind });
    await ada.click(room, 'Approve', { ts: scene.card, ...patient });
    const card = await cardSays(scene, /Waiting for your decision/);
    expect(card).toMatch(/2\. promotion-off\* · ⚠ outcome not known/);
    expect(card).toContain('answered 403');
    expect(namesOf(seen(scene)).toSorted()).toEqual(['promo-banner off', 'weights v41 100, v42 0']);
  });

  it('runs that step again when told to, without a second effect, and goes on to the end', async () => {
    const { ada, room, production } = inside(scene);
    production.flags.faults.clear();
    await ada.click(room, 'Run again', { ts: scene.card, ...patient });
    await cardSays(scene, /✓ Recovered/);
    const names = namesOf(seen(scene));
    expect(names.toSorted()).toEqual(['promo-banner off', 'rollback.yml', 'weights v41 100, v42 0']);
    expect(names.at(-1)).toBe('rollback.yml');
    expect(production.fleet.live()).toBe('v41');
    expect(production.health(1).checkoutErrorShare).toBeLessThan(0.01);
  });
}

function lastSteps(scene: Scene, store: 'embedded' | 'servers'): void {
  it('has every step and every decision in the timeline', async () => {
    const { ada, room, house } = inside(scene);
    const timeline = answerOf(await ada.slash(room, '/incident timeline'));
    const told = [/called RB-1 off: we found another cause/, /RB-1 undoes what it did, 2 steps/, /What RB-1 had done is undone/];
    const later = [
      /let step 3 of 3 \(code\) of RB-2 go on/,
      /RB-2 recovered/,
      /RB-3 waits for your decision/,
      /has step 2 of 3 \(promotion-off\) of RB-3 run again/,
      /RB-3 recovered/,
    ];
    const at = [...told, ...later].map((words) => timeline.search(words));
    expect(at).not.toContain(-1);
    expect(at).toEqual(at.toSorted((a, b) => a - b));
    if (store === 'servers') await timelineIsWhole(house.databaseUrl ?? '');
  });
}
