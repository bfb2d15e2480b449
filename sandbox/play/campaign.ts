/**
 * The case this product was made for, played over the real protocol: a campaign breaks the checkout, and people bring it back.
 * Everything it claims is measured or read back; it throws when something is not as it should be.
 */
import type { TestApi } from '../slack/test-api.ts';
import { wordsIn } from '../slack/test-api.ts';
import { rollBack } from './rollback.ts';
import type { Play } from './story.ts';

export interface Figures {
  /** From the first declaration to the measured recovery, in milliseconds. */
  recoveredMs: number;
  brokenShare: number;
  healthyShare: number;
  timeline: string;
}

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;
const wait = { timeoutMs: 60_000 };

export async function playCampaign(play: Play): Promise<Figures> {
  const { production, story } = play;
  const brokenShare = await breakTheShop(play);
  const declaredAt = story.elapsed();
  const room = await declare(play);
  await takeRoles(play, room);
  await rollBack(play, room);
  const recoveredMs = story.elapsed() - declaredAt;
  const healthyShare = production.health(5).checkoutErrorShare;
  story.tell('measured', `checkout errors ${percent(healthyShare)}: the shop is well again`);
  await tellEverybody(play, room);
  const timeline = await resolve(play, room);
  return { recoveredMs, brokenShare, healthyShare, timeline };
}

/** The flag goes on, v42 goes out, customers begin to suffer. */
async function breakTheShop({ api, production, story }: Play): Promise<number> {
  story.tell('campaign', 'the promotional flag is on and v42 goes out');
  await production.campaign.start();
  await api.waitFor(() => production.health(3).checkoutErrorShare > 0.1, { ...wait, what: 'errors of the bad version' });
  const share = production.health(3).checkoutErrorShare;
  story.tell('measured', `checkout errors ${percent(share)}`);
  return share;
}

async function declare({ api, story }: Play): Promise<string> {
  const ada = api.as('ada');
  await ada.slash('#general', '/incident declare');
  await ada.waitForModal('Declare');
  await story.pause(2500);
  await ada.fill({
    title: 'Checkout fails for a third of customers',
    severity: 'SEV1',
    service: 'shop',
    impact: 'About one checkout in three fails with an error page',
  });
  await ada.submit();
  const { name } = await api.waitForChannel(/^inc-1-/, wait);
  await ada.waitForMessage(name, 'The first minute', wait);
  story.tell('ada', `declares SEV1 and is Incident Commander: #${name}`);
  await story.pause(3000);
  return name;
}

async function takeRoles({ api, story }: Play, room: string): Promise<void> {
  for (const [name, role] of [
    ['ben', 'Take TL'],
    ['cleo', 'Take CC'],
  ] as const) {
    const person = api.as(name);
    await person.visit('join', room);
    await person.click(room, role, wait);
    await person.waitForMessage('@app', /You are/, wait);
    story.tell(name, role === 'Take TL' ? 'takes Technical Lead and gets the role card' : 'takes Comms Coordinator and gets the role card');
    await story.pause(1500);
  }
}

/** Team, customers and support each get their words. */
async function tellEverybody({ api, story }: Play, room: string): Promise<void> {
  const cleo = api.as('cleo');
  const texts = {
    internal: 'Rolled back to v41, checkout errors are gone. We keep watching for half an hour.',
    external: 'Between 10 and 20 minutes ago some checkouts failed. It works again. Whoever got an error can simply try once more.',
    support: 'Checkout works again. Customers who saw an error page can simply try again.',
  };
  for (const [audience, text] of Object.entries(texts)) {
    await cleo.slash(room, `/incident update ${audience}`);
    await cleo.waitForModal(audience, wait);
    await cleo.fill({ Text: text });
    await cleo.submit();
    await story.pause(1500);
  }
  const places = { internal: '#incidents', external: '#partners', support: '#support' };
  for (const [audience, place] of Object.entries(places)) {
    const text = texts[audience as keyof typeof texts];
    await cleo.waitForMessage(place, (message) => wordsIn(message).includes(text), wait);
    story.tell('cleo', `${audience} update is in ${place}`);
  }
}

async function resolve({ api, story }: Play, room: string): Promise<string> {
  const ada = api.as('ada');
  await ada.slash(room, '/incident resolve rolled back to v41');
  await ada.waitForMessage(room, /resolved the incident/, wait);
  await ada.waitForMessage('#incidents', /Resolved/, wait);
  story.tell('ada', 'resolves the incident');
  const answer = await ada.slash(room, '/incident timeline');
  if (!answer.ok) throw new Error(`the timeline was refused: ${answer.message}`);
  return readable(wordsIn(answer.response as Parameters<typeof wordsIn>[0]), api);
}

/** Slack's markup as a person would read it: names instead of ids, times, and the words of links. */
async function readable(text: string, api: TestApi): Promise<string> {
  const { people } = await api.as('ada').snapshot();
  return text
    .replace(/<@(\w+)>/g, (_, id: string) => people.find((person) => person.id === id)?.name ?? id)
    .replace(/<!date\^[^|>]*\|([^>]*)>/g, '$1 ')
    .replace(/<https?:[^|>]*\|([^>]*)>/g, '$1')
    .replaceAll('*', '');
}
