/** The rollback of the campaign case: one approved plan of three steps, told as it happens and as the systems themselves have it on record. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Production } from '../production/production.ts';
import { wordsIn } from '../slack/test-api.ts';
import type { Play } from './story.ts';
import { createWatch, type Watch } from './watch.ts';

const wait = { timeoutMs: 60_000 };
const waitsForPerson = /Waiting for your decision/;
const isOver = /\*(?:✓ Recovered|✗ |⚠ Inconclusive|Undone|Called off|Given up|Stopped:)/;

/** The one who asks may not approve; somebody else does, and the steps run. Resolves when it is measured that the shop is well. */
export async function rollBack(play: Play, room: string): Promise<void> {
  const { stumble, production } = play;
  if (stumble) trip(production);
  const card = await ask(play, room);
  const watch = createWatch(production);
  await approve(play, room);
  const first = await follow(play, { room, card, watch, until: stumble ? waitsForPerson : isOver });
  if (stumble && waitsForPerson.test(first)) await decide(play, room, card);
  const last = stumble ? await follow(play, { room, card, watch, until: isOver }) : first;
  if (!last.includes('✓ Recovered')) throw new Error(`the rollback did not recover the shop; its card says:\n${last}`);
  await play.api.as('ada').waitForMessage(room, /RB-1 recovered/, wait);
}

/** The flag service takes the write, and from then on it may not be read: nobody can see from outside whether the flag is off. */
function trip({ flags }: Production): void {
  const blind = { method: 'GET', path: /^\/flags\//, kind: 'status', status: 403, times: 1_000_000 } as const;
  flags.faults.add({ method: 'PUT', path: '/flags/promo-banner', kind: 'latency', ms: 0, andThen: blind });
}

async function ask({ api, story, production }: Play, room: string): Promise<string> {
  await production.github.idle(); // while v42 is still being rolled out, the checks stop what would cross it
  const ben = api.as('ben');
  const answer = await ben.slash(room, '/rollback request campaign to v41 errors began with v42');
  if (!answer.ok) throw new Error(`the request was refused: ${answer.message}`);
  const card = await api.as('ada').waitForMessage(room, /Waiting for approval/, wait);
  story.tell('ben', 'asks for the plan “campaign”: traffic and flag at once, then the code to v41 (RB-1)');
  await story.pause(4000);
  return card.ts;
}

async function approve({ api, story }: Play, room: string): Promise<void> {
  const [ada, ben] = [api.as('ada'), api.as('ben')];
  await ben.click(room, 'Approve…');
  await api.waitFor(
    async () => (await ben.ephemerals(room)).some((message) => /somebody else has to approve/.test(wordsIn(message))),
    wait,
  );
  story.tell('ben', 'tries to approve it: refused, somebody else has to');
  await story.pause(2000);

  await ada.click(room, 'Approve…');
  await ada.waitForModal('', wait);
  await ada.fill({ 'Type the name of the service: shop': 'shop' });
  const answer = await ada.submit();
  if (!answer.ok) throw new Error(`the approval was refused: ${JSON.stringify(answer)}`);
  story.tell('ada', 'types the name of the service and approves: one approval for all three steps');
}

/** Looks into the flag service's own books, which Warroom does not read, and says what is so. */
async function decide({ api, production, story }: Play, room: string, card: string): Promise<void> {
  story.tell('warroom', 'cannot see whether the flag is off, starts nothing more, and asks');
  await story.pause(4000);
  const headers = { authorization: `Bearer ${production.flagsToken}` };
  const { changes } = (await (await fetch(`${production.flagsUrl}/audit`, { headers })).json()) as {
    changes: { key: string; to: boolean; comment: string | null }[];
  };
  const [last] = changes;
  if (last?.key !== 'promo-banner' || last.to) throw new Error('the flag was not switched off');
  story.tell('ada', `reads the audit of the flags: ${last.key} was switched off (“${last.comment}”)`);
  await story.pause(2500);
  await api.as('ada').click(room, 'It ran', { ts: card });
  story.tell('ada', 'chooses “It ran”; the plan goes on');
  production.flags.faults.clear();
}

interface Following {
  room: string;
  card: string;
  until: RegExp;
  watch: Watch;
}

/** Tells what changes on the card and in the systems behind it, until the card says this. */
async function follow({ api, story }: Play, { room, card, until, watch }: Following): Promise<string> {
  const deadline = performance.now() + 180_000;
  for (;;) {
    const message = (await api.as('ada').messages(room)).find(({ ts }) => ts === card);
    const words = message ? wordsIn(message) : '';
    for (const { who, text } of watch(words)) story.tell(who, text);
    if (until.test(words)) return words;
    if (performance.now() > deadline) throw new Error(`the card never said ${String(until)}; it says:\n${words}`);
    await sleep(100);
  }
}
